package io.github.jvig.kernels.scalar;

import io.github.jvig.kernels.AttentionHeads;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.LinearAttention;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import java.util.Arrays;

/** {@link LinearAttention} by its definition, in double, but for the sums over the keys, which are rounded to float. A unit is a
 * head. */
record ScalarLinearAttention(LinearAttention spec) implements Kernel {
    @Override
    public String name() {
        return "f32-linear-attention-scalar";
    }

    @Override
    public int units() {
        return spec.layout().heads();
    }

    /** A sum of the keys, and one of keys by a channel of the values, for each channel of a key. */
    @Override
    public int scratch() {
        return 2 * spec.layout().keyDim();
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        AttentionHeads at = spec.layout();
        MapLayout map = spec.queryMap();
        int products = scratchOffset + at.keyDim();
        for (int h = from; h < to; h++) {
            sum(o, h, -1, scratch, scratchOffset);
            for (int c = 0; c < at.valueDim(); c++) {
                sum(o, h, c, scratch, products);
                for (int i = 0; i < map.pixels(); i++) {
                    int query = o.inputOffset(at.query().input()) + i * map.stride() + at.query().channel(h);
                    double value = 0;
                    double divisor = spec.sumEpsilon();
                    for (int d = 0; d < at.keyDim(); d++) {
                        double q = spec.feature().apply(o.input(at.query().input())[query + d]);
                        value += q * scratch[products + d];
                        divisor += q * scratch[scratchOffset + d];
                    }
                    o.out()[o.outOffset() + i * spec.out().stride() + h * at.valueDim() + c] = (float) (value
                            / divisor);
                }
            }
        }
        if (to == at.heads() && from < to) {
            for (int i = 0; i < map.pixels(); i++) {
                int pixel = o.outOffset() + i * spec.out().stride();
                Arrays.fill(o.out(), pixel + spec.out().channels(), pixel + spec.out().stride(), 0f);
            }
        }
    }

    /** The sums over all keys of their features, times channel c of their values unless it is negative. */
    private void sum(Operands o, int h, int c, float[] to, int toOffset) {
        AttentionHeads at = spec.layout();
        int keyStride = spec.keyMap().stride();
        int valueStride = spec.inputs().get(at.value().input()).stride();
        int key = o.inputOffset(at.key().input()) + at.key().channel(h);
        int value = o.inputOffset(at.value().input()) + at.value().channel(h) + c;
        for (int d = 0; d < at.keyDim(); d++) {
            double sum = 0;
            for (int j = 0; j < spec.keyMap().pixels(); j++) {
                sum += spec.feature().apply(o.input(at.key().input())[key + j * keyStride + d])
                        * (c < 0 ? 1 : o.input(at.value().input())[value + j * valueStride]);
            }
            to[toOffset + d] = (float) sum;
        }
    }
}
