package io.github.jvig.kernels.vector.convolution;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Window;
import io.github.jvig.kernels.vector.common.InteriorRange;
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
 * @param mapRows     the rows of outputs of which tiles read the map
 * @param mapColumns  the first outputs of these tiles; behind them tiles read copies again
 */
record ConvWindows(PaddedRows rows, int run, int[] copiedRuns, int[] mapRuns, InteriorRange mapRows,
        InteriorRange mapColumns) {
    /** All windows are copied. */
    static ConvWindows copied(MapLayout in, Window window, int outWidth) {
        return of(in, window, outWidth, InteriorRange.NONE, InteriorRange.NONE);
    }

    /**
     * Windows are copied where they have to be.
     *
     * @param tile outputs of a tile; tiles follow each other from the first output of a row, and a last one may overlap the one before
     */
    static ConvWindows inPlace(MapLayout in, Window window, int outWidth, int tile) {
        InteriorRange mapRows = InteriorRange.of(window.rows(), in.height());
        InteriorRange mapColumns = tilesInside(InteriorRange.of(window.columns(), in.width()), outWidth, tile);
        return in.stride() == in.channels() && mapRows.length() > 0 && mapColumns.length() > 0
                ? of(in, window, outWidth, mapRows, mapColumns)
                : copied(in, window, outWidth);
    }

    /** Where the tiles begin all of whose outputs are inside. */
    private static InteriorRange tilesInside(InteriorRange inside, int outWidth, int tile) {
        int last = outWidth - tile;
        int first = Math.ceilDiv(inside.from(), tile) * tile;
        int end = first + Math.max(0, inside.to() - first) / tile * tile;
        if (end > last && end < outWidth) {
            // What remains is done by a tile that overlaps the one before.
            end = inside.to() == outWidth && last >= first ? outWidth : last;
        }
        return first < end ? new InteriorRange(first, end) : InteriorRange.NONE;
    }

    private static ConvWindows of(MapLayout in, Window window, int outWidth, InteriorRange mapRows,
            InteriorRange mapColumns) {
        PaddedRows rows = PaddedRows.of(in, window, outWidth);
        return new ConvWindows(rows, run(in, window), runs(window, rows.rowStride(), in.channels()),
                runs(window, in.width() * in.stride(), in.stride()), mapRows, mapColumns);
    }

    /** Floats of a run. */
    static int run(MapLayout in, Window window) {
        Window.Axis across = window.columns();
        return (across.dilation() == 1 ? across.kernel() : 1) * in.channels();
    }

    private static int[] runs(Window window, int rowStride, int pixelStride) {
        Window.Axis down = window.rows();
        Window.Axis across = window.columns();
        int perRow = across.dilation() == 1 ? 1 : across.kernel();
        return IntStream.range(0, down.kernel() * perRow)
                .map(i -> i / perRow * down.dilation() * rowStride + i % perRow * across.dilation() * pixelStride)
                .toArray();
    }

    /** Whether any tile reads the map. */
    boolean anyInMap() {
        return mapRows.length() > 0;
    }

    /** Whether the tile whose first output is {@code x} in row {@code y} reads the map, not the copied rows. */
    boolean inMap(int y, int x) {
        return mapRows.contains(y) && mapColumns.contains(x);
    }

    /**
     * Where tiles end, from the one whose first output is {@code x} in row {@code y} on, that all read the map or all read copied rows.
     *
     * @param end  one past the last output wanted, at least a tile behind {@code x}
     * @param tile outputs of a tile
     * @return some whole tiles behind {@code x}, or {@code end}
     */
    int endOfTiles(int y, int x, int end, int tile) {
        if (!mapRows.contains(y)) {
            return end;
        }
        int change = x < mapColumns.from() ? mapColumns.from() : mapColumns.to();
        return x >= mapColumns.to() || change >= end ? end : x + Math.ceilDiv(change - x, tile) * tile;
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
        int top = Math.clamp(mapRows.from(), first, end);
        int bottom = Math.clamp(mapRows.to(), top, end);
        copyRows(in, inOffset, copy, copyOffset, first, first, top, rows.width(), rows.width());
        copyRows(in, inOffset, copy, copyOffset, first, top, bottom, Math.min(left(), right()), right());
        copyRows(in, inOffset, copy, copyOffset, first, bottom, end, rows.width(), rows.width());
    }

    /** Pixels of a copied row that the tiles in front of those in the map see. */
    private int left() {
        Window.Axis across = rows.window().columns();
        return mapColumns.from() == 0 ? 0 : (mapColumns.from() - 1) * across.stride() + across.extent();
    }

    /** Where in a copied row the tiles behind those in the map begin. */
    private int right() {
        Window.Axis across = rows.window().columns();
        int end = (mapColumns.to() - 1) * across.stride() + across.extent();
        return end >= rows.width() ? rows.width() : Math.min(mapColumns.to() * across.stride(), rows.width());
    }

    private void copyRows(float[] in, int inOffset, float[] copy, int copyOffset, int start, int first, int end,
            int left, int right) {
        if (first < end) {
            rows.copy(in, inOffset, copy, copyOffset + (first - start) * rowStep(), first, end, left, right);
        }
    }
}
