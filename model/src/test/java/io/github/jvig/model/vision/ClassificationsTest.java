package io.github.jvig.model.vision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClassificationsTest {
    private static Classifications of(float... logits) {
        return Classifications.of(logits, Labels.numbered(logits.length));
    }

    @Test
    void softmax() {
        Classifications result = of(0, (float) Math.log(2), (float) Math.log(5));
        assertEquals(1 / 8.0, result.probability(0), 1e-7);
        assertEquals(2 / 8.0, result.probability(1), 1e-7);
        assertEquals(5 / 8.0, result.probability(2), 1e-7);
        assertEquals(2, result.best().index());
        assertEquals("class 2", result.best().label());
        assertEquals("class 2 62.5 %, class 1 25.0 %, class 0 12.5 %", result.toString());
    }

    @Test
    void probabilitiesAreRankedAndSumToOne() {
        Random random = new Random(3);
        for (int round = 0; round < 50; round++) {
            float[] logits = new float[1 + random.nextInt(1000)];
            for (int i = 0; i < logits.length; i++) {
                logits[i] = (float) random.nextGaussian() * 10;
            }
            Classifications result = of(logits);
            assertEquals(1, IntStream.range(0, result.size()).mapToDouble(result::probability).sum(), 1e-12);
            List<Classification> all = result.top(logits.length);
            assertEquals(logits.length, all.size());
            assertEquals(result.best(), all.getFirst());
            for (int i = 1; i < all.size(); i++) {
                assertTrue(logits[all.get(i - 1).index()] >= logits[all.get(i).index()]);
                assertEquals(result.probability(all.get(i).index()), all.get(i).probability());
            }
        }
    }

    @Test
    void equalClassesComeByIndex() {
        assertEquals(List.of(1, 3, 0, 2, 4), of(1, 2, 1, 2, 1).top(5).stream().map(Classification::index).toList());
    }

    @Test
    void extremeLogits() {
        Classifications result = of(Float.MAX_VALUE, -Float.MAX_VALUE);
        assertEquals(1, result.probability(0));
        assertEquals(0, result.probability(1));
        assertEquals(0.5, of(1e30f, 1e30f).probability(1));
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void logitsMustBeFinite(float bad) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> of(1, bad));
        assertEquals("logit 1 is " + bad, e.getMessage());
    }

    @Test
    void top() {
        assertEquals(2, of(1, 2, 3).top(2).size());
        assertEquals(3, of(1, 2, 3).top(5).size());
        assertThrows(IllegalArgumentException.class, () -> of(1, 2).top(0));
        assertThrows(IllegalArgumentException.class, () -> Classifications.of(new float[3], Labels.digits()));
    }
}
