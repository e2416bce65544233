package io.github.jvig.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.model.image.RgbImage;
import io.github.jvig.model.onnx.OnnxExport;
import io.github.jvig.model.vision.Classifications;
import io.github.jvig.model.vision.Labels;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** ONNX files as models; the tiny ones are made by {@code src/test/python/tiny_onnx.py}. */
class OnnxModelTest {
    private static Path tiny(String name) {
        try {
            return Path.of(OnnxModelTest.class.getResource("/onnx/" + name + ".onnx").toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Session session(String name, SessionOptions.Builder options) throws IOException {
        return Models.load(tiny(name)).compile(options.device("cpu").threads(1).warmUp(false).build());
    }

    private static SessionOptions.Builder options() {
        return SessionOptions.builder();
    }

    private static String failure(org.junit.jupiter.api.function.Executable action) {
        String message = assertThrows(IllegalArgumentException.class, action).getMessage();
        assertEquals(1, message.lines().count(), message);
        return message;
    }

    private static void assertContains(String text, String... words) {
        for (String word : words) {
            assertTrue(text.contains(word), () -> "no '" + word + "' in " + text);
        }
    }

    @Test
    void anExportedNetRunsAsTheNetItself(@TempDir Path folder) throws IOException {
        Model net = Models.random("mobileone_s0");
        Path file = folder.resolve("net.onnx");
        OnnxExport.write(net.graph(), 64, 96, file);
        Model model = Models.load(file);
        assertEquals("net", model.name());
        assertTrue(model.isOnnx());
        assertFalse(net.isOnnx());
        assertEquals(net.classes(), model.classes());
        assertEquals(96, model.size());
        SessionOptions.Builder options = options().device("cpu").threads(1).warmUp(false);
        try (Session expected = net.compile(options.size(64, 96).build());
                Session session = model.compile(options().device("cpu").threads(1).warmUp(false).build())) {
            assertEquals(List.of(new TensorInfo("input", TensorInfo.Kind.FLOAT, List.of(1, 3, 64, 96))),
                    session.inputs());
            assertEquals(expected.inputs(), session.inputs());
            assertEquals(expected.outputs(), session.outputs());
            float[] images = TensorInfo.random(List.of(session.inputs().getFirst(), session.inputs().getFirst()), 5);
            assertArrayEquals(expected.run(images), session.run(images), 1e-4f);
            float[] image = TensorInfo.random(session.inputs(), 5);
            Map<String, Tensor> named = session.run(Map.of("input", image));
            assertArrayEquals(session.run(image), named.get("logits").values());
            assertEquals(List.of(1, net.classes()), named.get("logits").shape());
            assertEquals("net on cpu, 64x96, 1 thread", session.toString());
        }
        assertEquals(model.graph().nodes().size(), model.graph(options().build()).nodes().size());
        assertContains(failure(() -> model.compile(options().size(64, 64).build())), "input", "[1, 3, 64, 96]",
                "64x64");
        assertContains(failure(() -> model.compile(options().features(true).build())), "marks no feature maps");
    }

    @Test
    void severalInputsAndOutputsGoByName() throws IOException {
        Model model = Models.load(tiny("pair"));
        assertEquals(List.of("a", "ids"), model.inputNames());
        try (Session session = session("pair", options().input("a", 2, 3))) {
            assertEquals("[a [2, 3], ids [4]]", session.inputs().toString());
            assertEquals(TensorInfo.Kind.INTEGER, session.inputs().get(1).kind());
            assertEquals("[a/turned:0 [3, 2], ids_square [2, 2], ../ids [2, 2]]", session.outputs().toString());
            float[] a = {1.5f, 2, 3, 4, 5, 6};
            float[] ids = {7, 8, 9, 10};
            Map<String, Tensor> results = session.run(Map.of("ids", ids, "a", a));
            assertEquals(List.of("a/turned:0", "ids_square", "../ids"), List.copyOf(results.keySet()));
            assertArrayEquals(new float[]{1.5f, 4, 2, 5, 3, 6}, results.get("a/turned:0").values());
            assertArrayEquals(ids, results.get("ids_square").values());
            assertArrayEquals(new float[]{7, 9, 8, 10}, results.get("../ids").values());
            // The simple form takes the inputs one behind the other, as often as there are runs.
            assertArrayEquals(new float[]{1.5f, 4, 2, 5, 3, 6, 1, 4, 2, 5, 3, 6}, session.run(
                    new float[]{1.5f, 2, 3, 4, 5, 6, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 0, 0, 0, 0}));
            assertContains(failure(() -> session.run(Map.of("a", a))), "ids [4]", "is missing");
            assertContains(failure(() -> session.run(Map.of("a", a, "ids", ids, "b", a))), "'b'", "a [2, 3]");
            assertContains(failure(() -> session.run(Map.of("a", ids, "ids", ids))), "a [2, 3]", "6 elements, not 4");
            assertContains(failure(() -> session.run(Map.of("a", a, "ids", new float[]{1, 2, 3, 0.5f}))), "ids [4]",
                    "whole numbers", "0.5");
            assertContains(failure(() -> session.run(new float[9])), "a [2, 3]", "10 floats", "9");
        }
    }

    @Test
    void aFixedBatchIsTheUnit() throws IOException {
        try (Session session = session("twins", options())) {
            float[] x = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
            assertArrayEquals(new float[]{1, 4, 2, 5, 3, 6, 7, 10, 8, 11, 9, 12}, session.run(x));
            assertContains(failure(() -> session.run(new float[6])), "x [2, 1, 2, 3]", "6 floats");
        }
    }

    @Test
    void metadataGivesLabelsSizeAndNormalization() throws IOException {
        Model model = Models.load(tiny("colors"));
        assertEquals(3, model.classes());
        assertEquals(32, model.size());
        assertEquals("[1.0, 0.0, 1.0]", List.of((double) model.info().preprocessing().std().red(),
                (double) model.info().preprocessing().mean().green(), model.info().preprocessing().cropFraction())
                .toString());
        byte[] green = new byte[3 * 40 * 50];
        for (int i = 1; i < green.length; i += 3) {
            green[i] = -1;
        }
        try (Session session = session("colors", options())) {
            assertEquals("[image [1, 3, 24, 32]]", session.inputs().toString());
            Classifications result = session.classifier().classify(RgbImage.ofRgb(40, 50, green));
            assertEquals("green", result.best().label());
            // Logits 0, 10, -1.
            assertEquals(1 / (1 + Math.exp(-10) + Math.exp(-11)), result.best().probability(), 1e-6);
        }
        try (Session session = session("colors", options().size(8, 8))) {
            assertEquals("[image [1, 3, 8, 8]]", session.inputs().toString());
        }
        try (Session session = session("yolov8", options())) {
            assertContains(failure(() -> session.classifier(session.transform(), Labels.numbered(6))),
                    "output0 [1, 6, 16]", "can't classify");
        }
    }

    /** A file whose images have the channels last gives what the same net with planes does, also for a picture with different pixels. */
    @Test
    void channelsMayBeLast() throws IOException {
        byte[] pixels = new byte[3 * 40 * 50];
        new Random(1).nextBytes(pixels);
        RgbImage picture = RgbImage.ofRgb(40, 50, pixels);
        try (Session planes = session("colors", options()); Session last = session("colors_last", options())) {
            assertEquals("[image [1, 24, 32, 3]]", last.inputs().toString());
            assertEquals(List.of(3, 24, 32), List.of(last.channels(), last.height(), last.width()));
            Classifications expected = planes.classifier().classify(picture);
            Classifications found = last.classifier().classify(picture);
            for (int i = 0; i < 3; i++) {
                assertEquals(expected.probability(i), found.probability(i), 1e-6);
            }
            float[] two = TensorInfo.random(List.of(planes.inputs().getFirst(), planes.inputs().getFirst()), 5);
            assertArrayEquals(planes.run(two), last.run(last.imageInput(two)), 1e-5f);
            assertSame(two, planes.imageInput(two));
        }
    }

    /** Three images in batches of two, with the channels first and last, are what they are one by one. */
    @Test
    void aClassifierFillsABatchThatIsFixed() throws IOException {
        List<float[]> images = List.of(TensorInfo.random(List.of(image(1)), 1), TensorInfo.random(List.of(image(1)), 2),
                TensorInfo.random(List.of(image(1)), 3));
        try (Session one = session("colors", options());
                Session two = session("colors", options().input("image", 2, 3, 24, 32));
                Session last = session("two_last", options())) {
            assertEquals("[image [2, 3, 24, 32]]", two.inputs().toString());
            assertEquals("[image [2, 24, 32, 3]]", last.inputs().toString());
            List<Classifications> expected = one.classifier().classifyPrepared(images);
            for (Session session : List.of(two, last)) {
                List<Classifications> found = session.classifier().classifyPrepared(images);
                assertEquals(3, found.size());
                for (int i = 0; i < 9; i++) {
                    assertEquals(expected.get(i / 3).probability(i % 3), found.get(i / 3).probability(i % 3), 1e-6);
                }
            }
        }
    }

    private static TensorInfo image(int batch) {
        return new TensorInfo("image", TensorInfo.Kind.FLOAT, List.of(batch, 3, 24, 32));
    }

    @Test
    void namedNetsSayWhatTheyTake() {
        Model net = Models.digits();
        assertContains(failure(() -> net.compile(o -> o.input("input", 1, 3, 64, 64))), "digits", "size");
        try (Session session = net.compile(o -> o.device("cpu").threads(1).warmUp(false).features(true))) {
            assertEquals("input [1, 3, 64, 64]", session.inputs().getFirst().toString());
            assertEquals("logits [1, 10]", session.outputs().getFirst().toString());
            float[] image = TensorInfo.random(session.inputs(), 3);
            Map<String, Tensor> results = session.run(Map.of("input", image));
            Features features = session.features(image);
            assertEquals(1 + features.maps().size(), results.size());
            assertArrayEquals(features.logits(), results.get("logits").values());
            for (Features.Level level : features.maps()) {
                Tensor map = results.get("stride" + level.stride());
                assertEquals(List.of(1, level.channels(), level.height(), level.width()), map.shape());
                assertArrayEquals(level.values(), map.values());
            }
        }
    }

    @Test
    void whatIsNoOnnxFileIsNamed(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("net.onnx"), "no protobuf");
        assertContains(assertThrows(IOException.class, () -> Models.load(file)).getMessage(), file.toString());
        Path none = folder.resolve("none.onnx");
        assertContains(assertThrows(IOException.class, () -> Models.load(none)).getMessage(), none.toString());
    }

    @Test
    void theScalarDeviceGivesTheSame() throws IOException {
        for (String name : List.of("colors", "centernet")) {
            Model model = Models.load(tiny(name));
            try (Session vector = model.compile(o -> o.device("cpu").threads(2).warmUp(false));
                    Session scalar = model.compile(o -> o.device("scalar").threads(1).warmUp(false));
                    Session any = model.compile(o -> o.threads(1))) {
                float[] image = TensorInfo.random(vector.inputs(), 1);
                assertArrayEquals(scalar.run(image), vector.run(image), 1e-5f);
                assertArrayEquals(scalar.run(image), any.run(image), 1e-5f);
            }
        }
    }
}
