package io.github.jvig.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.kernels.SparsePointwiseConv.NonZeros;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("every-width")
class SparsePointwiseTest {
    private static final int FOUR = 4;
    private static final int SIXTEEN = 16;

    /** Sets weights to zero until about as many blocks are left as the spec counts. */
    static void prune(SparsePointwiseConv spec, float[] weight, Random random) {
        int inputs = spec.in().channels();
        int outputs = spec.out().channels();
        NonZeros kept = spec.nonZeros();
        double sixteens = (double) kept.sixteens() / inputs / ((outputs + SIXTEEN - 1) / SIXTEEN);
        double fours = kept.fours() / Math.max(1.0, FOUR * kept.sixteens());
        double each = kept.weights() / Math.max(1.0, FOUR * kept.fours());
        for (int i = 0; i < inputs; i++) {
            boolean large = false;
            boolean small = false;
            for (int o = 0; o < outputs; o++) {
                large = o % SIXTEEN == 0 ? random.nextDouble() < sixteens : large;
                small = o % FOUR == 0 ? large && random.nextDouble() < fours : small;
                if (!small || random.nextDouble() >= each) {
                    weight[o * inputs + i] = 0;
                }
            }
        }
    }

    private static float[] pruned(int outputs, int inputs, int block, double kept) {
        Random random = new Random(5);
        float[] weight = new float[outputs * inputs];
        for (int o = 0; o < outputs; o += block) {
            for (int i = 0; i < inputs; i++) {
                float value = random.nextDouble() < kept ? 1 + random.nextFloat() : 0;
                for (int b = o; b < Math.min(outputs, o + block); b++) {
                    weight[b * inputs + i] = value;
                }
            }
        }
        return weight;
    }

    @ParameterizedTest
    @ValueSource(longs = {121, 122, 123, 124, 125, 126})
    void randomShapes(long seed) {
        RandomSpecs specs = new RandomSpecs(seed);
        for (int i = 0; i < 20; i++) {
            KernelProviderTest.check(specs.sparsePointwise(), seed * 1000 + i);
        }
    }

    /** Large enough for blocks of pixels and for groups of outputs. */
    @Test
    void shapesOfNets() {
        for (int block : new int[]{1, FOUR, SIXTEEN}) {
            for (PointwiseConv conv : new PointwiseConv[]{
                    new PointwiseConv(MapLayout.of(28, 28, 128), 128, Epilogue.of(Activation.RELU)),
                    new PointwiseConv(MapLayout.of(14, 14, 256), 250, Epilogue.of(Activation.SIGMOID).plusResidual()),
                    new PointwiseConv(MapLayout.of(7, 7, 512), 512, Epilogue.NONE)}) {
                NonZeros kept = NonZeros.count(pruned(conv.out().channels(), conv.in().channels(), block, 0.1),
                        conv.out().channels(), conv.in().channels());
                KernelProviderTest.check(new SparsePointwiseConv(conv.in(), conv.out(), kept, conv.epilogue()), block);
            }
        }
    }

    @Test
    void counts() {
        // Outputs 0, 1, 5 and 17 of input 0, output 3 of input 2.
        float[] weight = new float[18 * 3];
        for (int at : new int[]{0, 3, 15, 51, 11}) {
            weight[at] = -2;
        }
        assertEquals(new NonZeros(5, 4, 3), NonZeros.count(weight, 18, 3));
        weight[1] = -0f;
        assertEquals(new NonZeros(5, 4, 3), NonZeros.count(weight, 18, 3), "a negative zero is a zero");
        assertEquals(new NonZeros(0, 0, 0), NonZeros.count(new float[6], 2, 3));
    }

    private static boolean pays(PointwiseConv conv, int block, double kept) {
        return SparsePointwiseConv.of(conv, pruned(conv.out().channels(), conv.in().channels(), block, kept))
                .isPresent();
    }

    @Test
    void zerosHaveToBeManyOrSideBySide() {
        PointwiseConv conv = new PointwiseConv(MapLayout.of(14, 14, 512), 512, Epilogue.NONE);
        assertFalse(pays(conv, 1, 1));
        assertFalse(pays(conv, 1, 0.25));
        assertTrue(pays(conv, 1, 0.1));
        assertFalse(pays(conv, FOUR, 0.6));
        assertTrue(pays(conv, FOUR, 0.3));
        assertTrue(pays(conv, SIXTEEN, 0.3));
        // Moving the map costs more than so few inputs.
        PointwiseConv wide = new PointwiseConv(MapLayout.of(56, 56, 32), 192, Epilogue.NONE);
        assertFalse(pays(wide, 1, 0.05));
        assertTrue(pays(wide, SIXTEEN, 0.05));
        assertFalse(pays(new PointwiseConv(MapLayout.of(1, 1, 512), 512, Epilogue.NONE), SIXTEEN, 0.05));
        SparsePointwiseConv blocks = SparsePointwiseConv.of(wide, pruned(192, 32, SIXTEEN, 0.05)).orElseThrow();
        assertTrue(blocks.skipsSixteens());
        assertFalse(SparsePointwiseConv.of(conv, pruned(512, 512, 1, 0.1)).orElseThrow().skipsSixteens());
    }

    private static void refused(String part, Executable action) {
        String message = assertThrows(IllegalArgumentException.class, action).getMessage();
        assertTrue(message.contains(part), message);
    }

    @Test
    void specs() {
        MapLayout map = MapLayout.of(4, 5, 6);
        SparsePointwiseConv spec = new SparsePointwiseConv(map, map.withChannels(10), new NonZeros(15, 6, 4),
                Epilogue.of(Activation.RELU).plusResidual());
        assertEquals(60, spec.weightCount());
        assertEquals(20 * 15, spec.macs());
        assertEquals("sparse-pointwise 4x5x6->10, 75 % zeros, 67 % by four, 33 % by sixteen+relu+residual",
                spec.toString());
        refused("61 weights that are not zero, of 60",
                () -> new SparsePointwiseConv(map, map.withChannels(10), new NonZeros(61, 20, 20), Epilogue.NONE));
        refused("3 weights can't lie in 4 blocks of four and 1 of sixteen", () -> new NonZeros(3, 4, 1));
        refused("can't lie", () -> new NonZeros(9, 2, 1));
        refused("can't lie", () -> new NonZeros(9, 5, 1));
        refused("can't lie", () -> new NonZeros(1, 1, -1));
        refused("keeps height and width", () -> new SparsePointwiseConv(map, MapLayout.of(5, 4, 10),
                new NonZeros(1, 1, 1), Epilogue.NONE));
    }

    /** An infinity reaches the outputs with a weight for its channel. */
    @Test
    void infinity() {
        MapLayout map = MapLayout.of(3, 7, 2);
        SparsePointwiseConv spec = new SparsePointwiseConv(map, map, new NonZeros(1, 1, 1), Epilogue.NONE);
        float[] in = new float[map.length()];
        in[1] = Float.NEGATIVE_INFINITY;
        for (KernelProvider kernels : ActivationsTest.providers()) {
            float[] out = new float[map.length()];
            kernels.kernel(spec, new float[]{0, 2, 0, 0}, null).run(Operands.of(in, out));
            assertEquals(Float.NEGATIVE_INFINITY, out[0], kernels.name());
        }
    }
}
