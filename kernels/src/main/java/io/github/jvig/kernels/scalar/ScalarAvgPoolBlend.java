package io.github.jvig.kernels.scalar;

import io.github.jvig.kernels.AvgPoolBlend;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.Operands;

/** {@link AvgPoolBlend} by its definition, in double. A unit is a row of the map. */
record ScalarAvgPoolBlend(AvgPoolBlend spec, float[] weight) implements Kernel {
    ScalarAvgPoolBlend(AvgPoolBlend spec, float[] weight) {
        this.spec = spec;
        this.weight = weight.clone();
    }

    @Override
    public String name() {
        return "f32-avg-pool-blend-scalar";
    }

    @Override
    public int units() {
        return spec.in().height();
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        MapLayout map = spec.in();
        int reach = spec.kernel() / 2;
        for (int y = from; y < to; y++) {
            int top = Math.max(0, y - reach);
            int bottom = Math.min(map.height() - 1, y + reach);
            for (int x = 0; x < map.width(); x++) {
                int left = Math.max(0, x - reach);
                int right = Math.min(map.width() - 1, x + reach);
                int at = (y * map.width() + x) * map.stride();
                for (int c = 0; c < map.channels(); c++) {
                    double average = sum(o, top, bottom, left, right, c)
                            / ((bottom - top + 1) * (right - left + 1));
                    o.out()[o.outOffset() + at + c] = (float) (weight[c] * average
                            + (double) weight[map.channels() + c] * o.in()[o.inOffset() + at + c]);
                }
                java.util.Arrays.fill(o.out(), o.outOffset() + at + map.channels(), o.outOffset() + at + map.stride(),
                        0f);
            }
        }
    }

    private double sum(Operands o, int top, int bottom, int left, int right, int c) {
        MapLayout map = spec.in();
        double sum = 0;
        for (int y = top; y <= bottom; y++) {
            for (int x = left; x <= right; x++) {
                sum += o.in()[o.inOffset() + (y * map.width() + x) * map.stride() + c];
            }
        }
        return sum;
    }
}
