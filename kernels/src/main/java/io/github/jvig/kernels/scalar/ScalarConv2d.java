package io.github.jvig.kernels.scalar;

import io.github.jvig.kernels.Conv2d;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.Window;
import io.github.jvig.kernels.weights.WeightLayout;

/** {@link Conv2d} by its definition. A unit is a row of the output. */
record ScalarConv2d(Conv2d spec, float[] weight, float[] bias) implements Kernel {
    /** Weights are kept as {@code [in][ky][kx][padded out]}. */
    ScalarConv2d(Conv2d spec, float[] weight, float[] bias) {
        int perOutput = spec.in().channels() * spec.window().kernel() * spec.window().kernel();
        this.spec = spec;
        this.weight = WeightLayout.transposed(weight, spec.out().channels(), perOutput, spec.out().stride());
        this.bias = WeightLayout.paddedBias(bias, spec.out().stride());
    }

    @Override
    public String name() {
        return "f32-conv2d-scalar";
    }

    @Override
    public int units() {
        return spec.out().height();
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        MapLayout in = spec.in();
        Window w = spec.window();
        int outStride = spec.out().stride();
        int columns = spec.out().width();
        for (int y = from; y < to; y++) {
            for (int x = 0; x < columns; x++) {
                int out = o.outOffset() + (y * columns + x) * outStride;
                System.arraycopy(bias, 0, o.out(), out, outStride);
                for (int ky = 0; ky < w.kernel(); ky++) {
                    int inY = y * w.stride() - w.padding() + ky * w.dilation();
                    for (int kx = 0; kx < w.kernel(); kx++) {
                        int inX = x * w.stride() - w.padding() + kx * w.dilation();
                        if (inY >= 0 && inY < in.height() && inX >= 0 && inX < in.width()) {
                            int pixel = o.inOffset() + (inY * in.width() + inX) * in.stride();
                            for (int i = 0; i < in.channels(); i++) {
                                int tap = (i * w.kernel() + ky) * w.kernel() + kx;
                                Elementwise.addScaled(o.in()[pixel + i], weight, tap * outStride, o.out(), out,
                                        outStride);
                            }
                        }
                    }
                }
                Elementwise.epilogue(spec.epilogue(), o, out, outStride);
            }
        }
    }
}
