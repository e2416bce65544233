package io.github.jvig.model.vision;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.jvig.model.image.Crop;
import io.github.jvig.model.image.Interpolation;
import io.github.jvig.model.image.RgbImage;
import io.github.jvig.model.image.TestFiles;
import java.io.IOException;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** PIL 9.4 and torchvision made the expected values: decode, resize the shorter side to 248, crop 224, normalize. */
class PreprocessGoldenTest {
    static Stream<String> files() throws IOException {
        return StreamSupport.stream(cases().spliterator(), false).map(c -> c.get("file").asText());
    }

    private static JsonNode cases() throws IOException {
        return TestFiles.json("preprocess/cases.json").get("cases");
    }

    private static JsonNode goldenCase(String file) throws IOException {
        return StreamSupport.stream(cases().spliterator(), false).filter(c -> c.get("file").asText().equals(file))
                .findFirst().orElseThrow();
    }

    @ParameterizedTest
    @MethodSource("files")
    void cropsHavePilsBytes(String file) throws IOException {
        RgbImage image = TestFiles.decode(TestFiles.resource("preprocess/" + file));
        RgbImage crop = new ImagenetTransform(224, 224, Preprocessing.imagenet(224, 0.9, Interpolation.BICUBIC))
                .crop(image);
        assertArrayEquals(TestFiles.npy("preprocess/" + file.replace(".png", ".u8.npy")), crop.toRgb());
    }

    @ParameterizedTest
    @MethodSource("files")
    void theGeometryIsTorchvisions(String file) throws IOException {
        RgbImage image = TestFiles.decode(TestFiles.resource("preprocess/" + file));
        JsonNode golden = goldenCase(file);
        ResizeSize size = ResizeSize.shorterSide(image.width(), image.height(), 248);
        assertEquals(new ResizeSize(golden.at("/resized/0").asInt(), golden.at("/resized/1").asInt()), size);
        assertEquals(new Crop(golden.at("/crop_left_top/0").asInt(), golden.at("/crop_left_top/1").asInt(), 224, 224),
                Crop.center(size.width(), size.height(), 224, 224));
    }

    @ParameterizedTest
    @MethodSource("files")
    void normalizedValuesAreTorchvisions(String file) throws IOException {
        float[] planes = Transform.imagenet(224, 224).apply(TestFiles.decode(TestFiles.resource("preprocess/" + file)));
        JsonNode golden = goldenCase(file);
        assertTrue(golden.get("samples").size() >= 10);
        for (JsonNode sample : golden.get("samples")) {
            for (int c = 0; c < 3; c++) {
                int at = (c * 224 + sample.get("y").asInt()) * 224 + sample.get("x").asInt();
                assertEquals(sample.get("normalised").get(c).floatValue(), planes[at], 1e-6f);
            }
        }
        double sum = 0;
        for (float value : planes) {
            sum += value;
        }
        assertEquals(golden.get("tensor_mean").asDouble(), sum / planes.length, 1e-5);
    }
}
