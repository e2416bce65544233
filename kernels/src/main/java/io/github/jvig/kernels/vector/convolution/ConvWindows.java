package io.github.jvig.kernels.vector.convolution;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Window;
import java.util.stream.IntStream;

/**
 * Where the tiles of a convolution find their windows. A window's depth is a few runs of floats that are equally far apart for all outputs
 * of a row: one for each row of the window, or, if it is dilated, for each of its taps. A tile whose windows lie inside the map reads
 * them there, if the map has no pad lanes; the others read copied rows with the padding around them ({@link PaddedRows}).
 *
 * @param rows        copies
 * @param run         floats of a run
 * @param copiedRuns  where each run of a window starts, from the window's first float in the copied rows
 * @param mapRuns     the same in the map
 * @param firstRow    the first row of outputs whose windows lie between the map's first row and its last
 * @param endRow      one past the last such row
 * @param firstColumn the first output of the tiles that read the map
 * @param endColumn   the first output of the tiles behind them, which read copies again
 */
record ConvWindows(PaddedRows rows, int run, int[] copiedRuns, int[] mapRuns, int firstRow, int endRow, int firstColumn,
        int endColumn) {
    /** All windows are copied. */
    static ConvWindows copied(MapLayout in, Window window, int outWidth) {
        return of(in, window, outWidth, 0, 0, 0, 0);
    }

    /**
     * Windows are copied where they have to be.
     *
     * @param tile outputs of a tile; tiles follow each other from the first output of a row, and a last one may overlap the one before
     */
    static ConvWindows inPlace(MapLayout in, Window window, int outHeight, int outWidth, int tile) {
        if (in.stride() != in.channels() || outWidth < tile) {
            return copied(in, window, outWidth);
        }
        Window.Axis down = window.rows();
        Window.Axis across = window.columns();
        int firstRow = firstInside(down);
        int endRow = endInside(down, in.height(), outHeight);
        int inside = endInside(across, in.width(), outWidth);
        int firstColumn = Math.ceilDiv(firstInside(across), tile) * tile;
        int endColumn = firstColumn;
        while (endColumn + tile <= inside) {
            endColumn += tile;
        }
        int last = outWidth - tile;
        if (endColumn > last && endColumn < outWidth) {
            // What remains is done by a tile that overlaps the one before.
            endColumn = inside == outWidth && last >= firstColumn ? outWidth : last;
        }
        return firstRow < endRow && firstColumn < endColumn
                ? of(in, window, outWidth, firstRow, endRow, firstColumn, endColumn)
                : copied(in, window, outWidth);
    }

    private static ConvWindows of(MapLayout in, Window window, int outWidth, int firstRow, int endRow, int firstColumn,
            int endColumn) {
        PaddedRows rows = PaddedRows.of(in, window, outWidth);
        Window.Axis across = window.columns();
        int run = (across.dilation() == 1 ? across.kernel() : 1) * in.channels();
        return new ConvWindows(rows, run, runs(window, rows.rowStride(), in.channels()),
                runs(window, in.width() * in.stride(), in.stride()), firstRow, endRow, firstColumn, endColumn);
    }

    private static int[] runs(Window window, int rowStride, int pixelStride) {
        Window.Axis down = window.rows();
        Window.Axis across = window.columns();
        int perRow = across.dilation() == 1 ? 1 : across.kernel();
        return IntStream.range(0, down.kernel() * perRow)
                .map(i -> i / perRow * down.dilation() * rowStride + i % perRow * across.dilation() * pixelStride)
                .toArray();
    }

    /** The first output whose window does not reach into the padding in front. */
    private static int firstInside(Window.Axis axis) {
        return Math.max(0, Math.ceilDiv(axis.padBefore(), axis.stride()));
    }

    /** One past the last output whose window does not reach into the padding behind. */
    private static int endInside(Window.Axis axis, int size, int outputs) {
        return Math.clamp(Math.floorDiv(size - axis.extent() + axis.padBefore(), axis.stride()) + 1, 0, outputs);
    }

    /** Whether any tile reads the map. */
    boolean anyInMap() {
        return firstRow < endRow;
    }

    /** Whether the tile whose first output is {@code x} in row {@code y} reads the map, not the copied rows. */
    boolean inMap(int y, int x) {
        return y >= firstRow && y < endRow && x >= firstColumn && x < endColumn;
    }

    /** From the map's first float to the first of an output's window. */
    int mapOffset(int y, int x) {
        MapLayout in = rows.in();
        return (rows.window().rows().start(y) * in.width() + rows.window().columns().start(x)) * in.stride();
    }

    /** From the first float of copied rows to the first of an output's window. */
    int copiedOffset(int y, int x) {
        return y * rowStep() + x * pixelStep();
    }

    /** Floats of the copied rows from the windows of one row of outputs to those of the next. */
    int rowStep() {
        return rows.window().rows().stride() * rows.rowStride();
    }

    /** Floats from one window to the next, in the copied rows, and in a map that is read. */
    int pixelStep() {
        return rows.window().columns().stride() * rows.in().channels();
    }

    /** Floats of a window. */
    int depth() {
        return run * copiedRuns.length;
    }

    /** Where each float of a window is, from its first one. */
    int[] table(int[] runs) {
        return IntStream.range(0, depth()).map(k -> runs[k / run] + k % run).toArray();
    }

    /** Copies what some rows of outputs need that do not read it in the map: all of their windows, or those at the map's sides. */
    void copy(float[] in, int inOffset, float[] copy, int copyOffset, int first, int end) {
        if (!anyInMap()) {
            rows.copy(in, inOffset, copy, copyOffset, first, end, rows.width(), rows.width());
            return;
        }
        int top = Math.clamp(firstRow, first, end);
        int bottom = Math.clamp(endRow, top, end);
        copyRows(in, inOffset, copy, copyOffset, first, first, top, rows.width(), rows.width());
        copyRows(in, inOffset, copy, copyOffset, first, top, bottom, Math.min(left(), right()), right());
        copyRows(in, inOffset, copy, copyOffset, first, bottom, end, rows.width(), rows.width());
    }

    /** Pixels of a copied row that the tiles in front of those in the map see. */
    private int left() {
        Window.Axis across = rows.window().columns();
        return firstColumn == 0 ? 0 : (firstColumn - 1) * across.stride() + across.extent();
    }

    /** Where in a copied row the tiles behind those in the map begin. */
    private int right() {
        Window.Axis across = rows.window().columns();
        int end = (endColumn - 1) * across.stride() + across.extent();
        return end >= rows.width() ? rows.width() : Math.min(endColumn * across.stride(), rows.width());
    }

    private void copyRows(float[] in, int inOffset, float[] copy, int copyOffset, int start, int first, int end,
            int left, int right) {
        if (first < end) {
            rows.copy(in, inOffset, copy, copyOffset + (first - start) * rowStep(), first, end, left, right);
        }
    }
}
