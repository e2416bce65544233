package io.github.jvig.kernels.vector.pool;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.Pool2d;
import io.github.jvig.kernels.RowKernel;
import io.github.jvig.kernels.Window;
import io.github.jvig.kernels.vector.activation.Epilogues;
import io.github.jvig.kernels.vector.common.InteriorRange;
import io.github.jvig.kernels.vector.common.Split;
import io.github.jvig.kernels.vector.common.VectorConfig;
import java.util.Arrays;

/**
 * {@link Pool2d} row by row: first down the columns of the rows that a window covers, into the caller's scratch, then across, so that a
 * window of n x n pixels takes 2n loads, not n^2. The scratch has the columns of the padding, too, which never count, so that all columns are
 * done alike. An output row whose windows move by one pixel is one long run of floats.
 */
public final class VectorPool2d implements RowKernel {
    private final Pool2d spec;
    private final MapLayout in;
    private final MapLayout map;
    private final Window.Axis down;
    private final Window.Axis across;
    private final boolean maximum;
    /** The first column of the scratch: the input's, below zero in the padding. */
    private final int left;
    /** Columns of the scratch: those that any window covers. */
    private final int columns;
    /** Columns of the scratch that are in the input: the first, and one past the last. */
    private final int inside;
    private final int insideEnd;
    private final InteriorRange interior;
    private final Split split;

    public VectorPool2d(Pool2d spec) {
        this.spec = spec;
        in = spec.in();
        map = spec.out();
        down = spec.window().rows();
        across = spec.window().columns();
        maximum = spec.mode() == Pool2d.Mode.MAXIMUM;
        left = across.start(0);
        columns = (map.width() - 1) * across.stride() + across.extent();
        inside = Math.max(0, -left);
        insideEnd = Math.min(columns, in.width() - left);
        // Where padding is not counted, the columns between are divided by the same number.
        interior = spec.mode() == Pool2d.Mode.AVERAGE
                ? InteriorRange.of(across, in.width())
                : new InteriorRange(0, map.width());
        // An element takes about as long as 16 multiply-accumulates of a matrix product, in and out.
        split = Split.ofRows(16L * (in.length() + map.length()), map.height());
    }

    @Override
    public Pool2d spec() {
        return spec;
    }

    @Override
    public String name() {
        return "f32-pool2d-" + VectorConfig.NAME;
    }

    @Override
    public int units() {
        return split.units();
    }

    /** A row of the columns that windows cover. */
    @Override
    public int scratch() {
        return columns * in.stride();
    }

    @Override
    public int rowScratch() {
        return scratch();
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        rows(o.in(), o.inOffset(), null, 0, o.out(), o.outOffset(), scratch, scratchOffset, split.row(from),
                split.row(to));
    }

    @Override
    public void rows(float[] from, int fromOffset, float[] residual, int residualOffset, float[] result,
            int outOffset, int first, int end) {
        rows(from, fromOffset, residual, residualOffset, result, outOffset, new float[rowScratch()], 0, first, end);
    }

    @Override
    public void rows(float[] from, int fromOffset, float[] residual, int residualOffset, float[] result,
            int outOffset, float[] scratch, int scratchOffset, int firstRow, int endRow) {
        int stride = in.stride();
        float never = maximum ? Float.NEGATIVE_INFINITY : 0f;
        Arrays.fill(scratch, scratchOffset, scratchOffset + inside * stride, never);
        Arrays.fill(scratch, scratchOffset + insideEnd * stride, scratchOffset + columns * stride, never);
        boolean unpadded = inside == 0 && insideEnd == columns;
        for (int y = firstRow; y < endRow; y++) {
            int firstTap = down.firstTap(y);
            int rows = down.endTap(y, in.height()) - firstTap;
            int top = down.start(y) + firstTap * down.dilation();
            int first = fromOffset + (top * in.width() + left) * stride;
            if (rows == 1 && unpadded) {
                across(from, first, rows, result, outOffset, y);
            } else {
                down(from, first + inside * stride, down.dilation() * in.width() * stride, rows, scratch,
                        scratchOffset + inside * stride, (insideEnd - inside) * stride);
                across(scratch, scratchOffset, rows, result, outOffset, y);
            }
            int out = outOffset + y * map.width() * stride;
            Epilogues.activate(spec.activation(), result, out, stride, map.width(), stride);
            Epilogues.clear(result, out, stride, map.width(),
                    spec.activation().keepsZero() ? stride : map.channels());
        }
    }

    /** The greatest or the sum of some rows. */
    private void down(float[] from, int at, int step, int rows, float[] to, int toOffset, int length) {
        pool(from, at, 0, step, rows, 1f, to, toOffset, 0, 1, length);
    }

    /** A row of the result. */
    private void across(float[] from, int at, int rows, float[] result, int outOffset, int y) {
        int counted = spec.mode() == Pool2d.Mode.AVERAGE ? rows : down.kernel();
        for (int x = 0; x < interior.from(); x++) {
            pixels(from, at, counted * covered(x), result, outOffset, y, x, x + 1);
        }
        pixels(from, at, counted * across.kernel(), result, outOffset, y, interior.from(), interior.to());
        for (int x = interior.to(); x < map.width(); x++) {
            pixels(from, at, counted * covered(x), result, outOffset, y, x, x + 1);
        }
    }

    /** The taps along the width that are inside the input. */
    private int covered(int x) {
        return across.endTap(x, in.width()) - across.firstTap(x);
    }

    /** Pixels of a row whose windows count as many pixels. */
    private void pixels(float[] from, int at, int counted, float[] result, int outOffset, int y, int x, int end) {
        int stride = in.stride();
        float factor = maximum ? 1f : 1f / counted;
        int first = at + x * across.stride() * stride;
        int out = outOffset + (y * map.width() + x) * stride;
        if (across.stride() == 1) {
            pool(from, first, 0, across.dilation() * stride, across.kernel(), factor, result, out, 0, 1,
                    (end - x) * stride);
        } else {
            pool(from, first, across.stride() * stride, across.dilation() * stride, across.kernel(), factor, result,
                    out, stride, end - x, stride);
        }
    }

    /**
     * Pools some rows of numbers, two at a time after the first.
     *
     * @param at    where the first row starts
     * @param piece floats from one piece of a row to the next
     * @param step  floats from one row to the next
     */
    private void pool(float[] from, int at, int piece, int step, int rows, float factor, float[] to, int toOffset,
            int toPiece, int pieces, int length) {
        if (rows == 1) {
            PoolLoops.scale(from, at, piece, factor, to, toOffset, toPiece, pieces, length);
            return;
        }
        float[] first = from;
        int firstOffset = at;
        int firstPiece = piece;
        // An even number of rows starts with one pair.
        int row = 1;
        while (row < rows) {
            boolean pair = (rows - row) % 2 == 1;
            int b = at + row * step;
            row += pair ? 1 : 2;
            float last = row == rows ? factor : 1f;
            if (maximum && pair) {
                PoolLoops.max2(first, firstOffset, firstPiece, from, b, piece, to, toOffset, toPiece, pieces, length);
            } else if (maximum) {
                PoolLoops.max3(first, firstOffset, firstPiece, from, b, b + step, piece, to, toOffset, toPiece, pieces,
                        length);
            } else if (pair) {
                PoolLoops.sum2(first, firstOffset, firstPiece, from, b, piece, last, to, toOffset, toPiece, pieces,
                        length);
            } else {
                PoolLoops.sum3(first, firstOffset, firstPiece, from, b, b + step, piece, last, to, toOffset, toPiece,
                        pieces, length);
            }
            first = to;
            firstOffset = toOffset;
            firstPiece = toPiece;
        }
    }
}
