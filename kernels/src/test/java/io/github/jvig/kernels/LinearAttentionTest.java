package io.github.jvig.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Attention whose work grows with the number of pixels: linear, among channels, and separable. */
class LinearAttentionTest {
    private static final MapLayout MAP = MapLayout.of(6, 5, 21);

    @ParameterizedTest
    @ValueSource(longs = {91, 92, 93, 94})
    void randomShapes(long seed) {
        RandomSpecs specs = new RandomSpecs(seed);
        for (int i = 0; i < 20; i++) {
            KernelProviderTest.check(specs.linearAttention(), seed * 1000 + i);
            KernelProviderTest.check(specs.crossCovariance(), seed * 1000 + i);
            KernelProviderTest.check(specs.separableAttention(), seed * 1000 + i);
        }
    }

    @Test
    void shapesOfNets() {
        MapLayout map = MapLayout.of(28, 28, 144);
        AttentionHeads heads = AttentionHeads.byHead(3, 16, 16);
        KernelProviderTest.check(new LinearAttention(List.of(map), map.withChannels(48), heads,
                LinearAttention.Feature.RELU, false, 1e-5), 1);
        KernelProviderTest
                .check(new LinearAttention(List.of(map), map.withChannels(48), AttentionHeads.byKind(1, 48, 48),
                        LinearAttention.Feature.ELU_PLUS_ONE, true, 1e-6), 2);
        KernelProviderTest
                .check(new CrossCovariance(List.of(map), map.withChannels(48), AttentionHeads.byKind(4, 12, 12),
                        1e-12), 3);
        KernelProviderTest.check(
                new SeparableAttention(MapLayout.of(32, 32, 2 * 64 + 1), Partition.samePlace(2, 2)), 4);
    }

    /** With the features as they are; one key, so that its value is the result. */
    @Test
    void oneKeyIsAllThereIs() {
        MapLayout one = MapLayout.of(1, 1, 3);
        LinearAttention spec = new LinearAttention(List.of(MapLayout.of(3, 3, 3), one, one), MapLayout.of(3, 3, 3),
                AttentionHeads.separate(1, 3, 3), LinearAttention.Feature.IDENTITY, true, 0);
        float[] query = new float[spec.in().length()];
        new MapLayout(3, 3, 3, 16).fromPlanes(filled(27, 0.5f), 0, query, 0);
        float[] key = Arrays.copyOf(new float[]{1, 2, 3}, 16);
        float[] value = Arrays.copyOf(new float[]{7, -8, 9}, 16);
        for (KernelProvider kernels : ActivationsTest.providers()) {
            float[] out = new float[spec.out().length()];
            kernels.kernel(spec).run(Operands.of(List.of(new Operands.Input(query, 0), new Operands.Input(key, 0),
                    new Operands.Input(value, 0)), out, 0));
            for (int p = 0; p < 9; p++) {
                assertEquals(7, out[16 * p], 1e-5, kernels.name());
                assertEquals(-8, out[16 * p + 1], 1e-5, kernels.name());
            }
        }
    }

    private static float[] filled(int length, float value) {
        float[] result = new float[length];
        Arrays.fill(result, value);
        return result;
    }

    private static void refused(String part, Executable action) {
        String message = assertThrows(IllegalArgumentException.class, action).getMessage();
        assertTrue(message.contains(part), message);
    }

    @Test
    void specs() {
        AttentionHeads heads = AttentionHeads.byKind(2, 3, 4);
        MapLayout out = MAP.withChannels(8);
        LinearAttention.Feature relu = LinearAttention.Feature.RELU;
        refused("does not take 6x5x19", () -> new LinearAttention(List.of(MAP.withChannels(19)), out, heads, relu, true,
                0));
        refused("does not give 6x5x9", () -> new LinearAttention(List.of(MAP), MAP.withChannels(9), heads, relu, true,
                0));
        refused("not negative, as -1.0", () -> new LinearAttention(List.of(MAP), out, heads, relu, true, -1));
        refused("not negative, as NaN", () -> new LinearAttention(List.of(MAP), out, heads, relu, true, Double.NaN));
        LinearAttention linear = new LinearAttention(List.of(MAP), out, heads, relu, true, 0.5);
        assertEquals(15, linear.sumEpsilon());
        assertEquals(2 * 3 * (5 * 30 + 4 * 30), linear.macs());
        assertEquals(2 * 3 * 5 * 60, new LinearAttention(List.of(MAP), out, heads, relu, false, 0.5).macs());
        refused("3, not 4", () -> new CrossCovariance(List.of(MAP), out, heads, 1e-6));
        AttentionHeads same = AttentionHeads.byKind(2, 3, 3);
        refused("positive, not 0.0", () -> new CrossCovariance(List.of(MAP), MAP.withChannels(6), same, 0));
        MapLayout small = MapLayout.of(3, 5, 6);
        refused("of one size", () -> new CrossCovariance(List.of(MAP, small, small), MAP.withChannels(6),
                AttentionHeads.separate(2, 3, 3), 1));
        assertEquals(2, new CrossCovariance(List.of(MAP), MAP.withChannels(6), same, 1).weightCount());
        refused("as many channels, not 6x5x20", () -> new SeparableAttention(MAP.withChannels(20), Partition.WHOLE));
        refused("as many channels, not 6x5x1", () -> new SeparableAttention(MAP.withChannels(1), Partition.WHOLE));
        refused("patches of 4x5", () -> new SeparableAttention(MAP, Partition.samePlace(4, 5)));
        refused("does not give 6x5x21", () -> new SeparableAttention(MAP, MAP, Partition.WHOLE));
        assertEquals("separable-attention 6x5x21, same place of 2x5",
                new SeparableAttention(MAP, Partition.samePlace(2, 5)).toString());
    }
}
