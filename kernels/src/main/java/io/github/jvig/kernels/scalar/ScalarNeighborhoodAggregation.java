package io.github.jvig.kernels.scalar;

import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.NeighborhoodAggregation;
import io.github.jvig.kernels.Operands;
import java.util.Arrays;

/** {@link NeighborhoodAggregation} by its definition. A unit is a row of the map. */
record ScalarNeighborhoodAggregation(NeighborhoodAggregation spec, float[] bias) implements Kernel {
    ScalarNeighborhoodAggregation(NeighborhoodAggregation spec, float[] bias) {
        this.spec = spec;
        this.bias = bias.clone();
    }

    @Override
    public String name() {
        return "f32-neighborhood-aggregation-scalar";
    }

    @Override
    public int units() {
        return spec.in().height();
    }

    /** The exponentials of a window. */
    @Override
    public int scratch() {
        return spec.taps();
    }

    @Override
    public void run(Operands o, float[] scratch, int offset, int from, int to) {
        MapLayout map = spec.in();
        int stride = spec.out().stride();
        for (int y = from; y < to; y++) {
            for (int x = 0; x < map.width(); x++) {
                int out = o.outOffset() + (y * map.width() + x) * stride;
                for (int h = 0; h < spec.heads(); h++) {
                    head(o, scratch, offset, y, x, h, out + h * spec.dim());
                }
                Arrays.fill(o.out(), out + spec.out().channels(), out + stride, 0f);
            }
        }
    }

    private void head(Operands o, float[] scratch, int offset, int y, int x, int h, int out) {
        MapLayout map = spec.in();
        int kernel = spec.kernel();
        int side = 2 * kernel - 1;
        int top = spec.start(y, map.height());
        int left = spec.start(x, map.width());
        int weight = o.in2Offset() + (y * map.width() + x) * spec.weightLayout().stride() + spec.firstWeight()
                + h * spec.weightStep();
        double max = Double.NEGATIVE_INFINITY;
        for (int t = 0; t < spec.taps(); t++) {
            int dy = top + t / kernel - y;
            int dx = left + t % kernel - x;
            scratch[offset + t] = o.in2()[weight + t] + bias[(h * side + dy + kernel - 1) * side + dx + kernel - 1];
            max = Math.max(max, scratch[offset + t]);
        }
        double sum = 0;
        for (int t = 0; t < spec.taps(); t++) {
            scratch[offset + t] = (float) Math.exp(scratch[offset + t] - max);
            sum += scratch[offset + t];
        }
        for (int c = 0; c < spec.dim(); c++) {
            int value = o.inOffset() + (top * map.width() + left) * map.stride() + spec.firstValue() + h * spec.dim()
                    + c;
            double weighted = 0;
            for (int t = 0; t < spec.taps(); t++) {
                weighted += (double) scratch[offset + t]
                        * o.in()[value + (t / kernel * map.width() + t % kernel) * map.stride()];
            }
            o.out()[out + c] = (float) (weighted / sum);
        }
    }
}
