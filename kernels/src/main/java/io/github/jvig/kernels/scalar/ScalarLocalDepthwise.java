package io.github.jvig.kernels.scalar;

import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.LocalDepthwiseConv;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.Window;
import io.github.jvig.kernels.weights.WeightLayout;

/** {@link LocalDepthwiseConv} by its definition. A unit is a row of the result. */
record ScalarLocalDepthwise(LocalDepthwiseConv spec, float[] weight, float[] bias) implements Kernel {
    ScalarLocalDepthwise(LocalDepthwiseConv spec, float[] weight, float[] bias) {
        this.spec = spec;
        this.weight = weight.clone();
        this.bias = WeightLayout.paddedBias(bias, spec.out().stride());
    }

    @Override
    public String name() {
        return "f32-local-depthwise-scalar";
    }

    @Override
    public int units() {
        return spec.out().height();
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        MapLayout map = spec.out();
        for (int p = from * map.width(); p < to * map.width(); p++) {
            int out = o.outOffset() + p * map.stride();
            System.arraycopy(bias, 0, o.out(), out, map.stride());
            pixel(o, p / map.width(), p % map.width(), out);
            ScalarActivation.apply(spec.activation(), o.out(), out, map.channels());
        }
    }

    private void pixel(Operands o, int y, int x, int out) {
        MapLayout in = spec.in();
        Window.Axis down = spec.window().rows();
        Window.Axis across = spec.window().columns();
        int channels = in.channels();
        int place = (y * spec.out().width() + x) * spec.window().taps();
        for (int ky = down.firstTap(y); ky < down.endTap(y, in.height()); ky++) {
            for (int kx = across.firstTap(x); kx < across.endTap(x, in.width()); kx++) {
                int row = down.start(y) + ky * down.dilation();
                int column = across.start(x) + kx * across.dilation();
                int pixel = o.inOffset() + (row * in.width() + column) * in.stride();
                int w = (place + ky * across.kernel() + kx) * channels;
                for (int c = 0; c < channels; c++) {
                    o.out()[out + c] += o.in()[pixel + c] * weight[w + c];
                }
            }
        }
    }
}
