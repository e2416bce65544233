package io.github.jvig.kernels.scalar;

import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.PiecewiseLinear;
import java.util.Arrays;

/** {@link PiecewiseLinear} by its definition. A unit is a row of the map. */
record ScalarPiecewiseLinear(PiecewiseLinear spec, float[] weight) implements Kernel {
    ScalarPiecewiseLinear(PiecewiseLinear spec, float[] weight) {
        this.spec = spec;
        this.weight = weight.clone();
    }

    @Override
    public String name() {
        return "f32-piecewise-linear-scalar";
    }

    @Override
    public int units() {
        return spec.in().height();
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        MapLayout map = spec.in();
        int channels = map.channels();
        for (int p = from * map.width(); p < to * map.width(); p++) {
            int in = o.inOffset() + p * map.stride();
            int out = o.outOffset() + p * map.stride();
            for (int c = 0; c < channels; c++) {
                float x = o.in()[in + c] - weight[c];
                o.out()[out + c] = weight[(x >= 0 ? 2 : 1) * channels + c] * x + weight[3 * channels + c];
            }
            Arrays.fill(o.out(), out + channels, out + map.stride(), 0f);
        }
    }
}
