package io.github.jvig.kernels.scalar;

import io.github.jvig.kernels.Conv2d;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.Window;
import io.github.jvig.kernels.weights.WeightLayout;

/** {@link Conv2d} by its definition. A unit is a row of the output. */
record ScalarConv2d(Conv2d spec, float[] weight, float[] bias) implements Kernel {
    /** Weights are kept as {@code [ky][kx][channel of the group][padded out]}. */
    ScalarConv2d(Conv2d spec, float[] weight, float[] bias) {
        int taps = spec.window().taps();
        int channels = spec.groupChannels();
        int stride = spec.out().stride();
        this.spec = spec;
        this.weight = new float[Math.multiplyExact(Math.multiplyExact(taps, channels), stride)];
        for (int i = 0; i < weight.length; i++) {
            int tap = i % taps;
            int channel = i / taps % channels;
            this.weight[(tap * channels + channel) * stride + i / taps / channels] = weight[i];
        }
        this.bias = WeightLayout.paddedBias(bias, stride);
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
        Window.Axis rows = spec.window().rows();
        Window.Axis columns = spec.window().columns();
        MapLayout map = spec.out();
        for (int y = from; y < to; y++) {
            for (int x = 0; x < map.width(); x++) {
                int out = o.outOffset() + (y * map.width() + x) * map.stride();
                System.arraycopy(bias, 0, o.out(), out, map.stride());
                for (int ky = 0; ky < rows.kernel(); ky++) {
                    int inY = rows.start(y) + ky * rows.dilation();
                    for (int kx = 0; kx < columns.kernel(); kx++) {
                        int inX = columns.start(x) + kx * columns.dilation();
                        if (inY >= 0 && inY < in.height() && inX >= 0 && inX < in.width()) {
                            int pixel = o.inOffset() + (inY * in.width() + inX) * in.stride();
                            addTap(o, pixel, ky * columns.kernel() + kx, out);
                        }
                    }
                }
                Elementwise.epilogue(spec.epilogue(), o, out, map.channels());
            }
        }
    }

    /** One pixel of the window, all groups. */
    private void addTap(Operands o, int pixel, int tap, int out) {
        int channels = spec.groupChannels();
        int outputs = spec.out().channels() / spec.groups();
        for (int group = 0; group < spec.groups(); group++) {
            int first = group * outputs;
            for (int i = 0; i < channels; i++) {
                Elementwise.addScaled(o.in()[pixel + group * channels + i], weight,
                        (tap * channels + i) * spec.out().stride() + first, o.out(), out + first, outputs);
            }
        }
    }
}
