package io.github.jvig.kernels.scalar;

import io.github.jvig.kernels.AttentionScores;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.Operands;
import java.util.Arrays;

/** {@link AttentionScores} by its definition, in double. A unit is a row of the map. */
record ScalarAttentionScores(AttentionScores spec) implements Kernel {
    @Override
    public String name() {
        return "f32-attention-scores-scalar";
    }

    @Override
    public int units() {
        return spec.in().height();
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        int stride = spec.out().stride();
        int dim = spec.dim();
        for (int p = from * spec.in().width(); p < to * spec.in().width(); p++) {
            int out = o.outOffset() + p * stride;
            for (int h = 0; h < spec.heads(); h++) {
                int query = o.inOffset() + p * spec.in().stride() + h * dim;
                for (int j = 0; j < spec.keys(); j++) {
                    int key = o.in2Offset() + j * spec.keyLayout().stride() + h * dim;
                    double sum = 0;
                    for (int c = 0; c < dim; c++) {
                        sum += (double) o.in()[query + c] * o.in2()[key + c];
                    }
                    o.out()[out + h * spec.keys() + j] = (float) sum;
                }
            }
            Arrays.fill(o.out(), out + spec.out().channels(), out + stride, 0f);
        }
    }
}
