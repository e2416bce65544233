package io.github.jvig.kernels.scalar;

import io.github.jvig.kernels.AdaptiveAveragePool;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import java.util.Arrays;

/** {@link AdaptiveAveragePool} by its definition, in double. A unit is a row of the result. */
record ScalarAdaptiveAveragePool(AdaptiveAveragePool spec) implements Kernel {
    @Override
    public String name() {
        return "f32-adaptive-average-pool-scalar";
    }

    @Override
    public int units() {
        return spec.out().height();
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        MapLayout in = spec.in();
        MapLayout out = spec.out();
        for (int i = from; i < to; i++) {
            int top = AdaptiveAveragePool.start(i, in.height(), out.height());
            int bottom = AdaptiveAveragePool.end(i, in.height(), out.height());
            for (int j = 0; j < out.width(); j++) {
                int left = AdaptiveAveragePool.start(j, in.width(), out.width());
                int right = AdaptiveAveragePool.end(j, in.width(), out.width());
                int at = o.outOffset() + (i * out.width() + j) * out.stride();
                for (int c = 0; c < out.channels(); c++) {
                    double sum = 0;
                    for (int y = top; y < bottom; y++) {
                        for (int x = left; x < right; x++) {
                            sum += o.in()[o.inOffset() + (y * in.width() + x) * in.stride() + c];
                        }
                    }
                    o.out()[at + c] = (float) (sum / ((bottom - top) * (right - left)));
                }
                Arrays.fill(o.out(), at + out.channels(), at + out.stride(), 0f);
            }
        }
    }
}
