package io.github.jvig.kernels.scalar;

import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.PointwiseConv;
import io.github.jvig.kernels.weights.WeightLayout;

/** {@link PointwiseConv} by its definition. A unit is a row of the map. */
record ScalarPointwise(PointwiseConv spec, float[] weight, float[] bias) implements Kernel {
    /** Weights are kept as {@code [in][padded out]}, so that the innermost loop runs over neighboring outputs. */
    ScalarPointwise(PointwiseConv spec, float[] weight, float[] bias) {
        this.spec = spec;
        this.weight = WeightLayout.transposed(weight, spec.out().channels(), spec.in().channels(), spec.out().stride());
        this.bias = WeightLayout.paddedBias(bias, spec.out().stride());
    }

    @Override
    public String name() {
        return "f32-pointwise-scalar";
    }

    @Override
    public int units() {
        return spec.in().height();
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        int inStride = spec.in().stride();
        int outStride = spec.out().stride();
        for (int p = from * spec.in().width(); p < to * spec.in().width(); p++) {
            int out = o.outOffset() + p * outStride;
            System.arraycopy(bias, 0, o.out(), out, outStride);
            for (int i = 0; i < spec.in().channels(); i++) {
                Elementwise.addScaled(o.in()[o.inOffset() + p * inStride + i], weight, i * outStride, o.out(), out,
                        spec.out().channels());
            }
            Elementwise.epilogue(spec.epilogue(), o, out, spec.out().channels());
        }
    }
}
