package io.github.jvig.kernels.vector.attention;

import static io.github.jvig.kernels.vector.common.VectorConfig.LANES;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.AttentionHeads;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.LinearAttention;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.vector.activation.Epilogues;
import io.github.jvig.kernels.vector.common.Split;
import io.github.jvig.kernels.vector.common.VectorConfig;
import io.github.jvig.kernels.vector.product.ChannelProducts;
import io.github.jvig.kernels.vector.product.GemmTile;
import io.github.jvig.kernels.vector.product.WeightPanels;

/**
 * {@link LinearAttention} as two matrix products on the tiles of the convolutions: keys by values, then queries by the result. A value has a
 * column more, of ones, which gives the divisors. Keys and values are copied for that to the caller's scratch, and so are the queries, block
 * by block, since the feature is applied to the copies.
 *
 * <p>A part is a block of the queries of one head. A thread that does several of a head multiplies keys and values once. A unit is one part or
 * several.
 */
public final class VectorLinearAttention implements Kernel {
    /** Tiles of queries of a block. */
    private static final int BLOCK_TILES = 16;
    /** With the copies, a multiply-accumulate takes as long as so many of a larger matrix product. */
    private static final long WORK = 8;

    private final LinearAttention spec;
    private final GemmTile tile;
    /** First vector of each panel of values and ones, then the number of all vectors. */
    private final int[] columns;
    private final int keyRows;
    private final int queryPixels;
    private final int keyPixels;
    private final int blockRows;
    private final int blocks;
    private final Split split;
    /** Offsets into the scratch; the transposed keys are at 0. */
    private final int values;
    private final int products;
    private final int panels;
    private final int queries;
    private final int results;
    private final int scratch;

    public VectorLinearAttention(LinearAttention spec, GemmTile tile) {
        this.spec = spec;
        this.tile = tile;
        AttentionHeads at = spec.layout();
        columns = WeightPanels.split(at.valueDim() + 1, tile.vectors);
        keyRows = ChannelProducts.rows(tile, at.keyDim());
        queryPixels = spec.queryMap().pixels();
        keyPixels = spec.keyMap().pixels();
        int tiles = queryPixels / tile.rows;
        blocks = (tiles + BLOCK_TILES - 1) / BLOCK_TILES;
        blockRows = (tiles + blocks - 1) / blocks * tile.rows + queryPixels % tile.rows;
        split = Split.ofRows(WORK * spec.macs(), at.heads() * blocks);
        // Whole vectors behind what the feature is applied to.
        values = Math.addExact(Math.multiplyExact(keyRows, keyPixels), LANES);
        products = Math.addExact(values, Math.multiplyExact(keyPixels + 1, step()));
        panels = products + keyRows * step();
        queries = panels + (at.keyDim() + 1) * step();
        results = queries + blockRows * at.keyDim() + LANES;
        scratch = Math.addExact(results, Math.multiplyExact(blockRows, step()));
    }

    @Override
    public LinearAttention spec() {
        return spec;
    }

    @Override
    public String name() {
        return "f32-linear-attention-" + tile + "-" + VectorConfig.NAME;
    }

    @Override
    public int units() {
        return split.units();
    }

    @Override
    public boolean prefersContiguousUnits() {
        return blocks > 1;
    }

    @Override
    public int scratch() {
        return scratch;
    }

    /** Floats of a row of values, products and results. */
    private int step() {
        return columns[columns.length - 1] * LANES;
    }

    @Override
    public void run(Operands o, float[] work, int offset, int from, int to) {
        int multiplied = -1;
        int end = split.row(to);
        for (int part = split.row(from); part < end; part++) {
            int head = part / blocks;
            if (multiplied != head) {
                multiply(o, head, work, offset);
                multiplied = head;
            }
            block(o, head, part % blocks, work, offset);
        }
    }

    /** Keys by values, as panels for the second product. */
    private void multiply(Operands o, int head, float[] work, int offset) {
        AttentionHeads at = spec.layout();
        int keyDim = at.keyDim();
        MapLayout valueMap = spec.inputs().get(at.value().input());
        ChannelProducts.transpose(o.input(at.key().input()),
                o.inputOffset(at.key().input()) + at.key().channel(head), spec.keyMap().stride(), keyPixels, keyDim,
                keyRows, work, offset);
        feature(work, offset, keyDim * keyPixels);
        ChannelProducts.pack(o.input(at.value().input()),
                o.inputOffset(at.value().input()) + at.value().channel(head), valueMap.stride(), keyPixels,
                at.valueDim(), columns, work, offset + values);
        ChannelProducts.fillColumn(1f, at.valueDim(), keyPixels, columns, work, offset + values);
        ChannelProducts.multiply(tile, columns, work, offset, keyPixels, keyRows, keyPixels, work, offset + values,
                work, offset + products, step());
        ChannelProducts.pack(work, offset + products, step(), keyDim, step(), columns, work, offset + panels);
    }

    /** In place; some floats behind them, as many as a vector has at most, may change. */
    private void feature(float[] x, int offset, int length) {
        int width = VectorConfig.vectors(length) * LANES;
        switch (spec.feature()) {
            case IDENTITY -> {
            }
            case RELU -> Epilogues.activate(Activation.RELU, x, offset, width, 1, width);
            case ELU_PLUS_ONE -> {
                Epilogues.activate(Activation.ELU, x, offset, width, 1, width);
                for (int i = offset; i < offset + length; i++) {
                    x[i] += 1f;
                }
            }
        }
    }

    private void block(Operands o, int head, int block, float[] work, int offset) {
        AttentionHeads at = spec.layout();
        int keyDim = at.keyDim();
        int tiles = queryPixels / tile.rows;
        int from = block * tiles / blocks * tile.rows;
        int to = block + 1 < blocks ? (block + 1) * tiles / blocks * tile.rows : queryPixels;
        int rows = to - from;
        int stride = spec.queryMap().stride();
        int query = o.inputOffset(at.query().input()) + from * stride + at.query().channel(head);
        for (int i = 0; i < rows; i++) {
            System.arraycopy(o.input(at.query().input()), query + i * stride, work, offset + queries + i * keyDim,
                    keyDim);
        }
        feature(work, offset + queries, rows * keyDim);
        ChannelProducts.multiply(tile, columns, work, offset + queries, keyDim, rows, keyDim, work, offset + panels,
                work, offset + results, step());
        int outStride = spec.out().stride();
        int out = o.outOffset() + from * outStride;
        for (int i = 0; i < rows; i++) {
            int row = offset + results + i * step();
            float factor = (float) (1 / (work[row + at.valueDim()] + spec.sumEpsilon()));
            scale(work, row, factor, o.out(), out + i * outStride + head * at.valueDim(), at.valueDim());
        }
        if (head == at.heads() - 1) {
            Epilogues.clear(o.out(), out, outStride, rows, spec.out().channels());
        }
    }

    private static void scale(float[] from, int fromOffset, float factor, float[] to, int toOffset, int length) {
        for (int c = 0; c < length; c++) {
            to[toOffset + c] = from[fromOffset + c] * factor;
        }
    }
}
