package io.github.jvig.model.onnx.lowering;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against the definition: each box is compared with all that are kept. */
class NonMaxSuppressionTest {
    private static int[] expected(float[] boxes, float[] scores, float overlap) {
        List<Integer> order = IntStream.range(0, scores.length).boxed()
                .sorted(Comparator.comparingDouble(i -> -scores[i])).toList();
        List<Integer> kept = new ArrayList<>();
        for (int i : order) {
            if (kept.stream().noneMatch(k -> overlap(boxes, 4 * k, 4 * i) > overlap)) {
                kept.add(i);
            }
        }
        return kept.stream().mapToInt(i -> i).toArray();
    }

    private static float overlap(float[] b, int i, int j) {
        float height = Math.min(b[i + 2], b[j + 2]) - Math.max(b[i], b[j]);
        float width = Math.min(b[i + 3], b[j + 3]) - Math.max(b[i + 1], b[j + 1]);
        float both = height * width;
        float areas = (b[i + 2] - b[i]) * (b[i + 3] - b[i + 1]) + (b[j + 2] - b[j]) * (b[j + 3] - b[j + 1]);
        return height <= 0 || width <= 0 ? 0 : both / (areas - both);
    }

    /** Boxes of some classes, each class as far from the next as torchvision puts them; with one class all boxes lie in one place. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 90, 1000})
    void keepsWhatTheDefinitionKeeps(int classes) {
        Random random = new Random(classes);
        for (float size : new float[]{300, 20, 0}) {
            float[] boxes = new float[4 * 1500];
            float[] scores = new float[1500];
            for (int i = 0; i < scores.length; i++) {
                float away = random.nextInt(classes) * 321f;
                boxes[4 * i] = away + random.nextFloat() * 300;
                boxes[4 * i + 1] = away + random.nextFloat() * 300;
                boxes[4 * i + 2] = boxes[4 * i] + random.nextFloat() * size;
                boxes[4 * i + 3] = boxes[4 * i + 1] + random.nextFloat() * size;
                scores[i] = random.nextInt(500);
            }
            int[] expected = expected(boxes, scores, 0.3f);
            assertArrayEquals(expected,
                    new NonMaxSuppression(boxes, 0.3f, false).keep(0, scores, 0, scores.length, 5000, -1));
            assertTrue(expected.length > 3);
        }
    }

    /** Numbers that are none, or without end, suppress nothing wrongly. */
    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 3e38f})
    void oddBoxesAreComparedAsTheyAre(float odd) {
        Random random = new Random(3);
        float[] boxes = new float[4 * 200];
        float[] scores = new float[200];
        for (int i = 0; i < scores.length; i++) {
            for (int k = 0; k < 2; k++) {
                float a = random.nextFloat() * 50;
                float b = random.nextFloat() * 50;
                boxes[4 * i + k] = i % 50 == 7 && k == 0 && odd < 0 ? odd : Math.min(a, b);
                boxes[4 * i + k + 2] = i % 50 == 7 && k == 0 && !(odd < 0) ? odd : Math.max(a, b);
            }
            scores[i] = i;
        }
        assertArrayEquals(expected(boxes, scores, 0.3f),
                new NonMaxSuppression(boxes, 0.3f, false).keep(0, scores, 0, scores.length, 5000, -1));
    }
}
