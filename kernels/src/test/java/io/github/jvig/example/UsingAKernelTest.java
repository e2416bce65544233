package io.github.jvig.example;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.DepthwiseConv;
import io.github.jvig.kernels.Epilogue;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.KernelProvider;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.Window;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** The example of the kernels' README that runs a kernel on arrays of an application. */
class UsingAKernelTest {
    private static final float[] CHW = values(42 * 56 * 56);
    private static final float[] WEIGHT = values(42 * 3 * 3);
    private static final float[] BIAS = values(42);

    private static float[] values(int length) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) Math.sin(i);
        }
        return values;
    }

    private static float[] gelu(float[] chw, float[] weight, float[] bias) {
        MapLayout map = MapLayout.of(56, 56, 42); // height, width, channels; in memory 48 channels
        DepthwiseConv spec = new DepthwiseConv(map, Window.same(3), Epilogue.of(Activation.GELU));
        Kernel kernel = KernelProvider.get().kernel(spec, weight, bias); // weight [42][3][3], bias [42]

        float[] in = new float[map.length()];
        map.fromPlanes(chw, 0, in, 0); // chw [42][56][56]
        float[] out = new float[spec.out().length()];
        kernel.run(Operands.of(in, out));
        return out;
    }

    private static void onTwoThreads(Kernel kernel, Operands operands) {
        int half = kernel.units() / 2;
        try (ExecutorService pool = Executors.newFixedThreadPool(2)) {
            pool.submit(() -> kernel.run(operands, new float[kernel.scratch()], 0, 0, half));
            pool.submit(() -> kernel.run(operands, new float[kernel.scratch()], 0, half, kernel.units()));
        }
    }

    @Test
    void itGivesWhatTheScalarKernelGives() {
        DepthwiseConv spec = new DepthwiseConv(MapLayout.of(56, 56, 42), Window.same(3),
                Epilogue.of(Activation.GELU));
        float[] in = new float[spec.in().length()];
        spec.in().fromPlanes(CHW, 0, in, 0);
        float[] expected = new float[spec.out().length()];
        KernelProvider.scalar().kernel(spec, WEIGHT, BIAS).run(Operands.of(in, expected));
        assertArrayEquals(expected, gelu(CHW, WEIGHT, BIAS), 1e-5f);
    }

    @Test
    void itsUnitsMayRunOnSeveralThreads() {
        DepthwiseConv spec = new DepthwiseConv(MapLayout.of(56, 56, 42), Window.same(3),
                Epilogue.of(Activation.GELU));
        float[] in = new float[spec.in().length()];
        spec.in().fromPlanes(CHW, 0, in, 0);
        Operands operands = Operands.of(in, new float[spec.out().length()]).check(spec);
        onTwoThreads(KernelProvider.get().kernel(spec, WEIGHT, BIAS), operands);
        assertArrayEquals(gelu(CHW, WEIGHT, BIAS), operands.out());
    }
}
