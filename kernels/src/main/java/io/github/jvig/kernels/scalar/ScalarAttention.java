package io.github.jvig.kernels.scalar;

import io.github.jvig.kernels.Attention;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.Operands;

/** {@link Attention} by its definition, in double but for the softmax's numerators, which are kept as floats. A unit is a row of the map. */
record ScalarAttention(Attention spec, float[] weight) implements Kernel {
    ScalarAttention(Attention spec, float[] weight) {
        this.spec = spec;
        this.weight = weight.clone();
    }

    @Override
    public String name() {
        return "f32-attention-scalar";
    }

    @Override
    public int units() {
        return spec.in().height();
    }

    /** A numerator for each token. */
    @Override
    public int scratch() {
        return spec.tokens();
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        int stride = spec.out().stride();
        for (int i = from * spec.in().width(); i < to * spec.in().width(); i++) {
            for (int h = 0; h < spec.heads(); h++) {
                double sum = numerators(o, h, i, scratch, scratchOffset);
                int value = o.inOffset() + h * spec.headDim() + 2 * spec.keyDim();
                for (int c = 0; c < spec.valueDim(); c++) {
                    double mixed = 0;
                    for (int j = 0; j < spec.tokens(); j++) {
                        mixed += (double) scratch[scratchOffset + j] * o.in()[value + j * spec.in().stride() + c];
                    }
                    o.out()[o.outOffset() + i * stride + h * spec.valueDim() + c] = (float) (mixed / sum);
                }
            }
            java.util.Arrays.fill(o.out(), o.outOffset() + i * stride + spec.out().channels(),
                    o.outOffset() + (i + 1) * stride, 0f);
        }
    }

    /** Writes {@code exp(score - max score)} for each token and gives their sum. */
    private double numerators(Operands o, int h, int i, float[] to, int toOffset) {
        double max = Double.NEGATIVE_INFINITY;
        for (int j = 0; j < spec.tokens(); j++) {
            max = Math.max(max, score(o, h, i, j));
        }
        double sum = 0;
        for (int j = 0; j < spec.tokens(); j++) {
            double numerator = Math.exp(score(o, h, i, j) - max);
            to[toOffset + j] = (float) numerator;
            sum += numerator;
        }
        return sum;
    }

    private double score(Operands o, int h, int i, int j) {
        int stride = spec.in().stride();
        int query = o.inOffset() + i * stride + h * spec.headDim();
        int key = o.inOffset() + j * stride + h * spec.headDim() + spec.keyDim();
        double dot = 0;
        for (int d = 0; d < spec.keyDim(); d++) {
            dot += (double) o.in()[query + d] * o.in()[key + d];
        }
        return dot / Math.sqrt(spec.keyDim()) + weight[(h * spec.tokens() + i) * spec.tokens() + j];
    }
}
