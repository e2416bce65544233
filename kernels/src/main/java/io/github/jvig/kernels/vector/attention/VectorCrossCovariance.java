package io.github.jvig.kernels.vector.attention;

import static io.github.jvig.kernels.vector.common.VectorConfig.LANES;

import io.github.jvig.kernels.AttentionHeads;
import io.github.jvig.kernels.CrossCovariance;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.scalar.ScalarCrossCovariance;
import io.github.jvig.kernels.vector.activation.Epilogues;
import io.github.jvig.kernels.vector.activation.Softmax;
import io.github.jvig.kernels.vector.common.VectorConfig;
import io.github.jvig.kernels.vector.product.ChannelProducts;
import io.github.jvig.kernels.vector.product.GemmTile;
import io.github.jvig.kernels.vector.product.WeightPanels;
import java.util.Arrays;

/**
 * {@link CrossCovariance} as two matrix products on the tiles of the convolutions: queries by keys over the pixels, which gives the scores,
 * then, after a softmax in place, values by the transposed shares. The first product also has the keys' lengths: it runs on queries and keys
 * as they are, and the scores are divided by both lengths.
 *
 * <p>A unit is a head.
 */
public final class VectorCrossCovariance implements Kernel {
    private final CrossCovariance spec;
    private final GemmTile tile;
    /** For heads whose squares are beyond the range of float, or that have NaN or infinities. */
    private final ScalarCrossCovariance wide;
    private final float[] temperature;
    /** Zeros, padded to whole vectors with negative infinity. */
    private final float[] bias;
    /** First vector of each panel of a head's channels, then the number of all vectors. */
    private final int[] columns;
    private final int dim;
    private final int rows;
    private final int pixels;
    /** Offsets into the scratch; the transposed queries are at 0. */
    private final int keys;
    private final int scores;
    private final int panels;
    private final int lengths;
    private final int results;
    private final int lanes;

    public VectorCrossCovariance(CrossCovariance spec, float[] weight, GemmTile tile) {
        this.spec = spec;
        this.tile = tile;
        wide = new ScalarCrossCovariance(spec, weight);
        temperature = weight.clone();
        dim = spec.layout().keyDim();
        columns = WeightPanels.split(dim, tile.vectors);
        rows = ChannelProducts.rows(tile, dim);
        pixels = spec.out().pixels();
        bias = new float[step()];
        Arrays.fill(bias, dim, step(), Float.NEGATIVE_INFINITY);
        keys = Math.multiplyExact(rows, pixels);
        scores = Math.addExact(keys, Math.multiplyExact(pixels + 1, step()));
        panels = scores + rows * step();
        lengths = panels + (dim + 1) * step();
        results = lengths + 2 * step();
        lanes = Math.addExact(results, Math.multiplyExact(pixels, step()));
    }

    @Override
    public CrossCovariance spec() {
        return spec;
    }

    @Override
    public String name() {
        return "f32-cross-covariance-" + tile + "-" + VectorConfig.NAME;
    }

    @Override
    public int units() {
        return spec.layout().heads();
    }

    @Override
    public int scratch() {
        return lanes + LANES;
    }

    /** Floats of a row of scores and of results. */
    private int step() {
        return columns[columns.length - 1] * LANES;
    }

    @Override
    public void run(Operands o, float[] work, int offset, int from, int to) {
        AttentionHeads at = spec.layout();
        for (int head = from; head < to; head++) {
            if (!scores(o, head, work, offset)) {
                wide.run(o, work, offset, head, head + 1);
                continue;
            }
            Softmax.rows(work, offset + scores, step(), dim, 1f, bias, 0, 0, offset + lanes);
            // Shares of a row become a column: the second product has the values as its rows.
            Arrays.fill(work, offset + panels, offset + lengths, 0f);
            for (int c = 0; c < dim; c++) {
                putColumn(work, offset + scores + c * step(), c, offset + panels);
            }
            int value = o.inputOffset(at.value().input()) + at.value().channel(head);
            ChannelProducts.multiply(tile, columns, o.input(at.value().input()), value,
                    spec.inputs().get(at.value().input()).stride(), pixels, dim, work, offset + panels, work,
                    offset + results, step());
            int stride = spec.out().stride();
            int out = o.outOffset() + head * dim;
            for (int i = 0; i < pixels; i++) {
                System.arraycopy(work, offset + results + i * step(), o.out(), out + i * stride, dim);
            }
            if (head == at.heads() - 1) {
                Epilogues.clear(o.out(), o.outOffset(), stride, pixels, spec.out().channels());
            }
        }
    }

    /** {@return whether float was wide enough for the squares: if not, the scores are wrong} */
    private boolean scores(Operands o, int head, float[] work, int offset) {
        AttentionHeads at = spec.layout();
        float[] query = o.input(at.query().input());
        float[] key = o.input(at.key().input());
        int queryAt = o.inputOffset(at.query().input()) + at.query().channel(head);
        int keyAt = o.inputOffset(at.key().input()) + at.key().channel(head);
        int queryStride = spec.inputs().get(at.query().input()).stride();
        int keyStride = spec.inputs().get(at.key().input()).stride();
        if (!inverseLengths(query, queryAt, queryStride, work, offset + lengths)
                || !inverseLengths(key, keyAt, keyStride, work, offset + lengths + step())) {
            return false;
        }
        ChannelProducts.transpose(query, queryAt, queryStride, pixels, dim, rows, work, offset);
        ChannelProducts.pack(key, keyAt, keyStride, pixels, dim, columns, work, offset + keys);
        ChannelProducts.multiply(tile, columns, work, offset, pixels, rows, pixels, work, offset + keys, work,
                offset + scores, step());
        for (int c = 0; c < dim; c++) {
            int row = offset + scores + c * step();
            float factor = temperature[head] * work[offset + lengths + c];
            scale(work, row, factor, offset + lengths + step());
        }
        return true;
    }

    private void scale(float[] work, int row, float factor, int keyLengths) {
        for (int d = 0; d < dim; d++) {
            work[row + d] = work[row + d] * factor * work[keyLengths + d];
        }
    }

    /** One divided by the length of each channel over all pixels; {@return whether all are finite} */
    private boolean inverseLengths(float[] in, int at, int stride, float[] to, int toOffset) {
        Arrays.fill(to, toOffset, toOffset + dim, 0f);
        for (int p = 0; p < pixels; p++) {
            addSquares(in, at + p * stride, to, toOffset, dim);
        }
        for (int c = 0; c < dim; c++) {
            if (!Float.isFinite(to[toOffset + c])) {
                return false;
            }
            to[toOffset + c] = (float) (1 / Math.max(Math.sqrt(to[toOffset + c]), spec.epsilon()));
        }
        return true;
    }

    private static void addSquares(float[] in, int at, float[] to, int toOffset, int length) {
        for (int c = 0; c < length; c++) {
            to[toOffset + c] += in[at + c] * in[at + c];
        }
    }

    private void putColumn(float[] work, int from, int column, int to) {
        int panel = 0;
        while (columns[panel + 1] * LANES <= column) {
            panel++;
        }
        int first = columns[panel] * LANES;
        int width = columns[panel + 1] * LANES - first;
        int row = to + first * (dim + 1) + width + column - first;
        for (int d = 0; d < dim; d++) {
            work[row + d * width] = work[from + d];
        }
    }
}
