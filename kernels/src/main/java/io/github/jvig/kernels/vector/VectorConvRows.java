package io.github.jvig.kernels.vector;

import io.github.jvig.kernels.Conv2d;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.RowKernel;
import io.github.jvig.kernels.Window;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * {@link Conv2d} without groups, row by row: what a chain is made of. The rows of the input that a row of the output sees are copied into
 * the work space, with the padding around them, each once for a range of rows. So all windows of a row are alike and inside, and there is
 * no border. A window is read there through a table of offsets; or, for many output channels, copied once more, for the plain product
 * ({@link GemmTile#minOutputsToCopy}).
 *
 * <p>It adds in the same order as {@link VectorConv2d}, so the bits are the same.
 *
 * <p>Units are blocks of rows.
 */
final class VectorConvRows implements RowKernel {
    /** Tiles of a row whose windows are copied for all panels: the weights are read once for each such block. */
    private static final int BLOCK_TILES = 2;
    /** Rows of a unit, in heights of a window, at least: each unit copies all rows that its first window sees. */
    private static final int MIN_BLOCK_WINDOWS = 2;

    private final Conv2d spec;
    /** Kept, since a spec may compute it each time. */
    private final MapLayout out;
    private final GemmTile tile;
    private final WeightPanels panels;
    private final boolean copiesWindows;
    /** Places of a row of the input among those of a window: the window's height if its rows are neighbors, else one, and rows are copied anew. */
    private final int turns;
    /** For each turn and step of the depth, its offset from the first column of a window. */
    private final int[][] offsets;
    /** For each turn and row of the window, where the row is. */
    private final int[][] places;
    /** Floats of a copied row: the columns that the windows of a row see. */
    private final int rowLength;
    /** Columns of the input that are copied, and where they are in the copied row, in floats. */
    private final int firstColumn;
    private final int endColumn;
    private final int firstFloat;
    private final Split split;

    VectorConvRows(Conv2d spec, float[] weight, float[] bias, GemmTile tile) {
        this.spec = spec;
        this.tile = tile;
        out = spec.out();
        MapLayout in = spec.in();
        Window.Axis down = spec.window().rows();
        Window.Axis across = spec.window().columns();
        int channels = in.channels();
        int taps = spec.window().taps();
        int depth = channels * taps;
        panels = WeightPanels.of(weight, out.channels(), depth,
                IntStream.range(0, depth).map(k -> k % channels * taps + k / channels).toArray(), bias, tile.vectors);
        copiesWindows = out.channels() >= tile.minOutputsToCopy;
        int columns = (out.width() - 1) * across.stride() + across.extent();
        rowLength = Math.multiplyExact(columns, in.stride());
        firstColumn = Math.clamp(-across.padBefore(), 0, in.width());
        endColumn = Math.clamp((long) columns - across.padBefore(), firstColumn, in.width());
        firstFloat = Math.clamp(across.padBefore(), 0, columns) * in.stride();
        turns = down.dilation() == 1 ? down.kernel() : 1;
        places = new int[turns][down.kernel()];
        offsets = new int[turns][depth];
        for (int turn = 0; turn < turns; turn++) {
            for (int ky = 0; ky < down.kernel(); ky++) {
                places[turn][ky] = (turns == 1 ? ky : (turn + ky) % turns) * rowLength;
            }
            for (int k = 0; k < depth; k++) {
                int tap = k / channels;
                offsets[turn][k] = places[turn][tap / across.kernel()]
                        + tap % across.kernel() * across.dilation() * in.stride() + k % channels;
            }
        }
        split = Split.of(spec.macs(), out.height(), Math.ceilDiv(MIN_BLOCK_WINDOWS * down.kernel(), down.stride()), 1);
    }

    /** Whether a row fills a tile. */
    static boolean takes(Conv2d spec, GemmTile tile) {
        return spec.groups() == 1 && spec.out().width() >= tile.rows;
    }

    @Override
    public Conv2d spec() {
        return spec;
    }

    @Override
    public String name() {
        return "f32-conv2d-rows-" + tile + "-" + VectorConfig.NAME;
    }

    @Override
    public boolean isForChains() {
        return true;
    }

    @Override
    public int units() {
        return split.units();
    }

    @Override
    public int scratch() {
        return rowScratch();
    }

    /** The rows of a window, and the windows of a block where they are copied. */
    @Override
    public int rowScratch() {
        int windows = copiesWindows ? Math.multiplyExact(BLOCK_TILES * tile.rows, panels.depth()) : 0;
        return Math.addExact(Math.multiplyExact(spec.window().rows().kernel(), rowLength), windows);
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        rows(o.in(), o.inOffset(), o.in2(), o.in2Offset(), o.out(), o.outOffset(), scratch, scratchOffset,
                split.row(from), split.row(to));
    }

    @Override
    public void rows(float[] in, int inOffset, float[] residual, int residualOffset, float[] result, int outOffset,
            int from, int to) {
        rows(in, inOffset, residual, residualOffset, result, outOffset, new float[rowScratch()], 0, from, to);
    }

    @Override
    public void rows(float[] in, int inOffset, float[] residual, int residualOffset, float[] result, int outOffset,
            float[] scratch, int scratchOffset, int from, int to) {
        Window.Axis down = spec.window().rows();
        int seen = turns == 1 ? 0 : Math.max(0, down.kernel() - down.stride());
        for (int y = from; y < to; y++) {
            int turn = Math.floorMod(down.start(y), turns);
            for (int ky = y == from ? 0 : seen; ky < down.kernel(); ky++) {
                copyRow(in, inOffset, down.start(y) + ky * down.dilation(), scratch,
                        scratchOffset + places[turn][ky]);
            }
            if (copiesWindows) {
                byCopies(scratch, scratchOffset, turn, residual, residualOffset, result, outOffset, y);
            } else {
                byOffsets(scratch, scratchOffset, turn, residual, residualOffset, result, outOffset, y);
            }
            Epilogues.clearPadding(spec.epilogue().activation(), result,
                    outOffset + y * out.width() * out.stride(), out, out.width(), panels.channels());
        }
    }

    /** A row of the input with its padding; zeros for one that is outside. */
    private void copyRow(float[] in, int inOffset, int row, float[] scratch, int to) {
        MapLayout map = spec.in();
        if (row < 0 || row >= map.height()) {
            Arrays.fill(scratch, to, to + rowLength, 0f);
            return;
        }
        int length = (endColumn - firstColumn) * map.stride();
        Arrays.fill(scratch, to, to + firstFloat, 0f);
        System.arraycopy(in, inOffset + (row * map.width() + firstColumn) * map.stride(), scratch, to + firstFloat,
                length);
        Arrays.fill(scratch, to + firstFloat + length, to + rowLength, 0f);
    }

    private void byOffsets(float[] scratch, int scratchOffset, int turn, float[] residual, int residualOffset,
            float[] result, int outOffset, int y) {
        int step = spec.window().columns().stride() * spec.in().stride();
        for (int p = 0; p < panels.count(); p++) {
            int width = panels.width(p);
            for (int next = 0; next < out.width(); next += tile.rows) {
                int x = Math.min(next, out.width() - tile.rows);
                int pixel = (y * out.width() + x) * out.stride() + panels.channel(p);
                tile.gather(width, scratch, scratchOffset + x * step, step, offsets[turn], panels.data(),
                        panels.offset(p), result, outOffset + pixel, out.stride());
                Epilogues.apply(spec.epilogue(), residual, residualOffset + pixel, result, outOffset + pixel,
                        out.stride(), tile.rows, width * VectorConfig.LANES);
            }
        }
    }

    private void byCopies(float[] scratch, int scratchOffset, int turn, float[] residual, int residualOffset,
            float[] result, int outOffset, int y) {
        int windows = scratchOffset + spec.window().rows().kernel() * rowLength;
        int depth = panels.depth();
        int block = Math.min(BLOCK_TILES * tile.rows, out.width());
        for (int next = 0; next < out.width(); next += block) {
            int first = Math.min(next, out.width() - block);
            for (int i = 0; i < block; i++) {
                copyWindow(scratch, scratchOffset, turn, first + i, windows + i * depth);
            }
            for (int p = 0; p < panels.count(); p++) {
                int width = panels.width(p);
                int rows;
                for (int i = 0; i < block; i += rows) {
                    rows = tile.rowsFor(block - i, width);
                    int row = Math.min(i, block - rows);
                    int pixel = (y * out.width() + first + row) * out.stride() + panels.channel(p);
                    tile.multiply(rows, width, scratch, windows + row * depth, depth, depth, panels.data(),
                            panels.offset(p), result, outOffset + pixel, out.stride());
                    Epilogues.apply(spec.epilogue(), residual, residualOffset + pixel, result, outOffset + pixel,
                            out.stride(), rows, width * VectorConfig.LANES);
                }
            }
        }
    }

    private void copyWindow(float[] scratch, int scratchOffset, int turn, int x, int to) {
        Window.Axis across = spec.window().columns();
        int stride = spec.in().stride();
        int channels = spec.in().channels();
        // Taps side by side in memory are one piece.
        int pieces = stride == channels && across.dilation() == 1 ? 1 : across.kernel();
        int length = pieces == 1 ? across.kernel() * channels : channels;
        int next = to;
        for (int ky = 0; ky < spec.window().rows().kernel(); ky++) {
            int from = scratchOffset + places[turn][ky] + x * across.stride() * stride;
            for (int i = 0; i < pieces; i++) {
                System.arraycopy(scratch, from + i * across.dilation() * stride, scratch, next, length);
                next += length;
            }
        }
    }
}
