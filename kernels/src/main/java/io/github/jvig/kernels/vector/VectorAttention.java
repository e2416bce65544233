package io.github.jvig.kernels.vector;

import static io.github.jvig.kernels.vector.VectorConfig.LANES;

import io.github.jvig.kernels.Attention;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.Operands;
import java.util.Arrays;

/**
 * {@link Attention} head by head, as two matrix products on the tiles of the convolutions: queries by keys, which gives the scores, then,
 * after a softmax in place, scores by values. Keys and values are packed into panels for that, in the caller's scratch, where scores and
 * results are, too. Tokens that do not fill a tile are done by a last tile that overlaps the one before.
 *
 * <p>A unit is a head.
 */
final class VectorAttention implements Kernel {
    private final Attention spec;
    private final GemmTile tile;
    private final float factor;
    /** By head and token, the biases of its scores, padded to whole vectors with negative infinity, which makes those lanes zero. */
    private final float[] bias;
    /** First vector of each panel, then the number of all vectors. */
    private final int[] keyColumns;
    private final int[] valueColumns;
    /** Offsets into the scratch. */
    private final int values;
    private final int scores;
    private final int results;
    private final int lanes;

    VectorAttention(Attention spec, float[] weight, GemmTile tile) {
        int tokens = spec.tokens();
        this.spec = spec;
        this.tile = tile;
        factor = (float) (1 / Math.sqrt(spec.keyDim()));
        keyColumns = WeightPanels.split(tokens, tile.vectors);
        valueColumns = WeightPanels.split(spec.valueDim(), tile.vectors);
        bias = new float[Math.multiplyExact(spec.heads() * tokens, scoreStep())];
        Arrays.fill(bias, Float.NEGATIVE_INFINITY);
        for (int row = 0; row < spec.heads() * tokens; row++) {
            System.arraycopy(weight, row * tokens, bias, row * scoreStep(), tokens);
        }
        values = Math.multiplyExact(spec.keyDim() + 1, scoreStep());
        scores = Math.addExact(values, Math.multiplyExact(tokens + 1, resultStep()));
        results = Math.addExact(scores, Math.multiplyExact(tokens, scoreStep()));
        lanes = Math.addExact(results, Math.multiplyExact(tokens, resultStep()));
    }

    @Override
    public Attention spec() {
        return spec;
    }

    @Override
    public String name() {
        return "f32-attention-" + tile + "-" + VectorConfig.NAME;
    }

    @Override
    public int units() {
        return spec.heads();
    }

    @Override
    public int scratch() {
        return lanes + LANES;
    }

    /** Floats of a row of scores. */
    private int scoreStep() {
        return keyColumns[keyColumns.length - 1] * LANES;
    }

    /** Floats of a row of results. */
    private int resultStep() {
        return valueColumns[valueColumns.length - 1] * LANES;
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        for (int head = from; head < to; head++) {
            head(o, scratch, scratchOffset, head);
        }
    }

    private void head(Operands o, float[] scratch, int offset, int head) {
        MapLayout in = spec.in();
        int tokens = spec.tokens();
        int query = o.inOffset() + head * spec.headDim();
        packKeys(o.in(), query + spec.keyDim(), scratch, offset);
        product(keyColumns, o.in(), query, in.stride(), spec.keyDim(), scratch, offset, offset + scores, scoreStep());
        Softmax.rows(scratch, offset + scores, scoreStep(), tokens, factor, bias, head * tokens * scoreStep(),
                offset + lanes);
        packValues(o.in(), query + 2 * spec.keyDim(), scratch, offset + values);
        product(valueColumns, scratch, offset + scores, scoreStep(), tokens, scratch, offset + values, offset + results,
                resultStep());
        int stride = spec.out().stride();
        int out = o.outOffset() + head * spec.valueDim();
        for (int i = 0; i < tokens; i++) {
            System.arraycopy(scratch, offset + results + i * resultStep(), o.out(), out + i * stride, spec.valueDim());
        }
        if (head == spec.heads() - 1) {
            Epilogues.clear(o.out(), o.outOffset(), stride, tokens, spec.out().channels());
        }
    }

    /** The keys as a matrix of {@code keyDim} rows and a column for each token, no bias. */
    private void packKeys(float[] in, int key, float[] scratch, int to) {
        Arrays.fill(scratch, to, to + values, 0f);
        for (int p = 0; p < keyColumns.length - 1; p++) {
            int width = (keyColumns[p + 1] - keyColumns[p]) * LANES;
            int first = keyColumns[p] * LANES;
            int panel = to + first * (spec.keyDim() + 1) + width;
            for (int j = first; j < Math.min(first + width, spec.tokens()); j++) {
                int from = key + j * spec.in().stride();
                for (int d = 0; d < spec.keyDim(); d++) {
                    scratch[panel + d * width + j - first] = in[from + d];
                }
            }
        }
    }

    /** The values as a matrix of a row for each token and {@code valueDim} columns, no bias. */
    private void packValues(float[] in, int value, float[] scratch, int to) {
        Arrays.fill(scratch, to, to + scores - values, 0f);
        for (int p = 0; p < valueColumns.length - 1; p++) {
            int width = (valueColumns[p + 1] - valueColumns[p]) * LANES;
            int first = valueColumns[p] * LANES;
            int panel = to + first * (spec.tokens() + 1) + width;
            int length = Math.min(width, spec.valueDim() - first);
            for (int j = 0; j < spec.tokens(); j++) {
                System.arraycopy(in, value + j * spec.in().stride() + first, scratch, panel + j * width, length);
            }
        }
    }

    /** {@code [tokens][depth] * panels[depth][...]}. */
    private void product(int[] columns, float[] a, int aOffset, int aRowStride, int depth, float[] scratch, int panels,
            int to, int step) {
        int tokens = spec.tokens();
        for (int p = 0; p < columns.length - 1; p++) {
            int panel = panels + columns[p] * LANES * (depth + 1);
            int width = columns[p + 1] - columns[p];
            int rows;
            for (int next = 0; next < tokens; next += rows) {
                rows = tile.rowsFor(tokens - next, width);
                int row = Math.min(next, tokens - rows);
                tile.multiply(rows, width, a, aOffset + row * aRowStride, aRowStride, depth, scratch, panel, scratch,
                        to + row * step + columns[p] * LANES, step);
            }
        }
    }
}
