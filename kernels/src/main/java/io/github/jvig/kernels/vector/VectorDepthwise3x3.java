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
import jdk.incubator.vector.VectorMask;

/**
 * {@link DepthwiseConv} with the windows of nearly every net, 3x3 with stride 1 or 2: tiles of seven neighboring outputs of a row,
 * vector by vector through the channels, so that memory is read in its order and each value from it is used up to three times.
 *
 * <p>The loop over the window's rows runs over those inside the input. It is not unrolled: C2 would then load all values first and spill
 * half of them. It counts in steps that C2 does not know: of a loop that it can count it makes three, which costs 4 % for so few turns.
 *
 * <p>At the left and right border the code is the same: the pixel that is not there is replaced by its neighbor inside, the weights that
 * meet it by zeros, under a mask. Zeros from an array of their own would be two more loads for each row of a window, 10 to 15 %: loads are
 * what limits this loop, weights most of all, since they lie across cache lines.
 */
final class VectorDepthwise3x3 implements RowKernel {
    /** Neighboring outputs of a row in a tile. */
    static final int COLUMNS = 7;
    /** Bias and nine weights. */
    private static final int GROUP = 10;

    private final DepthwiseConv spec;
    private final MapLayout map;
    /** Vector by vector of channels, each its bias and nine weights. */
    private final float[] weights;
    /** Channels that are computed, a whole number of vectors. */
    private final int length;
    private final Split split;

    VectorDepthwise3x3(DepthwiseConv spec, float[] weight, float[] bias) {
        Packing.check(spec, weight, 9, bias);
        this.spec = spec;
        map = spec.out();
        int channels = spec.in().channels();
        length = VectorConfig.vectors(channels) * LANES;
        weights = new float[Math.multiplyExact(length, GROUP)];
        for (int c = 0; c < channels; c++) {
            int group = c / LANES * LANES * GROUP + c % LANES;
            weights[group] = bias == null ? 0 : bias[c];
            for (int t = 0; t < 9; t++) {
                weights[group + (1 + t) * LANES] = weight[c * 9 + t];
            }
        }
        // With less reuse of what is loaded, about half a matrix product's pace.
        split = Split.ofRows(2 * spec.macs(), map.height());
    }

    /** Whether this class computes such a convolution. */
    static boolean takes(DepthwiseConv spec) {
        Window w = spec.window();
        return w.kernel() == 3 && w.dilation() == 1 && w.stride() <= 2 && w.padding() <= 1
                && spec.out().width() >= COLUMNS;
    }

    @Override
    public DepthwiseConv spec() {
        return spec;
    }

    @Override
    public String name() {
        return "f32-depthwise-3x3s" + spec.window().stride() + "-1x" + COLUMNS + "-" + VectorConfig.NAME;
    }

    @Override
    public int units() {
        return split.units();
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        rows(o.in(), o.inOffset(), o.in2(), o.in2Offset(), o.out(), o.outOffset(), split.row(from), split.row(to));
    }

    @Override
    public void rows(float[] in, int inOffset, float[] residual, int residualOffset, float[] out, int outOffset,
            int from, int to) {
        int width = map.width();
        for (int y = from; y < to; y++) {
            for (int next = 0; next < width; next += COLUMNS) {
                int x = Math.min(next, width - COLUMNS);
                int at = (y * width + x) * map.stride();
                tile(in, inOffset, y, x, out, outOffset + at);
                Epilogues.apply(spec.epilogue(), residual, residualOffset + at, out, outOffset + at, map.stride(),
                        COLUMNS,
                        length);
                Epilogues.clear(out, outOffset + at, map.stride(), COLUMNS, length);
            }
        }
    }

    private void tile(float[] from, int fromOffset, int y, int x, float[] to, int toOffset) {
        MapLayout in = spec.in();
        int step = in.stride();
        int rowStep = in.width() * step;
        int stride = spec.window().stride();
        int top = y * stride - spec.window().padding();
        int left = x * stride - spec.window().padding();
        int span = (COLUMNS - 1) * stride + 2;
        int fromTap = top < 0 ? 1 : 0;
        int toTap = top + 2 < in.height() ? 3 : 2;
        int at = fromOffset + (top + fromTap) * rowStep + left * step;
        boolean clipsLeft = left < 0;
        boolean clipsRight = left + span >= in.width();
        int first = clipsLeft ? step : 0;
        int last = (clipsRight ? span - 1 : span) * step;
        if (stride == 1) {
            stride1(from, at, rowStep, step, first, last, weights, clipsLeft, clipsRight, fromTap, toTap, length, to,
                    toOffset);
        } else {
            stride2(from, at, rowStep, step, first, last, weights, clipsLeft, clipsRight, fromTap, toTap, length, to,
                    toOffset);
        }
    }

    /**
     * One tile, all channels.
     *
     * @param at         where the first output's window begins in its first row inside, if that pixel were there
     * @param rowStep    floats from row to row
     * @param step       floats from pixel to pixel
     * @param first      from there to the first pixel that is read: 0, or a pixel where it is clipped
     * @param last       from there to the last pixel that is read
     * @param clipsLeft  whether the first pixel is clipped, so that its weights count as zero
     * @param clipsRight whether the last pixel is
     * @param fromTap    first row of the window inside the input, of 0 to 2
     * @param toTap      one past the last
     */
    private static void stride1(float[] in, int at, int rowStep, int step, int first, int last, float[] weight,
            boolean clipsLeft, boolean clipsRight, int fromTap, int toTap, int length, float[] out, int outOffset) {
        VectorMask<Float> left = FLOATS.maskAll(clipsLeft);
        VectorMask<Float> right = FLOATS.maskAll(clipsRight);
        int p = 0;
        for (int c = 0; c < length; c += LANES) {
            FloatVector s0 = FloatVector.fromArray(FLOATS, weight, p);
            FloatVector s1 = s0;
            FloatVector s2 = s0;
            FloatVector s3 = s0;
            FloatVector s4 = s0;
            FloatVector s5 = s0;
            FloatVector s6 = s0;
            int q = p + (1 + 3 * fromTap) * LANES;
            int r = at + c;
            int end = r + (toTap - fromTap) * rowStep;
            while (r < end) {
                FloatVector w0 = FloatVector.fromArray(FLOATS, weight, q);
                FloatVector w1 = FloatVector.fromArray(FLOATS, weight, q + LANES);
                FloatVector w2 = FloatVector.fromArray(FLOATS, weight, q + 2 * LANES);
                FloatVector x = FloatVector.fromArray(FLOATS, in, r + first);
                s0 = x.fma(w0.blend(0f, left), s0);
                x = FloatVector.fromArray(FLOATS, in, r + step);
                s0 = x.fma(w1, s0);
                s1 = x.fma(w0, s1);
                x = FloatVector.fromArray(FLOATS, in, r + 2 * step);
                s0 = x.fma(w2, s0);
                s1 = x.fma(w1, s1);
                s2 = x.fma(w0, s2);
                x = FloatVector.fromArray(FLOATS, in, r + 3 * step);
                s1 = x.fma(w2, s1);
                s2 = x.fma(w1, s2);
                s3 = x.fma(w0, s3);
                x = FloatVector.fromArray(FLOATS, in, r + 4 * step);
                s2 = x.fma(w2, s2);
                s3 = x.fma(w1, s3);
                s4 = x.fma(w0, s4);
                x = FloatVector.fromArray(FLOATS, in, r + 5 * step);
                s3 = x.fma(w2, s3);
                s4 = x.fma(w1, s4);
                s5 = x.fma(w0, s5);
                x = FloatVector.fromArray(FLOATS, in, r + 6 * step);
                s4 = x.fma(w2, s4);
                s5 = x.fma(w1, s5);
                s6 = x.fma(w0, s6);
                x = FloatVector.fromArray(FLOATS, in, r + 7 * step);
                s5 = x.fma(w2, s5);
                s6 = x.fma(w1, s6);
                x = FloatVector.fromArray(FLOATS, in, r + last);
                s6 = x.fma(w2.blend(0f, right), s6);
                r += rowStep;
                q += 3 * LANES;
            }
            s0.intoArray(out, outOffset + c);
            s1.intoArray(out, outOffset + step + c);
            s2.intoArray(out, outOffset + 2 * step + c);
            s3.intoArray(out, outOffset + 3 * step + c);
            s4.intoArray(out, outOffset + 4 * step + c);
            s5.intoArray(out, outOffset + 5 * step + c);
            s6.intoArray(out, outOffset + 6 * step + c);
            p += 10 * LANES;
        }
    }

    /** The same for stride 2. */
    private static void stride2(float[] in, int at, int rowStep, int step, int first, int last, float[] weight,
            boolean clipsLeft, boolean clipsRight, int fromTap, int toTap, int length, float[] out, int outOffset) {
        VectorMask<Float> left = FLOATS.maskAll(clipsLeft);
        VectorMask<Float> right = FLOATS.maskAll(clipsRight);
        int p = 0;
        for (int c = 0; c < length; c += LANES) {
            FloatVector s0 = FloatVector.fromArray(FLOATS, weight, p);
            FloatVector s1 = s0;
            FloatVector s2 = s0;
            FloatVector s3 = s0;
            FloatVector s4 = s0;
            FloatVector s5 = s0;
            FloatVector s6 = s0;
            int q = p + (1 + 3 * fromTap) * LANES;
            int r = at + c;
            int end = r + (toTap - fromTap) * rowStep;
            while (r < end) {
                FloatVector w0 = FloatVector.fromArray(FLOATS, weight, q);
                FloatVector w1 = FloatVector.fromArray(FLOATS, weight, q + LANES);
                FloatVector w2 = FloatVector.fromArray(FLOATS, weight, q + 2 * LANES);
                FloatVector x = FloatVector.fromArray(FLOATS, in, r + first);
                s0 = x.fma(w0.blend(0f, left), s0);
                x = FloatVector.fromArray(FLOATS, in, r + step);
                s0 = x.fma(w1, s0);
                x = FloatVector.fromArray(FLOATS, in, r + 2 * step);
                s0 = x.fma(w2, s0);
                s1 = x.fma(w0, s1);
                x = FloatVector.fromArray(FLOATS, in, r + 3 * step);
                s1 = x.fma(w1, s1);
                x = FloatVector.fromArray(FLOATS, in, r + 4 * step);
                s1 = x.fma(w2, s1);
                s2 = x.fma(w0, s2);
                x = FloatVector.fromArray(FLOATS, in, r + 5 * step);
                s2 = x.fma(w1, s2);
                x = FloatVector.fromArray(FLOATS, in, r + 6 * step);
                s2 = x.fma(w2, s2);
                s3 = x.fma(w0, s3);
                x = FloatVector.fromArray(FLOATS, in, r + 7 * step);
                s3 = x.fma(w1, s3);
                x = FloatVector.fromArray(FLOATS, in, r + 8 * step);
                s3 = x.fma(w2, s3);
                s4 = x.fma(w0, s4);
                x = FloatVector.fromArray(FLOATS, in, r + 9 * step);
                s4 = x.fma(w1, s4);
                x = FloatVector.fromArray(FLOATS, in, r + 10 * step);
                s4 = x.fma(w2, s4);
                s5 = x.fma(w0, s5);
                x = FloatVector.fromArray(FLOATS, in, r + 11 * step);
                s5 = x.fma(w1, s5);
                x = FloatVector.fromArray(FLOATS, in, r + 12 * step);
                s5 = x.fma(w2, s5);
                s6 = x.fma(w0, s6);
                x = FloatVector.fromArray(FLOATS, in, r + 13 * step);
                s6 = x.fma(w1, s6);
                x = FloatVector.fromArray(FLOATS, in, r + last);
                s6 = x.fma(w2.blend(0f, right), s6);
                r += rowStep;
                q += 3 * LANES;
            }
            s0.intoArray(out, outOffset + c);
            s1.intoArray(out, outOffset + step + c);
            s2.intoArray(out, outOffset + 2 * step + c);
            s3.intoArray(out, outOffset + 3 * step + c);
            s4.intoArray(out, outOffset + 4 * step + c);
            s5.intoArray(out, outOffset + 5 * step + c);
            s6.intoArray(out, outOffset + 6 * step + c);
            p += 10 * LANES;
        }
    }
}
