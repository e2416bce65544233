package io.github.jvig.kernels.scalar;

import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.MeanMinusStd;
import io.github.jvig.kernels.Operands;
import java.util.Arrays;

/** {@link MeanMinusStd} by its definition: the mean first, then the squares of what differs from it. One unit. */
record ScalarMeanMinusStd(MeanMinusStd spec) implements Kernel {
    @Override
    public String name() {
        return "f32-mean-minus-std-scalar";
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
        int pixels = spec.in().pixels();
        int stride = spec.in().stride();
        double sum = 0;
        for (int p = 0; p < pixels; p++) {
            sum += o.in()[o.inOffset() + p * stride];
        }
        double mean = sum / pixels;
        double squares = 0;
        for (int p = 0; p < pixels; p++) {
            double d = o.in()[o.inOffset() + p * stride] - mean;
            squares += d * d;
        }
        Arrays.fill(o.out(), o.outOffset(), o.outOffset() + spec.out().stride(), 0f);
        o.out()[o.outOffset()] = (float) (mean - Math.sqrt(squares / (pixels - 1)));
    }
}
