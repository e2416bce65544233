package io.github.jvig.kernels.scalar;

import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.SeparableAttention;
import java.util.Arrays;

/** {@link SeparableAttention} by its definition, in double. A unit is a window. */
final class ScalarSeparableAttention implements Kernel {
    private final SeparableAttention spec;
    /** Where the pixels of a window lie behind its first. */
    private final int[] pixels;

    ScalarSeparableAttention(SeparableAttention spec) {
        this.spec = spec;
        pixels = spec.partition().pixels(spec.in());
    }

    @Override
    public SeparableAttention spec() {
        return spec;
    }

    @Override
    public String name() {
        return "f32-separable-attention-scalar";
    }

    @Override
    public int units() {
        return spec.partition().windows(spec.in());
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        int dim = spec.dim();
        int stride = spec.in().stride();
        int outStride = spec.out().stride();
        for (int window = from; window < to; window++) {
            int first = spec.partition().firstPixel(spec.in(), window);
            int score = o.inOffset() + first * stride;
            double max = Double.NEGATIVE_INFINITY;
            for (int p : pixels) {
                max = Math.max(max, o.in()[score + p * stride]);
            }
            double sum = 0;
            for (int p : pixels) {
                sum += Math.exp(o.in()[score + p * stride] - max);
            }
            for (int c = 0; c < dim; c++) {
                double context = 0;
                for (int p : pixels) {
                    context += Math.exp(o.in()[score + p * stride] - max) * o.in()[score + p * stride + 1 + c];
                }
                for (int p : pixels) {
                    double value = Math.max(0, o.in()[score + p * stride + 1 + dim + c]);
                    o.out()[o.outOffset() + (first + p) * outStride + c] = (float) (value * context / sum);
                }
            }
            for (int p : pixels) {
                int out = o.outOffset() + (first + p) * outStride;
                Arrays.fill(o.out(), out + dim, out + outStride, 0f);
            }
        }
    }
}
