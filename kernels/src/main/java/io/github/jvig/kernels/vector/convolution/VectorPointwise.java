package io.github.jvig.kernels.vector.convolution;

import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.PointwiseConv;
import io.github.jvig.kernels.RowKernel;
import io.github.jvig.kernels.Spec;
import io.github.jvig.kernels.vector.activation.Epilogues;
import io.github.jvig.kernels.vector.common.Split;
import io.github.jvig.kernels.vector.common.VectorConfig;
import io.github.jvig.kernels.vector.product.GemmTile;
import io.github.jvig.kernels.vector.activation.TileEpilogue;
import io.github.jvig.kernels.vector.product.WeightPanels;
import java.util.Optional;

/**
 * {@link PointwiseConv} as a matrix product, panel by panel over a block of rows, tile by tile within it. Rows that do not fill a
 * tile are done by a last tile that overlaps the one before; the rows in both come out the same.
 */
public record VectorPointwise(PointwiseConv spec, GemmTile tile, WeightPanels panels, Split split,
        TileEpilogue epilogue) implements RowKernel {
    /** Tiles of rows for which a panel should stay in the near cache. */
    private static final int BLOCK_TILES = 8;
    /** Multiply-accumulates that take as long as to fetch a weight from memory, which is nearly all the time of a map of one pixel. */
    private static final long FETCH_MACS = 8;

    public VectorPointwise(PointwiseConv spec, float[] weight, float[] bias, GemmTile tile) {
        this(spec, tile, pack(spec, weight, bias, tile));
    }

    private VectorPointwise(PointwiseConv spec, GemmTile tile, WeightPanels panels) {
        this(spec, tile, panels, split(spec, spec.in().pixels() / tile.rows, panels), TileEpilogue.of(spec.epilogue()));
    }

    private static Split split(PointwiseConv spec, int rows, WeightPanels panels) {
        long work = spec.macs() + FETCH_MACS * spec.in().channels() * spec.out().channels();
        // Twice as many units as of a large map: a panel of a small map is a good part of the whole, and threads would wait at the end.
        if (rows <= BLOCK_TILES) {
            return Split.ofPanels(2 * work, rows, 1, panels.count());
        }
        // What is smaller is read over and over: the weights for each block of rows, or the map for each panel.
        return panels.exceedNearCache() && panels.length() > spec.in().length()
                ? Split.ofPanels(work, rows, BLOCK_TILES, panels.count())
                : Split.of(work, rows, BLOCK_TILES, panels.count());
    }

    private static WeightPanels pack(PointwiseConv spec, float[] weight, float[] bias, GemmTile tile) {
        return WeightPanels.of(weight, spec.out().channels(), spec.in().channels(), null, bias, tile.vectors,
                pairs(spec, tile));
    }

    /**
     * Whether pairs of pixels share the last vector of the outputs: these fill half of it at most, and there are pixels enough for a tile of
     * pairs in every row and unit. 13 to 24 % faster on 24 and 40 outputs of 28x28 and more, 7 % on 84, 2 % on 168.
     */
    private static boolean pairs(PointwiseConv spec, GemmTile tile) {
        int outputs = spec.out().channels();
        int[] columns = WeightPanels.split(outputs, tile.vectors);
        int last = columns.length - 1;
        int tileRows = tile.pairedRows(columns[last] - columns[last - 1]);
        int spare = columns[last] * VectorConfig.LANES - outputs;
        return tileRows > 0 && spare >= VectorConfig.LANES / 2 && spec.in().width() >= tileRows
                && spec.in().pixels() / tile.rows > BLOCK_TILES;
    }

    @Override
    public String name() {
        return "f32-pointwise-" + tile + "-" + VectorConfig.NAME;
    }

    @Override
    public Optional<Kernel> resized(Spec other) {
        return other instanceof PointwiseConv conv && conv.in().channels() == spec.in().channels()
                && conv.out().channels() == spec.out().channels() && pairs(conv, tile) == panels.paired()
                        ? Optional.of(new VectorPointwise(conv, tile, panels))
                        : Optional.empty();
    }

    @Override
    public int units() {
        return split.units();
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        boolean fetch = panels.fetchPays(split.rows()) && split.rowsInnermost();
        int fetched = -1;
        for (int unit = from; unit < to; unit++) {
            if (fetch && split.firstPanel(unit) != fetched) {
                fetched = split.firstPanel(unit);
                panels.fetch(fetched, split.endPanel(unit));
            }
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
            boolean paired = panels.paired() && p == panels.count() - 1;
            int tileRows = paired ? tile.pairedRows(width) : tile.rows;
            int panel = weightsOffset + panels.offset(p);
            int next;
            for (int row = first; row < end; row = next) {
                next = epilogue.blockEnd(row, end, tileRows);
                int from = inOffset + row * inStride;
                int to = row * outStride + panels.channel(p);
                if (paired) {
                    tile.multiplyPaired(next - row, width, in, from, inStride, panels.depth(), weights, panel, out,
                            outOffset + to, outStride, epilogue.low(), epilogue.high());
                } else {
                    tile.multiply(next - row, width, in, from, inStride, panels.depth(), weights, panel, out,
                            outOffset + to, outStride, epilogue.low(), epilogue.high());
                }
                Epilogues.apply(epilogue.rest(), residual, residualOffset + to, out, outOffset + to, outStride,
                        next - row, width * VectorConfig.LANES);
            }
        }
        if (endPanel == panels.count()) {
            Epilogues.clearPadding(spec.epilogue().activation(), out, outOffset + first * outStride, spec.out(),
                    end - first, panels.channels());
        }
    }
}
