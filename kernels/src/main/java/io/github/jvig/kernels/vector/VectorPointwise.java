package io.github.jvig.kernels.vector;

import io.github.jvig.kernels.Caches;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.PointwiseConv;
import io.github.jvig.kernels.RowKernel;

/**
 * {@link PointwiseConv} as a matrix product, panel by panel over a block of rows, tile by tile within it. Rows that do not fill a
 * tile are done by a last tile that overlaps the one before; the rows in both come out the same.
 */
record VectorPointwise(PointwiseConv spec, GemmTile tile, WeightPanels panels, Split split, boolean prefetch)
        implements
            RowKernel {
    /** Tiles of rows for which a panel should stay in the near cache. */
    private static final int BLOCK_TILES = 8;
    /** Multiply-accumulates that take as long as to fetch a weight from memory, which is nearly all the time of a map of one pixel. */
    private static final long FETCH_MACS = 8;

    VectorPointwise(PointwiseConv spec, float[] weight, float[] bias, GemmTile tile) {
        this(spec, tile, pack(spec, weight, bias, tile));
    }

    private VectorPointwise(PointwiseConv spec, GemmTile tile, WeightPanels panels) {
        this(spec, tile, panels, split(spec, spec.in().pixels() / tile.rows, panels.count()),
                GemmTile.prefetchPays(panels.length(), Caches.get()));
    }

    /** The same kernel that reads each panel while it works with the one before, or does not. */
    VectorPointwise withPrefetch(boolean prefetch) {
        return new VectorPointwise(spec, tile, panels, split, prefetch);
    }

    private static Split split(PointwiseConv spec, int rows, int panels) {
        long work = spec.macs() + FETCH_MACS * spec.in().channels() * spec.out().channels();
        // Twice as many units as of a large map: a panel of a small map is a good part of the whole, and threads would wait at the end.
        return rows > BLOCK_TILES ? Split.of(work, rows, BLOCK_TILES, panels) : Split.ofPanels(2 * work, rows, panels);
    }

    private static WeightPanels pack(PointwiseConv spec, float[] weight, float[] bias, GemmTile tile) {
        return WeightPanels.of(weight, spec.out().channels(), spec.in().channels(), null, bias, tile.vectors);
    }

    @Override
    public String name() {
        return "f32-pointwise-" + tile + "-" + VectorConfig.NAME;
    }

    @Override
    public int units() {
        return split.units();
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        for (int unit = from; unit < to; unit++) {
            unit(unit, o.in(), o.inOffset(), o.in2(), o.in2Offset(), o.out(), o.outOffset(), panels.data(), 0);
        }
    }

    /**
     * One unit with weights in some array.
     *
     * @param weights       laid out as those of the panels
     * @param weightsOffset what is added to the panels' offsets
     */
    void unit(int unit, float[] in, int inOffset, float[] residual, int residualOffset, float[] out, int outOffset,
            float[] weights, int weightsOffset) {
        int block = split.block(unit);
        int end = block + 1 < split.blocks() ? split.row(block + 1) * tile.rows : spec.in().pixels();
        pixels(in, inOffset, residual, residualOffset, out, outOffset, split.row(block) * tile.rows, end,
                split.firstPanel(unit), split.endPanel(unit), weights, weightsOffset);
    }

    @Override
    public boolean supportsRowRanges() {
        return spec.in().width() >= tile.rows;
    }

    @Override
    public void rows(float[] in, int inOffset, float[] residual, int residualOffset, float[] out, int outOffset,
            int from, int to) {
        int width = spec.in().width();
        pixels(in, inOffset, residual, residualOffset, out, outOffset, from * width, to * width, 0, panels.count(),
                panels.data(), 0);
    }

    /** Some panels of some pixels, at least as many of these as the tile has rows. */
    private void pixels(float[] in, int inOffset, float[] residual, int residualOffset, float[] out, int outOffset,
            int first, int end, int firstPanel, int endPanel, float[] weights, int weightsOffset) {
        int inStride = spec.in().stride();
        int outStride = spec.out().stride();
        for (int p = firstPanel; p < endPanel; p++) {
            int width = panels.width(p);
            boolean last = p + 1 == panels.count();
            int ahead = weightsOffset + panels.offset(last ? p : p + 1);
            int aheadEnd = last || !prefetch || !tile.prefetches(width) ? ahead : ahead + panels.length(p + 1);
            int rows;
            for (int next = first; next < end; next += rows) {
                rows = tile.rowsFor(end - next, width);
                int row = Math.min(next, end - rows);
                int to = row * outStride + panels.channel(p);
                if (rows == tile.rows && ahead + panels.depth() * GemmTile.PREFETCH_STEP <= aheadEnd) {
                    tile.prefetch(width, in, inOffset + row * inStride, inStride, panels.depth(), weights,
                            weightsOffset + panels.offset(p), ahead, out, outOffset + to, outStride);
                    ahead += panels.depth() * GemmTile.PREFETCH_STEP;
                } else {
                    tile.multiply(rows, width, in, inOffset + row * inStride, inStride, panels.depth(), weights,
                            weightsOffset + panels.offset(p), out, outOffset + to, outStride);
                }
                Epilogues.apply(spec.epilogue(), residual, residualOffset + to, out, outOffset + to, outStride, rows,
                        width * VectorConfig.LANES);
            }
        }
        if (endPanel == panels.count()) {
            Epilogues.clearPadding(spec.epilogue().activation(), out, outOffset + first * outStride, spec.out(),
                    end - first, panels.channels());
        }
    }
}
