package io.github.jvig.kernels.vector.pool;

import static io.github.jvig.kernels.vector.common.VectorConfig.FLOATS;
import static io.github.jvig.kernels.vector.common.VectorConfig.LANES;

import io.github.jvig.kernels.AvgPoolBlend;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.vector.activation.Epilogues;
import io.github.jvig.kernels.vector.common.Split;
import io.github.jvig.kernels.vector.common.VectorConfig;
import jdk.incubator.vector.FloatVector;

/**
 * {@link AvgPoolBlend} row by row: first the sums down the columns of the rows in reach, into the caller's scratch, then the sums across,
 * with the rest of the computation. The usual three rows and three columns have separate loops.
 */
public final class VectorAvgPoolBlend implements Kernel {
    private final AvgPoolBlend spec;
    private final MapLayout map;
    /** Channels that are computed, a whole number of vectors. */
    private final int length;
    /** Factors of the average, then, from {@link #length} on, factors of the pixel itself. */
    private final float[] weight;
    private final Split split;

    public VectorAvgPoolBlend(AvgPoolBlend spec, float[] weight) {
        this.spec = spec;
        map = spec.in();
        length = VectorConfig.vectors(map.channels()) * LANES;
        this.weight = new float[2 * length];
        System.arraycopy(weight, 0, this.weight, 0, map.channels());
        System.arraycopy(weight, map.channels(), this.weight, length, map.channels());
        // An element takes about as long as 24 multiply-accumulates of a matrix product.
        split = Split.ofRows(24L * map.length(), map.height());
    }

    @Override
    public AvgPoolBlend spec() {
        return spec;
    }

    @Override
    public String name() {
        return "f32-avg-pool-blend-" + VectorConfig.NAME;
    }

    @Override
    public int units() {
        return split.units();
    }

    /** A row of sums. */
    @Override
    public int scratch() {
        return map.width() * map.stride();
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        int reach = spec.kernel() / 2;
        int row = map.width() * map.stride();
        for (int y = split.row(from); y < split.row(to); y++) {
            int top = Math.max(0, y - reach);
            int rows = Math.min(map.height() - 1, y + reach) - top + 1;
            if (rows == 3) {
                down3(o.in(), o.inOffset() + top * row, row, scratch, scratchOffset);
            } else {
                down(o.in(), o.inOffset() + top * row, row, rows, scratch, scratchOffset);
            }
            across(o, y, rows, scratch, scratchOffset);
            Epilogues.clear(o.out(), o.outOffset() + y * row, map.stride(), map.width(), length);
        }
    }

    /** One row of the result from its sums down the columns. */
    private void across(Operands o, int y, int rows, float[] sums, int sumsOffset) {
        int reach = spec.kernel() / 2;
        int stride = map.stride();
        int row = y * map.width() * stride;
        boolean three = reach == 1 && map.width() > 2;
        if (three) {
            across3(sums, sumsOffset, stride, map.width() - 2, 1f / (3 * rows), o.in(), o.inOffset() + row + stride,
                    weight, length, o.out(), o.outOffset() + row + stride);
        }
        // The columns in between are done already.
        int step = three ? map.width() - 1 : 1;
        for (int x = 0; x < map.width(); x += step) {
            int left = Math.max(0, x - reach);
            int columns = Math.min(map.width() - 1, x + reach) - left + 1;
            across(sums, sumsOffset + left * stride, stride, columns, 1f / (columns * rows), o.in(),
                    o.inOffset() + row + x * stride, weight, length, o.out(), o.outOffset() + row + x * stride);
        }
    }

    private static void down3(float[] in, int inOffset, int row, float[] sums, int sumsOffset) {
        for (int i = 0; i < row; i += LANES) {
            FloatVector.fromArray(FLOATS, in, inOffset + i).add(FloatVector.fromArray(FLOATS, in, inOffset + row + i))
                    .add(FloatVector.fromArray(FLOATS, in, inOffset + 2 * row + i)).intoArray(sums, sumsOffset + i);
        }
    }

    private static void down(float[] in, int inOffset, int row, int rows, float[] sums, int sumsOffset) {
        for (int i = 0; i < row; i += LANES) {
            FloatVector s = FloatVector.fromArray(FLOATS, in, inOffset + i);
            for (int y = 1; y < rows; y++) {
                s = FloatVector.fromArray(FLOATS, in, inOffset + y * row + i).add(s);
            }
            s.intoArray(sums, sumsOffset + i);
        }
    }

    /** Neighboring pixels with a column on either side, the first one's left column at {@code sumsOffset}. */
    private static void across3(float[] sums, int sumsOffset, int stride, int pixels, float share, float[] in,
            int inOffset, float[] weight, int length, float[] out, int outOffset) {
        for (int x = 0; x < pixels; x++) {
            int p = x * stride;
            for (int c = 0; c < length; c += LANES) {
                FloatVector mean = FloatVector.fromArray(FLOATS, sums, sumsOffset + p + c)
                        .add(FloatVector.fromArray(FLOATS, sums, sumsOffset + p + stride + c))
                        .add(FloatVector.fromArray(FLOATS, sums, sumsOffset + p + 2 * stride + c)).mul(share);
                FloatVector self = FloatVector.fromArray(FLOATS, in, inOffset + p + c)
                        .mul(FloatVector.fromArray(FLOATS, weight, length + c));
                mean.fma(FloatVector.fromArray(FLOATS, weight, c), self).intoArray(out, outOffset + p + c);
            }
        }
    }

    /** One pixel with any number of columns in reach. */
    private static void across(float[] sums, int sumsOffset, int stride, int columns, float share, float[] in,
            int inOffset, float[] weight, int length, float[] out, int outOffset) {
        for (int c = 0; c < length; c += LANES) {
            FloatVector s = FloatVector.fromArray(FLOATS, sums, sumsOffset + c);
            for (int x = 1; x < columns; x++) {
                s = FloatVector.fromArray(FLOATS, sums, sumsOffset + x * stride + c).add(s);
            }
            FloatVector self = FloatVector.fromArray(FLOATS, in, inOffset + c)
                    .mul(FloatVector.fromArray(FLOATS, weight, length + c));
            s.mul(share).fma(FloatVector.fromArray(FLOATS, weight, c), self).intoArray(out, outOffset + c);
        }
    }
}
