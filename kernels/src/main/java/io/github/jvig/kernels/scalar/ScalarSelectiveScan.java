package io.github.jvig.kernels.scalar;

import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.SelectiveScan;
import java.util.Arrays;

/** {@link SelectiveScan} by its definition, in double, order by order; the states are kept as floats. A unit is a channel. */
final class ScalarSelectiveScan implements Kernel {
    private final SelectiveScan spec;
    private final float[] weight;
    private final float[] bias;
    private final int[][] pixels = new int[SelectiveScan.ORDERS][];
    private final int[][] directions = new int[SelectiveScan.ORDERS][];

    ScalarSelectiveScan(SelectiveScan spec, float[] weight, float[] bias) {
        this.spec = spec;
        this.weight = weight.clone();
        this.bias = bias == null ? new float[spec.biasCount()] : bias.clone();
        Arrays.setAll(pixels, spec::pixels);
        Arrays.setAll(directions, spec::directions);
    }

    @Override
    public SelectiveScan spec() {
        return spec;
    }

    @Override
    public String name() {
        return "f32-selective-scan-scalar";
    }

    @Override
    public int units() {
        return spec.in().channels();
    }

    /** A state of each order. */
    @Override
    public int scratch() {
        return SelectiveScan.ORDERS * spec.states();
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        int channels = spec.in().channels();
        for (int c = from; c < to; c++) {
            Arrays.fill(scratch, scratchOffset, scratchOffset + scratch(), 0f);
            for (int p = 0; p < spec.in().pixels(); p++) {
                int out = o.outOffset() + p * spec.out().stride();
                o.out()[out + c] = SelectiveScan.ORDERS * weight[spec.skips() + c]
                        * o.in()[o.inOffset() + p * spec.in().stride() + c];
                if (c == channels - 1) {
                    Arrays.fill(o.out(), out + channels, out + spec.out().stride(), 0f);
                }
            }
            for (int t = 0; t < spec.in().pixels(); t++) {
                step(o, scratch, scratchOffset, c, t);
            }
        }
    }

    private void step(Operands o, float[] h, int offset, int c, int t) {
        int states = spec.states();
        double d = o.input(1)[o.inputOffset(1) + t * spec.step().stride() + c] + (double) bias[c];
        double step = Math.max(d, 0) + Math.log1p(Math.exp(-Math.abs(d)));
        int w = o.inputOffset(2) + t * spec.projection().stride();
        for (int order = 0; order < SelectiveScan.ORDERS; order++) {
            int pixel = pixels[order][t];
            int direction = spec.directionWeights() + directions[order][t] * states;
            double u = o.in()[o.inOffset() + pixel * spec.in().stride() + c];
            double y = 0;
            for (int n = 0; n < states; n++) {
                double a = -Math.exp(weight[c * states + n]);
                double in = o.input(2)[w + spec.wayIn() + n] + (double) weight[direction + n];
                int at = offset + order * states + n;
                h[at] = (float) (Math.exp(step * a) * h[at] + step * in * u);
                y += (double) o.input(2)[w + spec.wayOut() + n] * h[at];
            }
            o.out()[o.outOffset() + pixel * spec.out().stride() + c] += (float) y;
        }
    }
}
