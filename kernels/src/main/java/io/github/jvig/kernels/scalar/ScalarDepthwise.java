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
        int taps = spec.window().taps();
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
        Window.Axis rows = spec.window().rows();
        Window.Axis across = spec.window().columns();
        int stride = in.stride();
        int columns = spec.out().width();
        for (int y = from; y < to; y++) {
            for (int x = 0; x < columns; x++) {
                int out = o.outOffset() + (y * columns + x) * stride;
                System.arraycopy(bias, 0, o.out(), out, stride);
                for (int ky = 0; ky < rows.kernel(); ky++) {
                    int inY = rows.start(y) + ky * rows.dilation();
                    for (int kx = 0; kx < across.kernel(); kx++) {
                        int inX = across.start(x) + kx * across.dilation();
                        if (inY >= 0 && inY < in.height() && inX >= 0 && inX < in.width()) {
                            Elementwise.addProduct(o.in(), o.inOffset() + (inY * in.width() + inX) * stride, weight,
                                    (ky * across.kernel() + kx) * stride, o.out(), out, stride);
                        }
                    }
                }
                Elementwise.epilogue(spec.epilogue(), o, out, in.channels());
            }
        }
    }
}
