package io.github.jvig.model.vision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.jvig.model.image.RgbImage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Boxes, peaks and class maps against the values of other code; see {@code src/test/python/detection.py}. */
class DetectionTest {
    private static final JsonNode EXPECTED = expected();

    private static JsonNode expected() {
        try (InputStream in = DetectionTest.class.getResourceAsStream("detection.json")) {
            return new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static float[] floats(JsonNode array) {
        float[] values = new float[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) array.get(i).asDouble();
        }
        return values;
    }

    private static void assertBox(double left, double top, double right, double bottom, Detection actual,
            double tolerance) {
        assertEquals(left, actual.x(), tolerance, actual::toString);
        assertEquals(top, actual.y(), tolerance, actual::toString);
        assertEquals(right, actual.x() + actual.width(), tolerance, actual::toString);
        assertEquals(bottom, actual.y() + actual.height(), tolerance, actual::toString);
    }

    @ParameterizedTest
    @CsvSource({"0.3,true", "0.3,false", "0.5,true", "0.5,false", "0.7,true", "0.7,false"})
    void keepsTheBoxesThatOnnxRuntimeKeeps(double iou, boolean perClass) {
        JsonNode nms = EXPECTED.get("nms");
        float[] corners = floats(nms.get("boxes"));
        List<Detection> boxes = new ArrayList<>();
        for (int i = 0; i < nms.get("scores").size(); i++) {
            boxes.add(new Detection("" + i, nms.get("classes").get(i).asInt(), nms.get("scores").get(i).asDouble(),
                    corners[4 * i], corners[4 * i + 1], corners[4 * i + 2] - corners[4 * i],
                    corners[4 * i + 3] - corners[4 * i + 1]));
        }
        List<String> kept = new ArrayList<>();
        nms.get("kept").get(iou + (perClass ? " True" : " False")).forEach(i -> kept.add(i.asText()));
        assertTrue(kept.size() > 10 && kept.size() < boxes.size());
        assertEquals(kept, new NonMaxSuppression(iou, perClass, 100).apply(boxes).stream().map(Detection::label)
                .toList());
        assertEquals(kept.subList(0, 7),
                new NonMaxSuppression(iou, perClass, 7).apply(boxes).stream().map(Detection::label).toList());
    }

    @Test
    void ofEqualBoxesTheFirstStays() {
        Detection a = new Detection("a", 0, 0.5, 0, 0, 10, 10);
        Detection b = new Detection("b", 0, 0.5, 0, 0, 10, 10);
        Detection other = new Detection("c", 1, 0.5, 0, 0, 10, 10);
        assertEquals(List.of(a, other), new NonMaxSuppression(0.5, true, 9).apply(List.of(a, other, b)));
        assertEquals(List.of(b), new NonMaxSuppression(0.5, false, 9).apply(List.of(b, a, other)));
        // An overlap that is just the bound is no reason.
        assertEquals(List.of(a, other), new NonMaxSuppression(1, false, 9).apply(List.of(a, other)));
        assertEquals(0, new Detection("", 0, 1, 0, 0, 0, 0).iou(new Detection("", 0, 1, 0, 0, 0, 0)));
        assertThrows(IllegalArgumentException.class, () -> new NonMaxSuppression(Double.NaN, true, 1));
        assertThrows(IllegalArgumentException.class, () -> new NonMaxSuppression(0.5, true, 0));
    }

    @ParameterizedTest
    @CsvSource({"ssdlite320", "ssd300"})
    void decodesBoxesAsTorchvision(String net) {
        JsonNode expected = EXPECTED.get(net);
        int count = expected.get("count").asInt();
        int size = expected.get("size").asInt();
        SsdAnchors anchors = SsdAnchors.published(count).orElseThrow();
        assertEquals(count, anchors.size());
        Labels labels = Labels.numbered(2);
        for (JsonNode row : expected.get("rows")) {
            int number = row.get("number").asInt();
            float[] codes = new float[4 * count];
            System.arraycopy(floats(row.get("codes")), 0, codes, 4 * number, 4);
            float[] scores = new float[3 * count];
            scores[3 * number + 2] = 0.75f;
            List<Detection> found = anchors.decode(codes, scores, size, size, 0.5, labels);
            assertEquals(1, found.size());
            assertEquals(1, found.getFirst().index());
            assertEquals(0.75, found.getFirst().score());
            float[] box = floats(row.get("box"));
            assertBox(box[0], box[1], box[2], box[3], found.getFirst(), 2e-3);
        }
    }

    /** The formulas of TensorFlow's generator, worked out by hand for single boxes. */
    @Test
    void hasTensorFlowsDefaultBoxes() {
        SsdAnchors anchors = SsdAnchors.published(1917).orElseThrow();
        assertEquals(1917, anchors.size());
        double cell = 1 / 19.0;
        assertBox(anchors.box(0), cell / 2, cell / 2, 0.1, 0.1);
        assertBox(anchors.box(1), cell / 2, cell / 2, 0.2 * Math.sqrt(2), 0.2 / Math.sqrt(2));
        assertBox(anchors.box(3 * 19 + 2), cell / 2, 1.5 * cell, 0.2 / Math.sqrt(2), 0.2 * Math.sqrt(2));
        // The second map has scale 0.35, the last box of a cell the mean of that and 0.5.
        assertBox(anchors.box(3 * 361 + 5), 0.05, 0.05, Math.sqrt(0.35 * 0.5), Math.sqrt(0.35 * 0.5));
        float[] codes = new float[4 * 1917];
        codes[0] = 10; // Down by the height of the box.
        float[] scores = new float[2 * 1917];
        scores[1] = 1;
        assertBox(300 * (cell / 2 - 0.05), 300 * (cell / 2 + 0.05), 300 * (cell / 2 + 0.05), 300 * (cell / 2 + 0.15),
                anchors.decode(codes, scores, 300, 300, 0.5, Labels.numbered(1)).getFirst(), 1e-6);
        assertTrue(SsdAnchors.published(1918).isEmpty());
    }

    private static void assertBox(double[] actual, double... expected) {
        for (int i = 0; i < 4; i++) {
            assertEquals(expected[i], actual[i], 1e-12, "number " + i);
        }
    }

    @Test
    void decodesDistributionsOfDistances() {
        JsonNode dfl = EXPECTED.get("dfl");
        List<Detection> found = YoloHeads.dfl(floats(dfl.get("values")), dfl.get("height").asInt(),
                dfl.get("width").asInt(), dfl.get("stride").asInt(), dfl.get("bins").asInt(), -1,
                Labels.numbered(dfl.get("classes").asInt()));
        assertEquals(6, found.size());
        float[] boxes = floats(dfl.get("boxes"));
        for (int i = 0; i < 6; i++) {
            assertEquals(dfl.get("best").get(i).asInt(), found.get(i).index());
            assertEquals(dfl.get("score").get(i).asDouble(), found.get(i).score(), 1e-6);
            assertBox(boxes[4 * i], boxes[4 * i + 1], boxes[4 * i + 2], boxes[4 * i + 3], found.get(i), 1e-4);
        }
    }

    @Test
    void findsThePeaksThatMaxPoolingFinds() {
        JsonNode expected = EXPECTED.get("centernet");
        List<Detection> found = CenterNetPeaks.decode(floats(expected.get("heat")), floats(expected.get("sizes")),
                floats(expected.get("offsets")), 6, 7, 4, 5, 0, Labels.numbered(2));
        assertEquals(5, found.size());
        for (int i = 0; i < 5; i++) {
            JsonNode row = expected.get("found").get(i);
            assertEquals(row.get(0).asInt(), found.get(i).index());
            assertEquals(row.get(1).asDouble(), found.get(i).score(), 1e-6);
            double x = row.get(2).asDouble();
            double y = row.get(3).asDouble();
            assertBox(x, y, x + row.get(4).asDouble(), y + row.get(5).asDouble(), found.get(i), 1e-4);
        }
    }

    @Test
    void segmentsAsPytorchResizesLogits() {
        JsonNode expected = EXPECTED.get("segments");
        float[] logits = floats(expected.get("logits"));
        assertClasses(expected.get("larger"), ClassMap.of(logits, 4, 5, 6, 11, 17));
        assertClasses(expected.get("smaller"), ClassMap.of(logits, 4, 5, 6, 3, 4));
        ClassMap nearest = ClassMap.ofClasses(new float[]{0, 3, 1, 1}, 2, 2, 2, 4);
        assertEquals(List.of(0, 0, 3, 3, 1, 1, 1, 1),
                IntStream.range(0, 8).mapToObj(i -> nearest.at(i % 4, i / 4)).toList());
        assertEquals(4, nearest.classes());
        assertEquals(0.5, nearest.shares()[1]);
        assertThrows(IllegalArgumentException.class, () -> ClassMap.ofClasses(new float[]{0.5f}, 1, 1, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> ClassMap.of(logits, 4, 5, 5, 11, 17));
    }

    private static void assertClasses(JsonNode expected, ClassMap actual) {
        for (int i = 0; i < expected.size(); i++) {
            assertEquals(expected.get(i).asInt(), actual.at(i % actual.width(), i / actual.width()), "pixel " + i);
        }
        assertEquals(expected.size(), actual.width() * actual.height());
    }

    @Test
    void letterboxesKeepTheAspectAndPadWithGray() {
        JsonNode expected = EXPECTED.get("letterbox");
        byte[] planes = new byte[3 * 20 * 31];
        for (int i = 0; i < planes.length; i++) {
            planes[i] = (byte) expected.get("picture").get(i).asInt();
        }
        ImageFit.Fitted fitted = ImageFit.letterbox(32, 24).apply(RgbImage.ofPlanes(31, 20, planes));
        assertEquals(expected.get("top").asInt(), fitted.top());
        assertEquals(expected.get("left").asInt(), fitted.left());
        for (int i = 0; i < fitted.input().length; i++) {
            assertEquals(expected.get("input").get(i).asDouble(), 255 * fitted.input()[i], 0.501, "value " + i);
        }
    }

    @Test
    void boxesGoBackToTheImage() {
        ImageFit.Fitted fitted = ImageFit.letterbox(64, 64).apply(RgbImage.ofRgb(128, 64, new byte[3 * 128 * 64]));
        assertEquals(16, fitted.top());
        assertBox(40, 8, 80, 40, fitted.toImage(new Detection("", 0, 1, 20, 20, 20, 16)), 1e-9);
        // What lies in the margin is cut off.
        assertBox(0, 0, 128, 64, fitted.toImage(new Detection("", 0, 1, -5, 0, 100, 90)), 1e-9);
        ImageFit stretch = new ImageFit(32, 64, ImageFit.Mode.STRETCH, Preprocessing.Rgb.of(0.5f),
                Preprocessing.Rgb.of(0.25f));
        ImageFit.Fitted stretched = stretch.apply(RgbImage.ofRgb(128, 16, new byte[3 * 128 * 16]));
        assertEquals(-2, stretched.input()[100]);
        assertBox(20, 5, 40, 10, stretched.toImage(new Detection("", 0, 1, 10, 10, 10, 10)), 1e-9);
    }

    @Test
    void readsTheRowsOfYoloHeads() {
        // Two anchors of two classes; the first is good, the second is not.
        float[] v8 = {50, 60, 40, 30, 20, 8, 10, 4, 0.2f, 0.1f, 0.9f, 0.05f};
        assertEquals(List.of(new Detection("class 1", 1, 0.9f, 40, 35, 20, 10)),
                YoloHeads.v8(v8, 2, 0.25, Labels.numbered(2)));
        float[] v5 = {50, 40, 20, 10, 0.5f, 0.2f, 0.9f, 60, 30, 8, 4, 0.9f, 0.1f, Float.NaN};
        assertEquals(List.of(new Detection("class 1", 1, 0.5f * 0.9f, 40, 35, 20, 10)),
                YoloHeads.v5(v5, 2, 0.25, Labels.numbered(2)));
        float[] last = {40, 35, 60, 45, 0.9f, 1, 1, 1, 2, 2, 0.1f, 5};
        assertEquals(List.of(new Detection("class 1", 1, 0.9f, 40, 35, 20, 10)),
                YoloHeads.endToEnd(last, 0.25, Labels.numbered(2)));
        assertThrows(IllegalArgumentException.class, () -> YoloHeads.endToEnd(last, 0.05, Labels.numbered(2)));
        assertThrows(IllegalArgumentException.class, () -> YoloHeads.v8(v8, 3, 0.25, Labels.numbered(2)));
        assertThrows(IllegalArgumentException.class, () -> YoloHeads.v5(v5, 2, 0.25, Labels.numbered(1)));
    }

    @Test
    void readsBoxesThatTheNetSelected() {
        Detection expected = new Detection("class 1", 1, 0.9f, 40, 35, 20, 10);
        float[] boxes = {40, 35, 60, 45, 1, 1, 2, 2};
        float[] classes = {1, 5};
        List<List<Integer>> shapes = List.of(List.of(-1, 4), List.of(-1), List.of(-1));
        assertEquals(DetectionFormat.TORCHVISION, guess(shapes));
        assertEquals(List.of(expected), DetectionFormat.TORCHVISION.decode(shapes,
                List.of(boxes, classes, new float[]{0.9f, Float.NaN}), 64, 64, 0.25, Labels.numbered(2)));
        assertEquals(List.of(), DetectionFormat.TORCHVISION.decode(shapes,
                List.of(new float[0], new float[0], new float[0]), 64, 64, 0.25, Labels.numbered(2)));
        float[] scores = {0.9f, 0.8f};
        assertThrows(IllegalArgumentException.class,
                () -> SelectedBoxes.torchvision(boxes, classes, scores, 0.25, Labels.numbered(2)));
        assertThrows(IllegalArgumentException.class,
                () -> SelectedBoxes.torchvision(boxes, new float[]{1.5f, 1}, scores, 0.25, Labels.numbered(2)));
        assertThrows(IllegalArgumentException.class,
                () -> SelectedBoxes.torchvision(boxes, new float[1], scores, 0.25, Labels.numbered(2)));
        List<List<Integer>> rows = List.of(List.of(-1, 7));
        assertEquals(DetectionFormat.BATCH_END_TO_END, guess(rows));
        float[] row = {0, 40, 35, 60, 45, 1, 0.9f, 1, 0, 0, 9, 9, 0, 0.9f, 0, 0, 0, 9, 9, 0, 0.1f};
        assertEquals(List.of(expected),
                DetectionFormat.BATCH_END_TO_END.decode(rows, List.of(row), 64, 64, 0.25, Labels.numbered(2)));
        assertThrows(IllegalArgumentException.class, () -> SelectedBoxes.batch(boxes, 0, 0.25, Labels.numbered(2)));
        assertTrue(DetectionFormat.guess(List.of(List.of(1, 7))).isEmpty());
        assertTrue(DetectionFormat.TORCHVISION.isAnyClass());
        assertThrows(IllegalArgumentException.class, () -> DetectionFormat.TORCHVISION.classes(rows));
    }

    @Test
    void formatsAreGuessedFromShapes() {
        assertEquals(DetectionFormat.YOLOV8, guess(List.of(List.of(1, 84, 8400))));
        assertEquals(DetectionFormat.YOLOV5, guess(List.of(List.of(1, 25200, 85))));
        assertEquals(DetectionFormat.END_TO_END, guess(List.of(List.of(1, 300, 6))));
        assertEquals(DetectionFormat.SSD, guess(List.of(List.of(1, 3234, 4), List.of(1, 3234, 91))));
        assertEquals(DetectionFormat.SSD, guess(List.of(List.of(1, 3234, 91), List.of(1, 3234, 4))));
        assertEquals(DetectionFormat.CENTERNET,
                guess(List.of(List.of(1, 80, 128, 128), List.of(1, 2, 128, 128), List.of(1, 2, 128, 128))));
        assertTrue(DetectionFormat.guess(List.of(List.of(1, 1000))).isEmpty());
        assertTrue(DetectionFormat.guess(List.of(List.of(1, 21, 64, 64))).isEmpty());
        assertEquals(80, DetectionFormat.YOLOV8.classes(List.of(List.of(1, 84, 8400))));
        assertEquals(90, DetectionFormat.SSD.classes(List.of(List.of(1, 3234, 91), List.of(1, 3234, 4))));
        assertThrows(IllegalArgumentException.class,
                () -> DetectionFormat.SSD.classes(List.of(List.of(1, 84, 8400))));
        assertThrows(IllegalArgumentException.class, () -> DetectionFormat.YOLOV8.classes(List.of(List.of(1, 1000))));
    }

    private static DetectionFormat guess(List<List<Integer>> shapes) {
        return DetectionFormat.guess(shapes).orElseThrow();
    }

    /** Logits of SSD go through a softmax; TensorFlow's through a sigmoid; CenterNet's, too. */
    @Test
    void scoresThatAreLogitsAreNormalized() {
        float[] codes = new float[4 * 3234];
        float[] logits = new float[2 * 3234];
        logits[1] = 2;
        List<Detection> found = DetectionFormat.SSD.decode(List.of(List.of(1, 3234, 2), List.of(1, 3234, 4)),
                List.of(logits, codes), 320, 320, 0.6, Labels.numbered(1));
        assertEquals(1, found.size());
        assertEquals(1 / (1 + Math.exp(-2)), found.getFirst().score(), 1e-6);
        float[] heat = {-3, 1, -3, -3};
        List<Detection> peaks = DetectionFormat.CENTERNET.decode(
                List.of(List.of(1, 1, 2, 2), List.of(1, 2, 2, 2)), List.of(heat, new float[8]), 8, 8, 0.5,
                Labels.numbered(1));
        assertEquals(1 / (1 + Math.exp(-1)), peaks.getFirst().score(), 1e-6);
        assertEquals(6, peaks.getFirst().x(), 1e-6);
    }
}
