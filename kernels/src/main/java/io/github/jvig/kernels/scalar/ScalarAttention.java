package io.github.jvig.kernels.scalar;

import io.github.jvig.kernels.Attention;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import java.util.Arrays;

/** {@link Attention} by its definition, in double but for the softmax's numerators, which are kept as floats. A unit is a query. */
final class ScalarAttention implements Kernel {
    private final Attention spec;
    /** Null for none. */
    private final float[] weight;
    /** Where the pixels of a window lie behind its first. */
    private final int[] queries;
    private final int[] keys;

    ScalarAttention(Attention spec, float[] weight) {
        this.spec = spec;
        this.weight = weight == null ? null : weight.clone();
        queries = spec.partition().pixels(spec.queryMap());
        keys = spec.partition().pixels(spec.keyMap());
    }

    @Override
    public Attention spec() {
        return spec;
    }

    @Override
    public String name() {
        return "f32-attention-scalar";
    }

    @Override
    public int units() {
        return spec.queryMap().pixels();
    }

    /** A numerator for each key. */
    @Override
    public int scratch() {
        return keys.length;
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        int stride = spec.out().stride();
        for (int unit = from; unit < to; unit++) {
            int window = unit / queries.length;
            int i = unit % queries.length;
            int pixel = spec.partition().firstPixel(spec.queryMap(), window) + queries[i];
            int firstKey = spec.partition().firstPixel(spec.keyMap(), window);
            int out = o.outOffset() + pixel * stride;
            for (int h = 0; h < spec.heads(); h++) {
                double sum = numerators(o, h, i, pixel, window, scratch, scratchOffset);
                mix(o, h, firstKey, scratch, scratchOffset, sum, out + h * spec.valueDim());
            }
            Arrays.fill(o.out(), out + spec.out().channels(), out + stride, 0f);
        }
    }

    /** The values, weighted with numerators that have this sum. */
    private void mix(Operands o, int h, int firstKey, float[] numerators, int offset, double sum, int out) {
        int input = spec.layout().value().input();
        int stride = spec.inputs().get(input).stride();
        int value = o.inputOffset(input) + firstKey * stride + spec.layout().value().channel(h);
        for (int c = 0; c < spec.valueDim(); c++) {
            double mixed = 0;
            for (int j = 0; j < keys.length; j++) {
                mixed += (double) numerators[offset + j] * o.input(input)[value + keys[j] * stride + c];
            }
            o.out()[out + c] = (float) (mixed / sum);
        }
    }

    /** Writes {@code exp(score - max score)} for each key and gives their sum. */
    private double numerators(Operands o, int h, int i, int pixel, int window, float[] to, int toOffset) {
        double max = Double.NEGATIVE_INFINITY;
        for (int j = 0; j < keys.length; j++) {
            max = Math.max(max, score(o, h, i, pixel, window, j));
        }
        double sum = 0;
        for (int j = 0; j < keys.length; j++) {
            double numerator = Math.exp(score(o, h, i, pixel, window, j) - max);
            to[toOffset + j] = (float) numerator;
            sum += numerator;
        }
        return sum;
    }

    private double score(Operands o, int h, int i, int pixel, int window, int j) {
        MapLayout keyMap = spec.keyMap();
        int firstKey = spec.partition().firstPixel(keyMap, window);
        int queryInput = spec.layout().query().input();
        int keyInput = spec.layout().key().input();
        int query = o.inputOffset(queryInput) + pixel * spec.queryMap().stride() + spec.layout().query().channel(h);
        int key = o.inputOffset(keyInput) + (firstKey + keys[j]) * keyMap.stride() + spec.layout().key().channel(h);
        double dot = 0;
        for (int d = 0; d < spec.keyDim(); d++) {
            dot += (double) o.input(queryInput)[query + d] * o.input(keyInput)[key + d];
        }
        int head = spec.byWindow() ? window * spec.heads() + h : h;
        double bias = weight == null ? 0 : weight[(head * queries.length + i) * keys.length + j];
        return dot * spec.scale() + bias;
    }
}
