package io.github.jvig.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpatialSoftmaxTest {
    @ParameterizedTest
    @ValueSource(longs = {91, 92, 93, 94})
    void randomShapes(long seed) {
        RandomSpecs specs = new RandomSpecs(seed);
        for (int i = 0; i < 30; i++) {
            KernelProviderTest.check(specs.spatialSoftmax(), seed * 1000 + i);
        }
        // One plane, and so many channels that they are cut into units.
        KernelProviderTest.check(new SpatialSoftmax(MapLayout.of(56, 56, 1)), seed);
        KernelProviderTest.check(new SpatialSoftmax(MapLayout.of(28, 28, 160)), seed);
    }

    /** Values whose exponentials are beyond the range of float, and NaN, each in a channel of its own. */
    @Test
    void largeValuesAndNotANumber() {
        SpatialSoftmax spec = new SpatialSoftmax(MapLayout.of(1, 2, 5));
        int stride = spec.in().stride();
        float[][] pixels = {{1000, -1000, Float.NaN, Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY},
                {1000, -2000, 1, 7, 3}};
        float[] in = new float[spec.in().length()];
        System.arraycopy(pixels[0], 0, in, 0, 5);
        System.arraycopy(pixels[1], 0, in, stride, 5);
        for (KernelProvider kernels : ActivationsTest.providers()) {
            float[] out = new float[in.length];
            Arrays.fill(out, 7);
            kernels.kernel(spec).run(Operands.of(in, out));
            float[] first = {0.5f, 1, Float.NaN, 0, Float.NaN};
            float[] second = {0.5f, 0, Float.NaN, 1, Float.NaN};
            for (int c = 0; c < 5; c++) {
                assertEquals(first[c], out[c], 1e-6f, kernels.name() + c);
                assertEquals(second[c], out[stride + c], 1e-6f, kernels.name() + c);
            }
        }
    }

    @Test
    void spec() {
        String message = assertThrows(IllegalArgumentException.class,
                () -> new SpatialSoftmax(MapLayout.unpadded(2, 3, 5))).getMessage();
        assertTrue(message.contains("2x3x5"), message);
        assertEquals("spatial-softmax 2x3x5", new SpatialSoftmax(MapLayout.of(2, 3, 5)).toString());
    }
}
