package io.github.jvig.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.kernels.vector.Widths;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Kernels with the packed weights of one for another size give the bits of those that pack their own. */
class ResizedKernelTest {
    private static final Epilogue RELU = Epilogue.of(Activation.RELU);

    @BeforeEach
    void vectors() {
        Widths.assume();
    }

    private static float[] random(int length, Random random) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static float[] run(Kernel kernel, Random random) {
        List<Operands.Input> inputs = new ArrayList<>();
        for (MapLayout map : kernel.spec().inputs()) {
            float[] in = new float[map.length()];
            map.fromPlanes(random(map.pixels() * map.channels(), random), 0, in, 0);
            inputs.add(new Operands.Input(in, 0));
        }
        float[] out = new float[kernel.spec().out().length()];
        kernel.run(Operands.of(inputs, out, 0));
        return out;
    }

    /** Every row that takes both. */
    private static int check(Spec one, Spec other) {
        Random random = new Random(one.hashCode());
        float[] weight = random(one.weightCount(), random);
        float[] bias = random(one.biasCount(), random);
        KernelProvider kernels = KernelProvider.vector();
        int rows = 0;
        for (KernelCandidate<Kernel> own : kernels.candidates(other, weight, bias)) {
            for (KernelCandidate<Kernel> candidate : kernels.candidates(one, weight, bias)) {
                if (candidate.name().equals(own.name())) {
                    Kernel resized = candidate.kernel().get().resized(other).orElse(null);
                    if (resized != null) {
                        rows++;
                        assertEquals(other, resized.spec());
                        assertEquals(own.name(), resized.name());
                        assertArrayEquals(run(own.kernel().get(), new Random(7)), run(resized, new Random(7)),
                                own.name() + " of " + other + " from " + one);
                    }
                }
            }
        }
        return rows;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 40})
    void pointwise(int rows) {
        PointwiseConv one = new PointwiseConv(MapLayout.of(1, 150, 70), MapLayout.of(1, 150, 96), RELU);
        PointwiseConv other = new PointwiseConv(MapLayout.of(rows, 1, 70), MapLayout.of(rows, 1, 96),
                Epilogue.NONE.plusResidual());
        assertTrue(check(one, other) >= (rows < 10 ? 1 : 2));
    }

    /** Outputs for which pairs of pixels share a vector on large maps: weights are packed in another way then. */
    @Test
    void pairs() {
        for (int outputs : List.of(24, 40)) {
            PointwiseConv large = new PointwiseConv(MapLayout.of(14, 14, 20), outputs, RELU);
            PointwiseConv larger = new PointwiseConv(MapLayout.of(20, 17, 20), outputs, RELU);
            PointwiseConv small = new PointwiseConv(MapLayout.of(3, 3, 20), outputs, RELU);
            assertTrue(check(large, larger) >= 1);
            check(large, small);
            check(small, large);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 9, 31})
    void dense(int size) {
        for (int stride = 1; stride <= 2; stride++) {
            for (int kernel = 3; kernel <= 5; kernel += 2) {
                Window window = Window.of(kernel, stride, kernel / 2);
                Conv2d one = new Conv2d(MapLayout.of(14, 14, 24), 48, window, RELU);
                Conv2d other = new Conv2d(MapLayout.of(size, 2 * size, 24), 48, window, Epilogue.NONE);
                assertTrue(check(one, other) >= (kernel == 3 ? 2 : 1), other.toString());
            }
        }
    }

    @Test
    void groupsByWinograd() {
        Window window = Window.same(3);
        Conv2d one = new Conv2d(MapLayout.of(14, 14, 64), 64, window, 2, RELU);
        assertTrue(check(one, new Conv2d(MapLayout.of(9, 20, 64), 64, window, 2, Epilogue.NONE)) > 0);
    }

    @Test
    void otherWeightsAreNotShared() {
        Window window = Window.same(3);
        Conv2d one = new Conv2d(MapLayout.of(14, 14, 32), 32, window, RELU);
        KernelProvider kernels = KernelProvider.vector();
        for (Spec other : List.of(new Conv2d(MapLayout.of(14, 14, 32), 32, window, 2, RELU),
                new Conv2d(MapLayout.of(14, 14, 16), 64, window, RELU),
                new Conv2d(MapLayout.of(14, 14, 32), 32, Window.of(3, 2, 1), RELU),
                new PointwiseConv(MapLayout.of(14, 14, 32), MapLayout.of(14, 14, 32), RELU))) {
            for (KernelCandidate<Kernel> row : kernels.candidates(one, new float[one.weightCount()], null)) {
                assertTrue(row.kernel().get().resized(other).isEmpty(), row.name() + " for " + other);
            }
        }
    }
}
