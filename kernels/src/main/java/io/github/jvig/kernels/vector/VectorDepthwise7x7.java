package io.github.jvig.kernels.vector;

import static io.github.jvig.kernels.vector.VectorConfig.FLOATS;
import static io.github.jvig.kernels.vector.VectorConfig.LANES;

import io.github.jvig.kernels.DepthwiseConv;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.Packing;
import io.github.jvig.kernels.RowKernel;
import io.github.jvig.kernels.Window;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link DepthwiseConv} 7x7 that keeps the size, the positional encoding of vision graph nets: tiles of seven neighboring outputs of a
 * row, so that a row of the window is 49 multiply-adds on 20 values from memory.
 *
 * <p>Vector by vector of channels, each over all rows: its weights and the rows that a window needs stay in the nearest cache. At the
 * left and right border the pixels that are not there are replaced by zeros, in a method of its own, since the masks need registers.
 */
final class VectorDepthwise7x7 implements RowKernel {
    /** Neighboring outputs of a row in a tile. */
    static final int COLUMNS = 7;
    private static final int KERNEL = 7;
    private static final int PADDING = 3;
    /** Bias and weights. */
    private static final int GROUP = 1 + KERNEL * KERNEL;
    private static final VectorSpecies<Integer> INTS = FLOATS.withLanes(int.class);

    private final DepthwiseConv spec;
    private final MapLayout map;
    /** Vector by vector of channels, each its bias and weights. */
    private final float[] weights;
    /** Channels that are computed, a whole number of vectors. */
    private final int length;
    private final Split split;

    VectorDepthwise7x7(DepthwiseConv spec, float[] weight, float[] bias) {
        int taps = KERNEL * KERNEL;
        Packing.check(spec, weight, taps, bias);
        this.spec = spec;
        map = spec.out();
        int channels = spec.in().channels();
        length = VectorConfig.vectors(channels) * LANES;
        weights = new float[Math.multiplyExact(length, GROUP)];
        for (int c = 0; c < channels; c++) {
            int group = c / LANES * LANES * GROUP + c % LANES;
            weights[group] = bias == null ? 0 : bias[c];
            for (int t = 0; t < taps; t++) {
                weights[group + (1 + t) * LANES] = weight[c * taps + t];
            }
        }
        split = Split.ofRows(spec.macs(), map.height());
    }

    /** Whether this class computes such a convolution. */
    static boolean takes(DepthwiseConv spec) {
        return spec.window().equals(Window.same(KERNEL)) && spec.out().width() >= COLUMNS;
    }

    @Override
    public DepthwiseConv spec() {
        return spec;
    }

    @Override
    public String name() {
        return "f32-depthwise-7x7s1-1x" + COLUMNS + "-" + VectorConfig.NAME;
    }

    @Override
    public int units() {
        return split.units();
    }

    @Override
    public boolean prefersContiguousUnits() {
        return true;
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        rows(o.in(), o.inOffset(), o.in2(), o.in2Offset(), o.out(), o.outOffset(), split.row(from), split.row(to));
    }

    @Override
    public void rows(float[] in, int inOffset, float[] residual, int residualOffset, float[] out, int outOffset,
            int from, int to) {
        for (int c = 0; c < length; c += LANES) {
            for (int y = from; y < to; y++) {
                row(in, inOffset + c, y, c * GROUP, out, outOffset + c);
            }
        }
        int row = map.width() * map.stride();
        for (int y = from; y < to; y++) {
            int at = y * row;
            Epilogues.apply(spec.epilogue(), residual, residualOffset + at, out, outOffset + at, map.stride(),
                    map.width(),
                    length);
            Epilogues.clear(out, outOffset + at, map.stride(), map.width(), length);
        }
    }

    /** One row, one vector of channels. */
    private void row(float[] in, int inOffset, int y, int weightOffset, float[] out, int outOffset) {
        int width = map.width();
        int step = map.stride();
        int top = Math.max(0, y - PADDING);
        int rows = Math.min(map.height(), y + PADDING + 1) - top;
        int firstTap = weightOffset + (1 + (top - y + PADDING) * KERNEL) * LANES;
        for (int next = 0; next < width; next += COLUMNS) {
            int x = Math.min(next, width - COLUMNS);
            int at = inOffset + (top * width + x - PADDING) * step;
            int to = outOffset + (y * width + x) * step;
            int before = Math.max(0, PADDING - x);
            int behind = Math.max(0, x + COLUMNS + PADDING - width);
            if (before == 0 && behind == 0) {
                inside(in, at, width * step, step, rows, weights, weightOffset, firstTap, out, to);
            } else {
                border(in, at, width * step, step, rows, before, behind, weights, weightOffset, firstTap, out, to);
            }
        }
    }

    /**
     * A tile of which all pixels are there.
     *
     * @param at       where the first output's window begins in its first row inside the map
     * @param rowStep  floats from row to row
     * @param step     floats from pixel to pixel
     * @param rows     of the window inside the map
     * @param weightOffset where the bias lies
     * @param firstTap where the weights of the first row inside lie
     */
    private static void inside(float[] in, int at, int rowStep, int step, int rows, float[] weight, int weightOffset,
            int firstTap, float[] out, int outOffset) {
        FloatVector s0 = FloatVector.fromArray(FLOATS, weight, weightOffset);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        FloatVector s4 = s0;
        FloatVector s5 = s0;
        FloatVector s6 = s0;
        int q = firstTap;
        int r = at;
        for (int ky = 0; ky < rows; ky++) {
            FloatVector w0 = FloatVector.fromArray(FLOATS, weight, q);
            FloatVector w1 = FloatVector.fromArray(FLOATS, weight, q + LANES);
            FloatVector w2 = FloatVector.fromArray(FLOATS, weight, q + 2 * LANES);
            FloatVector w3 = FloatVector.fromArray(FLOATS, weight, q + 3 * LANES);
            FloatVector w4 = FloatVector.fromArray(FLOATS, weight, q + 4 * LANES);
            FloatVector w5 = FloatVector.fromArray(FLOATS, weight, q + 5 * LANES);
            FloatVector w6 = FloatVector.fromArray(FLOATS, weight, q + 6 * LANES);
            FloatVector x = FloatVector.fromArray(FLOATS, in, r);
            s0 = w0.fma(x, s0);
            x = FloatVector.fromArray(FLOATS, in, r + step);
            s0 = w1.fma(x, s0);
            s1 = w0.fma(x, s1);
            x = FloatVector.fromArray(FLOATS, in, r + 2 * step);
            s0 = w2.fma(x, s0);
            s1 = w1.fma(x, s1);
            s2 = w0.fma(x, s2);
            x = FloatVector.fromArray(FLOATS, in, r + 3 * step);
            s0 = w3.fma(x, s0);
            s1 = w2.fma(x, s1);
            s2 = w1.fma(x, s2);
            s3 = w0.fma(x, s3);
            x = FloatVector.fromArray(FLOATS, in, r + 4 * step);
            s0 = w4.fma(x, s0);
            s1 = w3.fma(x, s1);
            s2 = w2.fma(x, s2);
            s3 = w1.fma(x, s3);
            s4 = w0.fma(x, s4);
            x = FloatVector.fromArray(FLOATS, in, r + 5 * step);
            s0 = w5.fma(x, s0);
            s1 = w4.fma(x, s1);
            s2 = w3.fma(x, s2);
            s3 = w2.fma(x, s3);
            s4 = w1.fma(x, s4);
            s5 = w0.fma(x, s5);
            x = FloatVector.fromArray(FLOATS, in, r + 6 * step);
            s0 = w6.fma(x, s0);
            s1 = w5.fma(x, s1);
            s2 = w4.fma(x, s2);
            s3 = w3.fma(x, s3);
            s4 = w2.fma(x, s4);
            s5 = w1.fma(x, s5);
            s6 = w0.fma(x, s6);
            x = FloatVector.fromArray(FLOATS, in, r + 7 * step);
            s1 = w6.fma(x, s1);
            s2 = w5.fma(x, s2);
            s3 = w4.fma(x, s3);
            s4 = w3.fma(x, s4);
            s5 = w2.fma(x, s5);
            s6 = w1.fma(x, s6);
            x = FloatVector.fromArray(FLOATS, in, r + 8 * step);
            s2 = w6.fma(x, s2);
            s3 = w5.fma(x, s3);
            s4 = w4.fma(x, s4);
            s5 = w3.fma(x, s5);
            s6 = w2.fma(x, s6);
            x = FloatVector.fromArray(FLOATS, in, r + 9 * step);
            s3 = w6.fma(x, s3);
            s4 = w5.fma(x, s4);
            s5 = w4.fma(x, s5);
            s6 = w3.fma(x, s6);
            x = FloatVector.fromArray(FLOATS, in, r + 10 * step);
            s4 = w6.fma(x, s4);
            s5 = w5.fma(x, s5);
            s6 = w4.fma(x, s6);
            x = FloatVector.fromArray(FLOATS, in, r + 11 * step);
            s5 = w6.fma(x, s5);
            s6 = w5.fma(x, s6);
            x = FloatVector.fromArray(FLOATS, in, r + 12 * step);
            s6 = w6.fma(x, s6);
            r += rowStep;
            q += KERNEL * LANES;
        }
        s0.intoArray(out, outOffset);
        s1.intoArray(out, outOffset + step);
        s2.intoArray(out, outOffset + 2 * step);
        s3.intoArray(out, outOffset + 3 * step);
        s4.intoArray(out, outOffset + 4 * step);
        s5.intoArray(out, outOffset + 5 * step);
        s6.intoArray(out, outOffset + 6 * step);
    }

    /** The same where so many pixels are missing before the first that is there, and behind the last. */
    private static void border(float[] in, int at, int rowStep, int step, int rows, int before, int behind,
            float[] weight, int weightOffset, int firstTap, float[] out, int outOffset) {
        // Whether a pixel is there, all bits or none; one that is not is read as the nearest that is, and cleared.
        IntVector m0 = IntVector.broadcast(INTS, before > 0 ? 0 : -1);
        IntVector m1 = IntVector.broadcast(INTS, before > 1 ? 0 : -1);
        IntVector m2 = IntVector.broadcast(INTS, before > 2 ? 0 : -1);
        IntVector m3 = IntVector.broadcast(INTS, behind > 2 ? 0 : -1);
        IntVector m4 = IntVector.broadcast(INTS, behind > 1 ? 0 : -1);
        IntVector m5 = IntVector.broadcast(INTS, behind > 0 ? 0 : -1);
        int at0 = Math.max(0, before) * step;
        int at1 = Math.max(1, before) * step;
        int at2 = Math.max(2, before) * step;
        int at3 = Math.min(10, 12 - behind) * step;
        int at4 = Math.min(11, 12 - behind) * step;
        int at5 = Math.min(12, 12 - behind) * step;
        FloatVector s0 = FloatVector.fromArray(FLOATS, weight, weightOffset);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        FloatVector s4 = s0;
        FloatVector s5 = s0;
        FloatVector s6 = s0;
        int q = firstTap;
        int r = at;
        for (int ky = 0; ky < rows; ky++) {
            FloatVector w0 = FloatVector.fromArray(FLOATS, weight, q);
            FloatVector w1 = FloatVector.fromArray(FLOATS, weight, q + LANES);
            FloatVector w2 = FloatVector.fromArray(FLOATS, weight, q + 2 * LANES);
            FloatVector w3 = FloatVector.fromArray(FLOATS, weight, q + 3 * LANES);
            FloatVector w4 = FloatVector.fromArray(FLOATS, weight, q + 4 * LANES);
            FloatVector w5 = FloatVector.fromArray(FLOATS, weight, q + 5 * LANES);
            FloatVector w6 = FloatVector.fromArray(FLOATS, weight, q + 6 * LANES);
            FloatVector x = FloatVector.fromArray(FLOATS, in, r + at0).reinterpretAsInts().and(m0)
                    .reinterpretAsFloats();
            s0 = w0.fma(x, s0);
            x = FloatVector.fromArray(FLOATS, in, r + at1).reinterpretAsInts().and(m1)
                    .reinterpretAsFloats();
            s0 = w1.fma(x, s0);
            s1 = w0.fma(x, s1);
            x = FloatVector.fromArray(FLOATS, in, r + at2).reinterpretAsInts().and(m2)
                    .reinterpretAsFloats();
            s0 = w2.fma(x, s0);
            s1 = w1.fma(x, s1);
            s2 = w0.fma(x, s2);
            x = FloatVector.fromArray(FLOATS, in, r + 3 * step);
            s0 = w3.fma(x, s0);
            s1 = w2.fma(x, s1);
            s2 = w1.fma(x, s2);
            s3 = w0.fma(x, s3);
            x = FloatVector.fromArray(FLOATS, in, r + 4 * step);
            s0 = w4.fma(x, s0);
            s1 = w3.fma(x, s1);
            s2 = w2.fma(x, s2);
            s3 = w1.fma(x, s3);
            s4 = w0.fma(x, s4);
            x = FloatVector.fromArray(FLOATS, in, r + 5 * step);
            s0 = w5.fma(x, s0);
            s1 = w4.fma(x, s1);
            s2 = w3.fma(x, s2);
            s3 = w2.fma(x, s3);
            s4 = w1.fma(x, s4);
            s5 = w0.fma(x, s5);
            x = FloatVector.fromArray(FLOATS, in, r + 6 * step);
            s0 = w6.fma(x, s0);
            s1 = w5.fma(x, s1);
            s2 = w4.fma(x, s2);
            s3 = w3.fma(x, s3);
            s4 = w2.fma(x, s4);
            s5 = w1.fma(x, s5);
            s6 = w0.fma(x, s6);
            x = FloatVector.fromArray(FLOATS, in, r + 7 * step);
            s1 = w6.fma(x, s1);
            s2 = w5.fma(x, s2);
            s3 = w4.fma(x, s3);
            s4 = w3.fma(x, s4);
            s5 = w2.fma(x, s5);
            s6 = w1.fma(x, s6);
            x = FloatVector.fromArray(FLOATS, in, r + 8 * step);
            s2 = w6.fma(x, s2);
            s3 = w5.fma(x, s3);
            s4 = w4.fma(x, s4);
            s5 = w3.fma(x, s5);
            s6 = w2.fma(x, s6);
            x = FloatVector.fromArray(FLOATS, in, r + 9 * step);
            s3 = w6.fma(x, s3);
            s4 = w5.fma(x, s4);
            s5 = w4.fma(x, s5);
            s6 = w3.fma(x, s6);
            x = FloatVector.fromArray(FLOATS, in, r + at3).reinterpretAsInts().and(m3)
                    .reinterpretAsFloats();
            s4 = w6.fma(x, s4);
            s5 = w5.fma(x, s5);
            s6 = w4.fma(x, s6);
            x = FloatVector.fromArray(FLOATS, in, r + at4).reinterpretAsInts().and(m4)
                    .reinterpretAsFloats();
            s5 = w6.fma(x, s5);
            s6 = w5.fma(x, s6);
            x = FloatVector.fromArray(FLOATS, in, r + at5).reinterpretAsInts().and(m5)
                    .reinterpretAsFloats();
            s6 = w6.fma(x, s6);
            r += rowStep;
            q += KERNEL * LANES;
        }
        s0.intoArray(out, outOffset);
        s1.intoArray(out, outOffset + step);
        s2.intoArray(out, outOffset + 2 * step);
        s3.intoArray(out, outOffset + 3 * step);
        s4.intoArray(out, outOffset + 4 * step);
        s5.intoArray(out, outOffset + 5 * step);
        s6.intoArray(out, outOffset + 6 * step);
    }
}
