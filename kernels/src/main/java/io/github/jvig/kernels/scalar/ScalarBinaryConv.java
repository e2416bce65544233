package io.github.jvig.kernels.scalar;

import io.github.jvig.kernels.BinaryConv;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.Window;
import io.github.jvig.kernels.weights.WeightLayout;
import java.util.Arrays;

/** {@link BinaryConv} by its definition. A unit is a row of the result. */
record ScalarBinaryConv(BinaryConv spec, float[] weight, float[] bias) implements Kernel {
    ScalarBinaryConv(BinaryConv spec, float[] weight, float[] bias) {
        this.spec = spec;
        this.weight = weight.clone();
        this.bias = WeightLayout.paddedBias(bias, spec.out().channels());
    }

    @Override
    public String name() {
        return "f32-binary-conv-scalar";
    }

    @Override
    public int units() {
        return spec.out().height();
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        MapLayout map = spec.out();
        int factors = weight.length - map.channels();
        for (int p = from * map.width(); p < to * map.width(); p++) {
            int out = o.outOffset() + p * map.stride();
            for (int c = 0; c < map.channels(); c++) {
                o.out()[out + c] = weight[factors + c] * sum(o, p / map.width(), p % map.width(), c) + bias[c];
            }
            Arrays.fill(o.out(), out + map.channels(), out + map.stride(), 0f);
        }
    }

    private int sum(Operands o, int y, int x, int c) {
        MapLayout in = spec.in();
        Window.Axis down = spec.window().rows();
        Window.Axis across = spec.window().columns();
        int sum = 0;
        for (int ky = 0; ky < down.kernel(); ky++) {
            int row = down.start(y) + ky * down.dilation();
            for (int kx = 0; kx < across.kernel(); kx++) {
                int column = across.start(x) + kx * across.dilation();
                if (row < 0 || row >= in.height() || column < 0 || column >= in.width()) {
                    continue;
                }
                int pixel = o.inOffset() + (row * in.width() + column) * in.stride();
                for (int i = 0; i < in.channels(); i++) {
                    int w = ((c * in.channels() + i) * down.kernel() + ky) * across.kernel() + kx;
                    sum += o.in()[pixel + i] >= 0 == weight[w] >= 0 ? 1 : -1;
                }
            }
        }
        return sum;
    }
}
