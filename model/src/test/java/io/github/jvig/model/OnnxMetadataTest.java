package io.github.jvig.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.model.image.Interpolation;
import io.github.jvig.model.text.Literal;
import io.github.jvig.model.vision.Labels;
import io.github.jvig.model.vision.Preprocessing;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OnnxMetadataTest {
    private static List<String> labels(String key, String value) {
        Optional<Labels> labels = new OnnxMetadata(Map.of(key, value)).labels("net.onnx");
        return labels.map(l -> IntStream.range(0, l.size()).mapToObj(l::name).toList()).orElse(List.of());
    }

    @Test
    void classNamesComeInManyForms() {
        List<String> names = List.of("a cat", "it's");
        assertEquals(names, labels("names", "{0: 'a cat', 1: \"it's\"}"));
        assertEquals(names, labels("names", "{1: 'it\\'s', 0: 'a cat'}"));
        assertEquals(names, labels("labels", "[\"a cat\", \"it\\u0027s\"]"));
        assertEquals(names, labels("classes", "('a cat', \"it's\",)"));
        assertEquals(names, labels("class_names", "a cat\nit's\n"));
        assertEquals(names, labels("label_names", "{\"0\": \"a cat\", \"1\": \"it's\"}"));
        assertEquals(names, labels("pretrained_cfg", "{\"label_names\": [\"a cat\", \"it's\"], \"mean\": null}"));
        assertEquals(List.of(), labels("names", "{0: 'a cat', 2: 'a gap'}"));
        assertEquals(List.of(), labels("names", "{0: 'a cat', 1: 'two\\nlines'}"));
        assertEquals(List.of(), labels("names", "['', 'b']"));
    }

    @Test
    void timmsDictGivesThePreprocessing() {
        OnnxMetadata timm = new OnnxMetadata(Map.of("pretrained_cfg",
                "{\"input_size\": [3, 240, 256], \"mean\": [0.5, 0.4, 0.3], \"std\": [0.2, 0.2, 0.1], \"crop_pct\": 0.95,"
                        + " \"interpolation\": \"bilinear\", \"pool_size\": null, \"fixed_input_size\": false}",
                "crop_pct", "1.0"));
        assertEquals(240, timm.height().getAsInt());
        assertEquals(256, timm.width().getAsInt());
        assertEquals(new Preprocessing(256, 1, Interpolation.BILINEAR, new Preprocessing.Rgb(0.5f, 0.4f, 0.3f),
                new Preprocessing.Rgb(0.2f, 0.2f, 0.1f), Preprocessing.Colors.RGB), timm.preprocessing(256, false));
    }

    @Test
    void withoutMetadataItDependsOnTheTask() {
        assertEquals(Preprocessing.imagenet(224, 0.875, Interpolation.BICUBIC),
                new OnnxMetadata(Map.of("producer", "pytorch")).preprocessing(224, false));
        Preprocessing plain = new Preprocessing(640, 1, Interpolation.BILINEAR, Preprocessing.Rgb.of(0),
                Preprocessing.Rgb.of(1), Preprocessing.Colors.RGB);
        assertEquals(plain, new OnnxMetadata(Map.of()).preprocessing(640, true));
        OnnxMetadata ultralytics = new OnnxMetadata(Map.of("task", "classify", "imgsz", "[320, 640]"));
        assertEquals(plain, ultralytics.preprocessing(640, false));
        assertEquals(320, ultralytics.height().getAsInt());
    }

    @Test
    void whatIsWrongIsPassedOver() {
        OnnxMetadata wrong = new OnnxMetadata(Map.of("mean", "[0.5, 'x', 1]", "std", "0", "crop_pct", "7",
                "interpolation", "random", "imgsz", "-5"));
        assertEquals(Preprocessing.imagenet(224, 0.875, Interpolation.BICUBIC), wrong.preprocessing(224, false));
        assertTrue(wrong.height().isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{0}", "{0:", "[1", "'a", "'a\\", "'\\u12", "__import__('os')", "1f", "0x10",
            "[1] 2",
            "NaN", "(1;2)"})
    void whatIsNoLiteralIsRefused(String text) {
        assertEquals(Optional.empty(), Literal.parse(text));
    }

    @Test
    void deepLiteralsAreRefused() {
        assertEquals(Optional.empty(), Literal.parse("[".repeat(100_000)));
        assertEquals(Optional.of(List.of(List.of(), true, -1.5e3, "x\ty")),
                Literal.parse(" [ ( ) , True, -1.5e3, 'x\\ty' ] "));
    }
}
