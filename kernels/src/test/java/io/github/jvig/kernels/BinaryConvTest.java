package io.github.jvig.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("every-width")
class BinaryConvTest {
    @ParameterizedTest
    @ValueSource(longs = {141, 142, 143, 144})
    void randomShapes(long seed) {
        RandomSpecs specs = new RandomSpecs(seed);
        for (int i = 0; i < 15; i++) {
            KernelProviderTest.check(specs.binaryConv(), seed * 1000 + i);
        }
    }

    @Test
    void shapesOfNets() {
        KernelProviderTest.check(new BinaryConv(MapLayout.of(7, 7, 256), 256, Window.same(3)), 1);
        KernelProviderTest.check(new BinaryConv(MapLayout.of(28, 28, 128), 512, Window.same(1)), 2);
        KernelProviderTest.check(new BinaryConv(MapLayout.of(14, 15, 200), 64, Window.of(3, 2, 1)), 3);
    }

    /** What is not a plain number, in the input and in the weights. */
    @Test
    void signs() {
        BinaryConv spec = new BinaryConv(MapLayout.of(1, 1, 8), 2, Window.same(1));
        float[] in = new float[16];
        float[] values = {0, -0f, Float.MIN_VALUE, -Float.MIN_VALUE, Float.NaN, Float.POSITIVE_INFINITY,
                Float.NEGATIVE_INFINITY, 5};
        System.arraycopy(values, 0, in, 0, values.length);
        // Against plus everywhere: 5 plus and 3 minus. Against itself: all agree.
        float[] weight = new float[18];
        System.arraycopy(values, 0, weight, 8, values.length);
        weight[16] = 3;
        weight[17] = -1;
        for (KernelProvider kernels : ActivationsTest.providers()) {
            float[] out = new float[16];
            kernels.kernel(spec, weight, new float[]{0.5f, 0}).run(Operands.of(in, out));
            float[] expected = new float[16];
            expected[0] = 3 * 2 + 0.5f;
            expected[1] = -8;
            assertArrayEquals(expected, out, kernels.name());
        }
    }

    private static void refused(String part, Executable action) {
        String message = assertThrows(IllegalArgumentException.class, action).getMessage();
        assertTrue(message.contains(part), message);
    }

    @Test
    void specs() {
        MapLayout map = MapLayout.of(5, 6, 20);
        BinaryConv spec = new BinaryConv(map, 10, Window.of(3, 2, 1));
        assertEquals(MapLayout.of(3, 3, 10), spec.out());
        assertEquals(10 * 20 * 9 + 10, spec.weightCount());
        assertEquals(10, spec.biasCount());
        assertEquals(9 * 10 * 20 * 9, spec.macs());
        assertEquals(1, spec.firstInputRow(1));
        assertEquals(3, spec.lastInputRow(1));
        assertEquals("binary-conv 3x3s2p1 5x6x20->10", spec.toString());
        refused("does not give 5x6x10", () -> new BinaryConv(map, map.withChannels(10), Window.of(3, 2, 1)));
        refused("more signs than 2^24",
                () -> new BinaryConv(MapLayout.of(1, 1, 1 << 21), 1, Window.same(3)));
        refused("without padding", () -> new BinaryConv(MapLayout.unpadded(5, 6, 3), 10, Window.same(3)));
    }
}
