package io.github.jvig.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("every-width")
class PiecewiseLinearTest {
    @ParameterizedTest
    @ValueSource(longs = {131, 132, 133})
    void randomShapes(long seed) {
        RandomSpecs specs = new RandomSpecs(seed);
        for (int i = 0; i < 20; i++) {
            KernelProviderTest.check(new PiecewiseLinear(specs.map(20, 90)), seed * 1000 + i);
        }
        KernelProviderTest.check(new PiecewiseLinear(MapLayout.of(28, 28, 256)), seed);
    }

    /** At the knee, beside it, zeros of both signs, and what is no number. */
    @Test
    void pieces() {
        PiecewiseLinear spec = new PiecewiseLinear(MapLayout.of(1, 1, 8));
        float nan = Float.NaN;
        float inf = Float.POSITIVE_INFINITY;
        float[] weight = {1, 1, 1, 0, 0, 0, 0, 0, // knee
                2, 2, 2, 3, 3, 3, 0.25f, 3, // below
                4, 4, 4, -5, -5, -5, 1, 5, // above
                10, 10, 10, 0, 0, 0, 0, 1}; // value
        float[] in = Arrays.copyOf(new float[]{1, 0, 2, -0f, -2, 2, -inf, nan}, 16);
        float[] expected = Arrays.copyOf(new float[]{10, 8, 14, 0, -6, -10, -inf, nan}, 16);
        for (KernelProvider kernels : ActivationsTest.providers()) {
            float[] out = new float[16];
            kernels.kernel(spec, weight, null).run(Operands.of(in, out));
            assertArrayEquals(expected, out, 1e-6f, kernels.name());
        }
    }

    @Test
    void specs() {
        PiecewiseLinear spec = new PiecewiseLinear(MapLayout.of(2, 3, 20));
        assertEquals(80, spec.weightCount());
        assertEquals("piecewise-linear 2x3x20", spec.toString());
        String message = assertThrows(IllegalArgumentException.class,
                () -> new PiecewiseLinear(MapLayout.unpadded(2, 3, 3))).getMessage();
        assertTrue(message.contains("without padding"), message);
    }
}
