package io.github.jvig.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.jvig.model.weights.Weights;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands on ONNX files, whose results are known from how they are made. */
class OnnxCommandsTest {
    private static final int RED = 0xff0000;
    private static final int BLUE = 0x0000ff;

    @TempDir
    private Path folder;

    /** Left half red, right half blue. */
    private Path picture(String name, int width, int height) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, x < width / 2 ? RED : BLUE);
            }
        }
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        ImageIO.write(image, "png", file.toFile());
        return file;
    }

    private static void assertBox(JsonNode box, String label, double... expected) {
        assertEquals(label, box.get("label").asText());
        assertArrayEquals(expected, Stream.of("x", "y", "width", "height").mapToDouble(k -> box.get(k).asDouble())
                .toArray(), 1e-3);
    }

    @Test
    void detectFindsABoxOfEachClass() throws IOException {
        Path image = picture("a.png", 128, 64);
        Path drawn = folder.resolve("drawn");
        List<JsonNode> answers = Outcome
                .of("detect", "--model", Samples.onnx("yolov8"), image, "--json", "--draw", drawn).ok().json();
        assertEquals(1, answers.size());
        JsonNode boxes = answers.getFirst().get("detections");
        assertEquals(128, answers.getFirst().get("width").asInt());
        assertEquals(2, boxes.size());
        // 20x10 in the middle of the input of 64x64, in which the picture is half as large.
        assertBox(boxes.get(0), "red thing", 44, 22, 40, 20);
        assertBox(boxes.get(1), "blue thing", 44, 22, 40, 20);
        BufferedImage result = ImageIO.read(drawn.resolve("a.png").toFile());
        assertEquals(128, result.getWidth());
        assertEquals(RED, result.getRGB(10, 60) & 0xffffff);
        assertTrue((result.getRGB(84, 35) & 0xffffff) != BLUE);
    }

    @Test
    void detectTakesOptions() throws IOException {
        Path image = picture("a.png", 128, 64);
        Path model = Samples.onnx("yolov8");
        List<String> lines = Outcome.of("detect", "--model", model, image, "--class-agnostic").ok().lines();
        assertEquals(List.of(image.toString(), "  red thing 100.0 % at 44,22 40x20"), lines);
        assertEquals(1, Outcome.of("detect", "--model", model, image, "--score", 1.5).ok().lines().size());
        // Two columns of red squares: with an overlap of 1 nothing is dropped but what is over the number.
        assertEquals(4, Outcome.of("detect", "--model", model, image, "--iou", 1, "--max", 3).ok().lines().size());
        Path names = Files.writeString(folder.resolve("names.txt"), "one\ntwo\n");
        assertTrue(Outcome.of("detect", "--model", model, image, "--labels", names).ok().out().contains("  one 100"));
        assertTrue(Outcome.of("detect", "--model", model, image, "--mean", -1, "--std", 4).ok().out()
                .contains("red thing 50.0 %"));
        Outcome.of("detect", "--model", model, image, "--format", "yolov6").failed(Main.USAGE, "yolov8", "centernet");
        Outcome.of("detect", "--model", model, image, "--format", "ssd").failed(Main.FAILED, "[1, 6, 16]", "ssd");
        Outcome.of("detect", "--model", model, image, "--iou", 2).failed(Main.USAGE, "--iou");
        Outcome.of("detect", "--model", model, image, "--size", 32).failed(Main.FAILED, "images", "32x32");
    }

    @Test
    void detectReadsCenterNetsMaps() throws IOException {
        Path image = picture("a.png", 32, 32);
        JsonNode boxes = Outcome.of("detect", "--model", Samples.onnx("centernet"), image, "--json", "--score", 0.9)
                .ok().json().getFirst().get("detections");
        // Every cell of an even field is a peak; the first is at the corner, its box is cut off there.
        assertEquals(64, boxes.size());
        assertBox(boxes.get(0), "class 0", 0, 0, 6, 4);
        assertBox(boxes.get(1), "class 0", 2, 0, 8, 4);
    }

    /** Boxes, scores and classes, as many as are found, of an image without a batch. */
    @Test
    void detectTakesBoxesThatTheNetSelected() throws IOException {
        Path model = Samples.onnx("selected");
        JsonNode boxes = Outcome.of("detect", "--model", model, picture("a.png", 128, 128), "--json").ok().json()
                .getFirst().get("detections");
        assertEquals(2, boxes.size());
        assertBox(boxes.get(0), "class 1", 4, 8, 20, 40);
        assertBox(boxes.get(1), "class 3", 60, 40, 60, 20);
        assertEquals(0.5, boxes.get(0).get("score").asDouble(), 0.01);
        Path black = folder.resolve("black.png");
        ImageIO.write(new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB), "png", black.toFile());
        assertEquals(List.of(black.toString()), Outcome.of("detect", "--model", model, black).ok().lines());
        Outcome.of("detect", "--model", Samples.onnx("segments"), black).failed(Main.FAILED, "logits", "--format");
    }

    @Test
    void segmentWritesAMapForEachPicture() throws IOException {
        Path first = picture("in/a.png", 100, 60);
        picture("in/sub/a.png", 16, 16);
        Files.writeString(folder.resolve("in/b.png"), "no picture");
        Path maps = folder.resolve("maps");
        Outcome outcome = Outcome.of("segment", "--model", Samples.onnx("segments"), folder.resolve("in"), "--output",
                maps, "--json");
        assertEquals(Main.PARTIAL, outcome.status(), outcome::toString);
        List<JsonNode> answers = outcome.json();
        assertEquals(3, answers.size());
        assertEquals(first.toString(), answers.get(0).get("path").asText());
        assertTrue(answers.get(1).has("error"));
        assertEquals(List.of("red 0.5", "blue 0.5"), classes(answers.get(0)));
        BufferedImage map = ImageIO.read(maps.resolve("a.png").toFile());
        assertEquals(100, map.getWidth());
        assertEquals(60, map.getHeight());
        assertEquals(0, map.getRaster().getSample(49, 30, 0));
        assertEquals(2, map.getRaster().getSample(50, 30, 0));
        assertEquals(0x008000, map.getRGB(99, 0) & 0xffffff);
        assertTrue(Files.exists(maps.resolve("a-2.png")));
        Outcome.of("segment", "--model", Samples.onnx("yolov8"), first, "--output", maps).failed(Main.FAILED,
                "output0 [1, 6, 16]");
    }

    /** Four pictures where a file takes three at once, two where it takes two, the last run with zeros behind them; one can't be read. */
    @Test
    void aFixedBatchIsFilled() throws IOException {
        List<Path> images = List.of(picture("in/a.png", 128, 64), picture("in/b.png", 64, 64),
                Files.writeString(folder.resolve("in/c.png"), "no picture"), picture("in/d.png", 64, 128),
                picture("in/e.png", 256, 128));
        Outcome together = Outcome.of("detect", "--model", Samples.onnx("yolov8_batch3"), folder.resolve("in"),
                "--json");
        Outcome alone = Outcome.of("detect", "--model", Samples.onnx("yolov8"), folder.resolve("in"), "--json");
        assertEquals(Main.PARTIAL, together.status(), together::toString);
        assertEquals(5, together.json().size());
        assertEquals(detections(alone), detections(together));
        Outcome maps = Outcome.of("segment", "--model", Samples.onnx("segments_batch2"), images.get(0), images.get(1),
                images.get(4), "--output", folder.resolve("maps"), "--json").ok();
        assertEquals(Stream.of(0, 1, 4).map(i -> images.get(i).toString()).toList(),
                maps.json().stream().map(answer -> answer.get("path").asText()).toList());
        for (JsonNode answer : maps.json()) {
            assertEquals(List.of("red 0.5", "blue 0.5"), classes(answer));
        }
        assertEquals(128, ImageIO.read(folder.resolve("maps/e.png").toFile()).getHeight());
    }

    /** What was found in each picture, in the order of their paths, as an error is said when it comes up. */
    private static List<String> detections(Outcome outcome) {
        return outcome.json().stream().map(a -> a.get("path") + " " + a.get("detections")).sorted().toList();
    }

    private static List<String> classes(JsonNode answer) {
        return Stream.iterate(0, i -> i < answer.get("classes").size(), i -> i + 1).map(answer.get("classes")::get)
                .map(c -> c.get("label").asText() + " " + c.get("share").asDouble()).toList();
    }

    @Test
    void theColorsAreThoseOfPascalVoc() {
        assertEquals(List.of(0x000000, 0x800000, 0x008000, 0x808000, 0x000080, 0xe0e0c0),
                Stream.of(0, 1, 2, 3, 4, 255).map(Palette::color).toList());
    }

    @Test
    void classifyUsesTheFilesMetadata() throws IOException {
        Path image = picture("a.png", 32, 24);
        Path model = Samples.onnx("colors");
        JsonNode top = Outcome.of("classify", "--model", model, image, "--json").ok().json().getFirst().get("top");
        assertEquals("red", top.get(0).get("label").asText());
        // Logits 5, 0 and 4.
        assertEquals(1 / (1 + Math.exp(-5) + Math.exp(-1)), top.get(0).get("probability").asDouble(), 1e-6);
        Path names = Files.writeString(folder.resolve("names.txt"), "r\ng\nb\n");
        JsonNode other = Outcome
                .of("classify", "--model", model, image, "--json", "--labels", names, "--mean", "0,0,-1", "--std",
                        "1,1,2", "--size", "8x16", "--crop", "0.5", "--interpolation", "bicubic")
                .ok().json().getFirst().get("top");
        // Logits 5, 0 and 10 * (0.5 + 1) / 2 - 1.
        assertEquals("b", other.get(0).get("label").asText());
        assertEquals(1 / (1 + Math.exp(-6.5) + Math.exp(-1.5)), other.get(0).get("probability").asDouble(), 1e-6);
        Outcome.of("classify", "--model", model, image, "--mean", "1,2").failed(Main.USAGE, "--mean");
        Outcome.of("classify", "--model", model, image, "--crop", 0).failed(Main.USAGE, "--crop");
        Outcome.of("classify", "--model", model, image, "--interpolation", "lanczos").failed(Main.USAGE, "bicubic");
        Outcome.of("classify", "--model", Samples.onnx("yolov8"), image).failed(Main.FAILED, "output0");
    }

    private Path ints(String name, String descr, int bytes, String shape, long... values) throws IOException {
        ByteBuffer elements = ByteBuffer.allocate(values.length * bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (long value : values) {
            switch (bytes) {
                case 1 -> elements.put((byte) value);
                case 4 -> elements.putInt((int) value);
                default -> elements.putLong(value);
            }
        }
        return Npy.write(folder.resolve(name), 1, Npy.dict(descr, shape), elements.array());
    }

    @ParameterizedTest
    @ValueSource(strings = {"<i8", "<i4", "|u1"})
    void runTakesAndWritesSeveralTensors(String type) throws IOException {
        Path a = Npy.float32(folder.resolve("a.npy"), "(2, 3)", 1, 2, 3, 4, 5, 6);
        Path ids = ints("ids.npy", type, type.charAt(2) - '0', "(4,)", 7, 8, 9, 10);
        Path y = folder.resolve("y.npy");
        Outcome.of("run", "--model", Samples.onnx("pair"), "--input", "ids=" + ids, "--input", "a=" + a, "--output", y)
                .ok();
        assertArrayEquals(new float[]{1, 4, 2, 5, 3, 6}, Npy.read(y));
        Path square = folder.resolve("y.ids_square.npy");
        assertTrue(new String(Files.readAllBytes(square), StandardCharsets.ISO_8859_1)
                .contains("'descr': '<i8', 'fortran_order': False, 'shape': (2, 2)"));
        try (NpyReader reader = NpyReader.ofAnyType(folder.resolve("y.ids.npy"))) {
            float[] values = new float[4];
            reader.read(values, 4);
            assertArrayEquals(new float[]{7, 9, 8, 10}, values);
        }
    }

    @Test
    void runNamesWhatIsWrongAndWritesNothing() throws IOException {
        Path model = Samples.onnx("pair");
        Path a = Npy.float32(folder.resolve("a.npy"), "(2, 3)", 1, 2, 3, 4, 5, 6);
        Path ids = ints("ids.npy", "<i8", 8, "(4,)", 1, 2, 3, 4);
        Path y = folder.resolve("y.npy");
        Outcome.of("run", "--model", model, "--input", a, "--output", y).failed(Main.FAILED, "a, ids", "NAME=X.npy");
        Outcome.of("run", "--model", model, "--input", "a=" + a, "--output", y).failed(Main.FAILED, "ids", "missing");
        Outcome.of("run", "--model", model, "--input", "a=" + a, "--input", "a=" + a, "--output", y)
                .failed(Main.FAILED, "twice");
        Outcome.of("run", "--model", model, "--input", "a=" + ids, "--input", "ids=" + ids, "--output", y)
                .failed(Main.FAILED, "'a'", "2 axes");
        Path whole = ints("whole.npy", "<i8", 8, "(2, 2)", 1, 2, 3, 4);
        Outcome.of("run", "--model", model, "--input", "a=" + whole, "--input", "ids=" + ids, "--output", y)
                .failed(Main.FAILED, "<i8", "a [2, 2]", "float32");
        Path half = Npy.float32(folder.resolve("half.npy"), "(4,)", 1, 2, 3, 0.5f);
        Outcome.of("run", "--model", model, "--input", "a=" + a, "--input", "ids=" + half, "--output", y)
                .failed(Main.FAILED, "ids [4]", "whole numbers");
        Path large = ints("large.npy", "<i8", 8, "(4,)", 1, 2, 3, (1L << 40) + 1);
        Outcome.of("run", "--model", model, "--input", "a=" + a, "--input", "ids=" + large, "--output", y)
                .failed(Main.FAILED, "large.npy", "1099511627777");
        Outcome.of("run", "--model", model, "--input", "a=" + a, "--input", "ids=" + ids, "--output", a)
                .failed(Main.FAILED, "is the input file");
        Outcome.of("run", "--model", model, "--input", "a=" + a, "--input", "ids=" + ids, "--output", y, "--features")
                .failed(Main.FAILED, "marks no feature maps");
        Outcome.of("run", "--model", "digits", "--input", a, "--input", ids, "--output", y).failed(Main.USAGE,
                "one --input");
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(5, files.count());
        }
    }

    /** A batch of images is run in pieces of the model's own batch. */
    @Test
    void runCutsABatchIntoTheModels() throws IOException {
        float[] x = new float[24];
        for (int i = 0; i < x.length; i++) {
            x[i] = i;
        }
        Path four = Npy.float32(folder.resolve("x.npy"), "(4, 1, 2, 3)", x);
        Path y = folder.resolve("y.npy");
        Outcome.of("run", "--model", Samples.onnx("twins"), "--input", four, "--output", y).ok();
        float[] expected = new float[24];
        for (int i = 0; i < x.length; i++) {
            expected[i / 6 * 6 + i % 3 * 2 + i % 6 / 3] = i;
        }
        assertArrayEquals(expected, Npy.read(y));
        Path three = Npy.float32(folder.resolve("three.npy"), "(3, 1, 2, 3)", Arrays.copyOf(x, 18));
        Outcome.of("run", "--model", Samples.onnx("twins"), "--input", three, "--output", y).failed(Main.FAILED,
                "batch of 2", "(3, 1, 2, 3)");
        Path images = Npy.float32(folder.resolve("i.npy"), "(2, 3, 1, 1)", 1, 0, 0, 0, 0, 1);
        Outcome.of("run", "--model", Samples.onnx("colors"), "--input", images, "--output", y).ok();
        assertArrayEquals(new float[]{10, 0, -1, 0, 0, 9}, Npy.read(y), 1e-5f);
    }

    @Test
    void namesOfOutputsBecomeNamesOfFiles() {
        assertEquals("ids", OnnxRun.safe("../ids"));
        assertEquals("a_turned_0", OnnxRun.safe("a/turned:0"));
        assertEquals("output", OnnxRun.safe("//"));
        assertEquals(100, OnnxRun.safe("x".repeat(300)).length());
    }

    @Test
    void benchAndExplainTakeFiles() {
        JsonNode row = Outcome.of("bench", "--model", Samples.onnx("pair"), "--shape", "a=2x3", "--seconds", 0.01,
                "--threads", 1, "--json").ok().json().getFirst();
        assertEquals("pair", row.get("model").asText());
        Outcome.of("bench", "--model", Samples.onnx("pair"), "--seconds", 0.01).failed(Main.FAILED, "'a'", "'n'");
        Outcome.of("bench", "--model", Samples.onnx("pair"), "--shape", "a:2x3").failed(Main.USAGE, "--shape");
        String plan = Outcome.of("explain", "--model", Samples.onnx("yolov8"), "--seconds", 0.01).ok().out();
        assertTrue(plan.contains("yolov8 at 64x64 on cpu"), plan);
        assertTrue(plan.contains("1 steps on feature maps, 0 on row-major tensors"), plan);
        String pair = Outcome.of("explain", "--model", Samples.onnx("pair"), "--shape", "a=2x3", "--seconds", 0.01).ok()
                .out();
        assertTrue(pair.contains("0 steps on feature maps, 3 on row-major tensors"), pair);
        String graph = Outcome.of("explain", "--model", Samples.onnx("colors"), "--graph").ok().out();
        assertTrue(graph.contains("before the passes"), graph);
    }

    @Test
    void convertWritesTheInitializers() throws IOException {
        Path out = folder.resolve("w.safetensors");
        assertEquals(List.of(out + ": 2 tensors, " + 0 + " bytes").getFirst().split(",")[0],
                Outcome.of("convert", Samples.onnx("colors"), out).ok().lines().getFirst().split(",")[0]);
        assertArrayEquals(new float[]{10, 0, 0, 0, 10, 0, 0, 0, 10},
                Weights.load(out).floats("head.weight", 3, 3));
        Outcome.of("convert", Samples.onnx("colors"), out, "--ema").failed(Main.USAGE, "--ema");
    }

    @Test
    void filesAndNetsAreToldApart() {
        Path model = Samples.onnx("colors");
        Path y = folder.resolve("y.npy");
        Outcome.of("run", "--model", "none.onnx", "--input", "x.npy", "--output", y).failed(Main.FAILED, "none.onnx",
                "no such file", "no net of this name");
        Outcome.of("bench", "--model", folder).failed(Main.FAILED, "' is a folder, not an ONNX file",
                "there is no model");
        Outcome.of("bench", "--model", "none").failed(Main.FAILED, "there is no file 'none'", "there is no model",
                "jvig models");
        Outcome.of("bench", "--model", model, "--weights", "w.pth").failed(Main.USAGE, "--weights", "its own weights");
        Outcome.of("bench", "--model", "digits", "--weights", model).failed(Main.USAGE, "is an ONNX file", "--model");
        Outcome.of("export-onnx", "--model", model, folder.resolve("o.onnx")).failed(Main.USAGE, "is a file already");
        Outcome.of("detect", "--model", "none.onnx", "a.png").failed(Main.FAILED, "none.onnx", "no such file");
        assertFalse(Files.exists(y));
    }
}
