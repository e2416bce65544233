package io.github.jvig.kernels.scalar;

import io.github.jvig.kernels.DepthwiseConv;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.Window;
import io.github.jvig.kernels.weights.WeightLayout;

/** {@link DepthwiseConv} by its definition. A unit is a row of the output. */
record ScalarDepthwise(DepthwiseConv spec, float[] weight, float[] bias) implements Kernel {
    /** Weights are kept as {@code [ky][kx][padded channels]}. */
    ScalarDepthwise(DepthwiseConv spec, float[] weight, float[] bias) {
        int taps = spec.window().kernel() * spec.window().kernel();
        this.spec = spec;
        this.weight = WeightLayout.transposed(weight, spec.in().channels(), taps, spec.in().stride());
        this.bias = WeightLayout.paddedBias(bias, spec.in().stride());
    }

    @Override
    public String name() {
        return "f32-depthwise-scalar";
    }

    @Override
    public int units() {
        return spec.out().height();
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        MapLayout in = spec.in();
        Window w = spec.window();
        int stride = in.stride();
        int columns = spec.out().width();
        for (int y = from; y < to; y++) {
            for (int x = 0; x < columns; x++) {
                int out = o.outOffset() + (y * columns + x) * stride;
                System.arraycopy(bias, 0, o.out(), out, stride);
                for (int ky = 0; ky < w.kernel(); ky++) {
                    int inY = y * w.stride() - w.padding() + ky * w.dilation();
                    for (int kx = 0; kx < w.kernel(); kx++) {
                        int inX = x * w.stride() - w.padding() + kx * w.dilation();
                        if (inY >= 0 && inY < in.height() && inX >= 0 && inX < in.width()) {
                            Elementwise.addProduct(o.in(), o.inOffset() + (inY * in.width() + inX) * stride, weight,
                                    (ky * w.kernel() + kx) * stride, o.out(), out, stride);
                        }
                    }
                }
                Elementwise.epilogue(spec.epilogue(), o, out, stride);
            }
        }
    }
}
