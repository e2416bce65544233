package io.github.jvig.kernels.scalar;

import io.github.jvig.kernels.DeformableDepthwiseConv;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.weights.WeightLayout;
import java.util.Arrays;

/** {@link DeformableDepthwiseConv} by its definition. A unit is a row of the result. */
record ScalarDeformableDepthwise(DeformableDepthwiseConv spec, float[] weight, float[] bias) implements Kernel {
    /** Weights are kept as {@code [3][3][channels]}. */
    ScalarDeformableDepthwise(DeformableDepthwiseConv spec, float[] weight, float[] bias) {
        this.spec = spec;
        this.weight = WeightLayout.transposed(weight, spec.in().channels(), DeformableDepthwiseConv.TAPS,
                spec.in().channels());
        this.bias = WeightLayout.paddedBias(bias, spec.out().stride());
    }

    @Override
    public String name() {
        return "f32-deformable-depthwise-scalar";
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
            float r = o.in2()[o.in2Offset() + p * spec.scale().stride()];
            System.arraycopy(bias, 0, o.out(), out, map.stride());
            if (Float.isNaN(r)) {
                Arrays.fill(o.out(), out, out + map.channels(), Float.NaN);
            } else {
                pixel(o, p / map.width() * spec.stride(), p % map.width() * spec.stride(),
                        Math.clamp(r, 1 - spec.bound(), spec.bound()), out);
            }
        }
    }

    private void pixel(Operands o, int y, int x, float r, int out) {
        for (int tap = 0; tap < DeformableDepthwiseConv.TAPS; tap++) {
            float dy = (tap / 3 - 1) * r;
            float dx = (tap % 3 - 1) * r;
            int top = (int) Math.floor(dy);
            int left = (int) Math.floor(dx);
            for (int i = 0; i < 2; i++) {
                for (int j = 0; j < 2; j++) {
                    float share = (i == 0 ? 1 - (dy - top) : dy - top) * (j == 0 ? 1 - (dx - left) : dx - left);
                    add(o, y + top + i, x + left + j, share, tap, out);
                }
            }
        }
    }

    private void add(Operands o, int row, int column, float share, int tap, int out) {
        MapLayout in = spec.in();
        if (share == 0 || row < 0 || row >= in.height() || column < 0 || column >= in.width()) {
            return;
        }
        int pixel = o.inOffset() + (row * in.width() + column) * in.stride();
        for (int c = 0; c < in.channels(); c++) {
            o.out()[out + c] += share * o.in()[pixel + c] * weight[tap * in.channels() + c];
        }
    }
}
