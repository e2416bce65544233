package io.github.jvig.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Scores, neighborhood aggregation and adaptive pools. */
class NeighborhoodTest {
    private static final MapLayout MAP = MapLayout.of(5, 6, 20);

    @ParameterizedTest
    @ValueSource(longs = {95, 96, 97, 98})
    void randomShapes(long seed) {
        RandomSpecs specs = new RandomSpecs(seed);
        for (int i = 0; i < 15; i++) {
            KernelProviderTest.check(specs.attentionScores(), seed * 1000 + i);
            KernelProviderTest.check(specs.neighborhoodAggregation(), seed * 1000 + i);
            KernelProviderTest.check(specs.adaptiveAveragePool(), seed * 1000 + i);
        }
    }

    /** Of OverLoCK-XT: heads of 14 channels, of which the last vector goes beyond the pixel, and units of several rows. */
    @Test
    void shapesOfNets() {
        MapLayout values = MapLayout.of(7, 7, 336);
        KernelProviderTest.check(new NeighborhoodAggregation(values, 168, values.withChannels(12 * 74), 25, 74,
                values.withChannels(168), 12, 7), 1);
        MapLayout large = MapLayout.of(14, 14, 256);
        KernelProviderTest.check(new NeighborhoodAggregation(large, 128, large.withChannels(8 * 194), 25, 194,
                large.withChannels(128), 8, 13), 2);
        KernelProviderTest.check(new AttentionScores(large.withChannels(128), MapLayout.of(7, 7, 128), 8), 3);
        KernelProviderTest.check(new AdaptiveAveragePool(MapLayout.of(56, 57, 84), MapLayout.of(7, 7, 84)), 4);
    }

    /** PyTorch 2.13's AdaptiveAvgPool2d((1, 3)) of 0 to 4, whose windows overlap, and (1, 3) of two pixels. */
    @Test
    void windowsOverlap() {
        assertArrayEquals(new float[]{0.5f, 2, 3.5f}, pool(new float[]{0, 1, 2, 3, 4}, 3));
        assertArrayEquals(new float[]{0, 0.5f, 1}, pool(new float[]{0, 1}, 3));
    }

    private static float[] pool(float[] row, int columns) {
        AdaptiveAveragePool spec = new AdaptiveAveragePool(MapLayout.of(1, row.length, 1), MapLayout.of(1, columns, 1));
        float[] in = new float[spec.in().length()];
        spec.in().fromPlanes(row, 0, in, 0);
        float[] out = new float[spec.out().length()];
        KernelProvider.scalar().kernel(spec).run(Operands.of(in, out));
        float[] result = new float[columns];
        spec.out().toPlanes(out, 0, result, 0);
        return result;
    }

    /** A NaN among the values is in the windows of the pixels around it, moved at the border; one among the weights at its pixel. */
    @Test
    void notANumberSpreadsAsDocumented() {
        MapLayout line = MapLayout.of(3, 6, 2);
        NeighborhoodAggregation spec = new NeighborhoodAggregation(line, 0, line.withChannels(18), 0, 9, line, 2, 3);
        float[] in = new float[line.length()];
        float[] weights = new float[spec.weightLayout().length()];
        float[] bias = new float[spec.weightCount()];
        in[2 * line.stride()] = Float.NaN;
        weights[5 * spec.weightLayout().stride() + 9] = Float.NaN;
        for (KernelProvider kernels : ActivationsTest.providers()) {
            float[] out = new float[line.length()];
            kernels.kernel(spec, bias, null).run(Operands.of(in, weights, out));
            float[] planes = new float[2 * 18];
            line.toPlanes(out, 0, planes, 0);
            float n = Float.NaN;
            // Each row sees all three rows. Column 2 lies in the windows that start at columns 0, 0, 1 and 2.
            assertArrayEquals(new float[]{n, n, n, n, 0, 0}, Arrays.copyOf(planes, 6), kernels.name());
            assertArrayEquals(new float[]{0, 0, 0, 0, 0, n}, Arrays.copyOfRange(planes, 18, 24), kernels.name());
        }
    }

    private static void refused(String part, Executable action) {
        String message = assertThrows(IllegalArgumentException.class, action).getMessage();
        assertTrue(message.contains(part), message);
    }

    private static NeighborhoodAggregation near(int firstValue, int weights, int step, int channels, int heads,
            int kernel) {
        return new NeighborhoodAggregation(MAP, firstValue, MAP.withChannels(weights), 0, step,
                MAP.withChannels(channels), heads, kernel);
    }

    @Test
    void specs() {
        assertEquals(2 * 81, near(4, 50, 25, 16, 2, 5).weightCount());
        assertEquals(30 * 25 * 16, near(4, 50, 25, 16, 2, 5).macs());
        assertEquals("neighborhood-aggregation 5x6x16, 5x5, 2 heads", near(4, 50, 25, 16, 2, 5).toString());
        refused("7x7 pixels is not odd or does not fit into 5x6x20", () -> near(4, 98, 49, 16, 2, 7));
        refused("4x4 pixels", () -> near(4, 98, 49, 16, 2, 4));
        refused("from channel 5 on does not give 5x6x16 in 2 heads", () -> near(5, 50, 25, 16, 2, 5));
        refused("in 3 heads", () -> near(0, 75, 25, 16, 3, 5));
        refused("5x6x49 do not hold 25 taps", () -> near(0, 49, 25, 16, 2, 5));
        refused("does not give 6x5x20", () -> new NeighborhoodAggregation(MAP, 0, MAP.withChannels(25), 0, 25,
                MapLayout.of(6, 5, 20), 1, 5));
        MapLayout key = MapLayout.of(2, 2, 20);
        assertEquals(MAP.withChannels(16), new AttentionScores(MAP, key, 4).out());
        assertEquals(30 * 4 * 20, new AttentionScores(MAP, key, 4).macs());
        assertEquals("attention-scores 5x6x20 by 2x2x20, 4 heads", new AttentionScores(MAP, key, 4).toString());
        refused("in 3 heads", () -> new AttentionScores(MAP, key, 3));
        refused("in 0 heads", () -> new AttentionScores(MAP, key, 0));
        refused("keys of 2x2x4", () -> new AttentionScores(MAP, key.withChannels(4), 4));
        refused("do not give 5x6x20", () -> new AttentionScores(MAP, key, MAP, 4));
        refused("does not give 2x2x4", () -> new AdaptiveAveragePool(MAP, key.withChannels(4)));
        AdaptiveAveragePool pool = new AdaptiveAveragePool(MAP, MapLayout.of(3, 2, 20));
        assertEquals("adaptive-average-pool 5x6x20 to 3x2", pool.toString());
        assertEquals(1, pool.firstInputRow(1));
        assertEquals(3, pool.lastInputRow(1));
    }
}
