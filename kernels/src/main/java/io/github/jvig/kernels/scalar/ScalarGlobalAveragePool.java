package io.github.jvig.kernels.scalar;

import io.github.jvig.kernels.GlobalAveragePool;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.Operands;

/** {@link GlobalAveragePool} by its definition, summed in double. One unit. */
record ScalarGlobalAveragePool(GlobalAveragePool spec) implements Kernel {
    @Override
    public String name() {
        return "f32-global-average-pool-scalar";
    }

    @Override
    public int units() {
        return 1;
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        if (from >= to) {
            return;
        }
        int stride = spec.in().stride();
        int pixels = spec.in().pixels();
        for (int c = 0; c < stride; c++) {
            double sum = 0;
            for (int p = 0; p < pixels; p++) {
                sum += o.in()[o.inOffset() + p * stride + c];
            }
            o.out()[o.outOffset() + c] = (float) (sum / pixels);
        }
    }
}
