package io.github.jvig.example;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.jvig.model.Model;
import io.github.jvig.model.Models;
import io.github.jvig.model.Session;
import io.github.jvig.model.Tensor;
import io.github.jvig.model.image.Images;
import io.github.jvig.model.vision.Detection;
import io.github.jvig.model.vision.ImageFit;
import io.github.jvig.model.vision.Labels;
import io.github.jvig.model.vision.NonMaxSuppression;
import io.github.jvig.model.vision.YoloHeads;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples of the READMEs that use ONNX files, on the tiny ones of the tests. */
class UsingOnnxTest {
    @TempDir
    private Path folder;

    private static Path tiny(String name) throws Exception {
        return Path.of(UsingOnnxTest.class.getResource("/onnx/" + name + ".onnx").toURI());
    }

    static float[] byName(Path file, float[] a, float[] ids) throws IOException {
        Model model = Models.load(file);
        try (Session session = model.compile(options -> options.input("a", 2, 3))) {
            session.inputs().forEach(input -> System.out.println(input.kind() + " " + input)); // such as FLOAT a [2, 3]
            Map<String, Tensor> results = session.run(Map.of("a", a, "ids", ids));
            return results.get("ids_square").values(); // row-major, of the shape results.get("ids_square").shape()
        }
    }

    static List<Detection> detect(Session session, Path picture, Labels labels) throws IOException {
        ImageFit.Fitted image = ImageFit.letterbox(session.height(), session.width()).apply(Images.read(picture));
        float[] heads = session.run(image.input()); // [4 + classes][boxes]
        int count = session.outputs().getFirst().shape().getLast();
        List<Detection> boxes = YoloHeads.v8(heads, count, 0.25, labels);
        return new NonMaxSuppression(0.45, true, 300).apply(boxes).stream().map(image::toImage).toList();
    }

    @Test
    void tensorsGoByName() throws Exception {
        assertArrayEquals(new float[]{1, 2, 3, 4},
                byName(tiny("pair"), new float[6], new float[]{1, 2, 3, 4}));
    }

    @Test
    void boxesAreThoseOfThePicture() throws Exception {
        BufferedImage red = new BufferedImage(128, 64, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 128 * 64; i++) {
            red.setRGB(i % 128, i / 128, 0xff0000);
        }
        Path picture = folder.resolve("red.png");
        ImageIO.write(red, "png", picture.toFile());
        Model model = Models.load(tiny("yolov8"));
        try (Session session = model.compile(options -> options.device("cpu").threads(1).warmUp(false))) {
            List<Detection> found = detect(session, picture, model.info().labels().orElseThrow());
            assertEquals(List.of("red thing 100.0 % at 44,22 40x20"),
                    found.stream().map(Detection::toString).toList());
        }
    }
}
