package io.github.jvig.kernels.vector;

import static io.github.jvig.kernels.vector.Isa.FLOATS;
import static io.github.jvig.kernels.vector.Isa.LANES;

import io.github.jvig.kernels.DepthwiseConv;
import io.github.jvig.kernels.FeatureMap;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.Packing;
import io.github.jvig.kernels.Window;
import jdk.incubator.vector.FloatVector;

/**
 * {@link DepthwiseConv} with the windows of nearly every net, 3x3 with stride 1 or 2: tiles of seven neighbouring outputs of a row,
 * vector by vector through the channels, so that memory is read in its order. Unrolled: 63 products of 27 or 45 loads, seven sums.
 *
 * <p>At the borders the code is the same and the weights are zero: a clipped row or column reads its neighbour inside, and the tile is
 * given a copy of the weights with zeros for the window's first row, its last, or both, and zeros for the first column's left weights and
 * the last one's right ones.
 */
final class VectorDepthwise3x3 implements Kernel {
    /** Neighbouring outputs of a row in a tile. */
    static final int COLUMNS = 7;
    /** Bias and nine weights. */
    private static final int GROUP = 10;

    private final DepthwiseConv spec;
    /** By which rows are clipped (1 the first, 2 the last); vector by vector, each its bias and nine weights. */
    private final float[][] weights;
    private final float[] zeros;
    /** Channels that are computed, a whole number of vectors. */
    private final int length;
    private final Split split;

    VectorDepthwise3x3(DepthwiseConv spec, float[] weight, float[] bias) {
        Packing.check(spec, weight, 9, bias);
        this.spec = spec;
        int channels = spec.in().channels();
        length = Isa.vectors(channels) * LANES;
        zeros = new float[Math.multiplyExact(length, GROUP)];
        weights = new float[4][zeros.length];
        for (int clip = 0; clip < 4; clip++) {
            for (int c = 0; c < channels; c++) {
                int group = c / LANES * LANES * GROUP + c % LANES;
                weights[clip][group] = bias == null ? 0 : bias[c];
                for (int t = (clip & 1) == 0 ? 0 : 3; t < ((clip & 2) == 0 ? 9 : 6); t++) {
                    weights[clip][group + (1 + t) * LANES] = weight[c * 9 + t];
                }
            }
        }
        // Memory keeps a depthwise product at a quarter of a matrix product's pace.
        split = Split.ofRows(4 * spec.macs(), spec.out().height());
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
        return "f32-depthwise-3x3s" + spec.window().stride() + "-1x" + COLUMNS + "-" + Isa.NAME;
    }

    @Override
    public int units() {
        return split.units();
    }

    @Override
    public void run(Operands o, float[] scratch, int from, int to) {
        int width = spec.out().width();
        for (int y = split.row(from); y < split.row(to); y++) {
            for (int next = 0; next < width; next += COLUMNS) {
                tile(o, y, Math.min(next, width - COLUMNS));
            }
        }
    }

    private void tile(Operands o, int y, int x) {
        FeatureMap in = spec.in();
        int step = in.stride();
        int stride = spec.window().stride();
        int top = y * stride - spec.window().padding();
        int left = x * stride - spec.window().padding();
        int span = (COLUMNS - 1) * stride + 2;
        boolean clipLeft = left < 0;
        boolean clipRight = left + span >= in.width();
        int clip = (top < 0 ? 1 : 0) + (top + 2 >= in.height() ? 2 : 0);
        int row1 = o.inAt() + ((top + 1) * in.width() + left) * step;
        int row0 = top < 0 ? row1 : row1 - in.width() * step;
        int row2 = top + 2 >= in.height() ? row1 : row1 + in.width() * step;
        int first = clipLeft ? step : 0;
        int last = clipRight ? (span - 1) * step : span * step;
        float[] w = weights[clip];
        int at = (y * spec.out().width() + x) * step;
        if (stride == 1) {
            stride1(o.in(), row0, row1, row2, step, first, last, w, clipLeft ? zeros : w, clipRight ? zeros : w,
                    length, o.out(), o.outAt() + at);
        } else {
            stride2(o.in(), row0, row1, row2, step, first, last, w, clipLeft ? zeros : w, clipRight ? zeros : w,
                    length, o.out(), o.outAt() + at);
        }
        Epilogues.apply(spec.epilogue(), o, at, step, COLUMNS, length);
        Epilogues.clear(o.out(), o.outAt() + at, step, COLUMNS, length);
    }

    /**
     * One tile, all channels.
     *
     * @param row0   where the window of the first output begins in the row above, if that pixel were there; likewise 1 and 2
     * @param step   floats from pixel to pixel
     * @param first  from there to the first pixel that is read: 0, or a pixel where it is clipped
     * @param last   from there to the last pixel that is read
     * @param left   weights of the first pixel: {@code weight}, or zeros where it is clipped
     * @param right  weights of the last pixel
     */
    private static void stride1(float[] in, int row0, int row1, int row2, int step, int first, int last, float[] weight,
            float[] left, float[] right, int length, float[] out, int outAt) {
        int p = 0;
        for (int c = 0; c < length; c += LANES) {
            FloatVector s0 = FloatVector.fromArray(FLOATS, weight, p);
            FloatVector s1 = s0;
            FloatVector s2 = s0;
            FloatVector s3 = s0;
            FloatVector s4 = s0;
            FloatVector s5 = s0;
            FloatVector s6 = s0;
            FloatVector w0 = FloatVector.fromArray(FLOATS, weight, p + LANES);
            FloatVector w1 = FloatVector.fromArray(FLOATS, weight, p + 2 * LANES);
            FloatVector w2 = FloatVector.fromArray(FLOATS, weight, p + 3 * LANES);
            FloatVector x = FloatVector.fromArray(FLOATS, in, row0 + first + c);
            s0 = x.fma(FloatVector.fromArray(FLOATS, left, p + LANES), s0);
            x = FloatVector.fromArray(FLOATS, in, row0 + step + c);
            s0 = x.fma(w1, s0);
            s1 = x.fma(w0, s1);
            x = FloatVector.fromArray(FLOATS, in, row0 + 2 * step + c);
            s0 = x.fma(w2, s0);
            s1 = x.fma(w1, s1);
            s2 = x.fma(w0, s2);
            x = FloatVector.fromArray(FLOATS, in, row0 + 3 * step + c);
            s1 = x.fma(w2, s1);
            s2 = x.fma(w1, s2);
            s3 = x.fma(w0, s3);
            x = FloatVector.fromArray(FLOATS, in, row0 + 4 * step + c);
            s2 = x.fma(w2, s2);
            s3 = x.fma(w1, s3);
            s4 = x.fma(w0, s4);
            x = FloatVector.fromArray(FLOATS, in, row0 + 5 * step + c);
            s3 = x.fma(w2, s3);
            s4 = x.fma(w1, s4);
            s5 = x.fma(w0, s5);
            x = FloatVector.fromArray(FLOATS, in, row0 + 6 * step + c);
            s4 = x.fma(w2, s4);
            s5 = x.fma(w1, s5);
            s6 = x.fma(w0, s6);
            x = FloatVector.fromArray(FLOATS, in, row0 + 7 * step + c);
            s5 = x.fma(w2, s5);
            s6 = x.fma(w1, s6);
            x = FloatVector.fromArray(FLOATS, in, row0 + last + c);
            s6 = x.fma(FloatVector.fromArray(FLOATS, right, p + 3 * LANES), s6);
            w0 = FloatVector.fromArray(FLOATS, weight, p + 4 * LANES);
            w1 = FloatVector.fromArray(FLOATS, weight, p + 5 * LANES);
            w2 = FloatVector.fromArray(FLOATS, weight, p + 6 * LANES);
            x = FloatVector.fromArray(FLOATS, in, row1 + first + c);
            s0 = x.fma(FloatVector.fromArray(FLOATS, left, p + 4 * LANES), s0);
            x = FloatVector.fromArray(FLOATS, in, row1 + step + c);
            s0 = x.fma(w1, s0);
            s1 = x.fma(w0, s1);
            x = FloatVector.fromArray(FLOATS, in, row1 + 2 * step + c);
            s0 = x.fma(w2, s0);
            s1 = x.fma(w1, s1);
            s2 = x.fma(w0, s2);
            x = FloatVector.fromArray(FLOATS, in, row1 + 3 * step + c);
            s1 = x.fma(w2, s1);
            s2 = x.fma(w1, s2);
            s3 = x.fma(w0, s3);
            x = FloatVector.fromArray(FLOATS, in, row1 + 4 * step + c);
            s2 = x.fma(w2, s2);
            s3 = x.fma(w1, s3);
            s4 = x.fma(w0, s4);
            x = FloatVector.fromArray(FLOATS, in, row1 + 5 * step + c);
            s3 = x.fma(w2, s3);
            s4 = x.fma(w1, s4);
            s5 = x.fma(w0, s5);
            x = FloatVector.fromArray(FLOATS, in, row1 + 6 * step + c);
            s4 = x.fma(w2, s4);
            s5 = x.fma(w1, s5);
            s6 = x.fma(w0, s6);
            x = FloatVector.fromArray(FLOATS, in, row1 + 7 * step + c);
            s5 = x.fma(w2, s5);
            s6 = x.fma(w1, s6);
            x = FloatVector.fromArray(FLOATS, in, row1 + last + c);
            s6 = x.fma(FloatVector.fromArray(FLOATS, right, p + 6 * LANES), s6);
            w0 = FloatVector.fromArray(FLOATS, weight, p + 7 * LANES);
            w1 = FloatVector.fromArray(FLOATS, weight, p + 8 * LANES);
            w2 = FloatVector.fromArray(FLOATS, weight, p + 9 * LANES);
            x = FloatVector.fromArray(FLOATS, in, row2 + first + c);
            s0 = x.fma(FloatVector.fromArray(FLOATS, left, p + 7 * LANES), s0);
            x = FloatVector.fromArray(FLOATS, in, row2 + step + c);
            s0 = x.fma(w1, s0);
            s1 = x.fma(w0, s1);
            x = FloatVector.fromArray(FLOATS, in, row2 + 2 * step + c);
            s0 = x.fma(w2, s0);
            s1 = x.fma(w1, s1);
            s2 = x.fma(w0, s2);
            x = FloatVector.fromArray(FLOATS, in, row2 + 3 * step + c);
            s1 = x.fma(w2, s1);
            s2 = x.fma(w1, s2);
            s3 = x.fma(w0, s3);
            x = FloatVector.fromArray(FLOATS, in, row2 + 4 * step + c);
            s2 = x.fma(w2, s2);
            s3 = x.fma(w1, s3);
            s4 = x.fma(w0, s4);
            x = FloatVector.fromArray(FLOATS, in, row2 + 5 * step + c);
            s3 = x.fma(w2, s3);
            s4 = x.fma(w1, s4);
            s5 = x.fma(w0, s5);
            x = FloatVector.fromArray(FLOATS, in, row2 + 6 * step + c);
            s4 = x.fma(w2, s4);
            s5 = x.fma(w1, s5);
            s6 = x.fma(w0, s6);
            x = FloatVector.fromArray(FLOATS, in, row2 + 7 * step + c);
            s5 = x.fma(w2, s5);
            s6 = x.fma(w1, s6);
            x = FloatVector.fromArray(FLOATS, in, row2 + last + c);
            s6 = x.fma(FloatVector.fromArray(FLOATS, right, p + 9 * LANES), s6);
            s0.intoArray(out, outAt + c);
            s1.intoArray(out, outAt + step + c);
            s2.intoArray(out, outAt + 2 * step + c);
            s3.intoArray(out, outAt + 3 * step + c);
            s4.intoArray(out, outAt + 4 * step + c);
            s5.intoArray(out, outAt + 5 * step + c);
            s6.intoArray(out, outAt + 6 * step + c);
            p += 10 * LANES;
        }
    }

    /** The same for stride 2. */
    private static void stride2(float[] in, int row0, int row1, int row2, int step, int first, int last, float[] weight,
            float[] left, float[] right, int length, float[] out, int outAt) {
        int p = 0;
        for (int c = 0; c < length; c += LANES) {
            FloatVector s0 = FloatVector.fromArray(FLOATS, weight, p);
            FloatVector s1 = s0;
            FloatVector s2 = s0;
            FloatVector s3 = s0;
            FloatVector s4 = s0;
            FloatVector s5 = s0;
            FloatVector s6 = s0;
            FloatVector w0 = FloatVector.fromArray(FLOATS, weight, p + LANES);
            FloatVector w1 = FloatVector.fromArray(FLOATS, weight, p + 2 * LANES);
            FloatVector w2 = FloatVector.fromArray(FLOATS, weight, p + 3 * LANES);
            FloatVector x = FloatVector.fromArray(FLOATS, in, row0 + first + c);
            s0 = x.fma(FloatVector.fromArray(FLOATS, left, p + LANES), s0);
            x = FloatVector.fromArray(FLOATS, in, row0 + step + c);
            s0 = x.fma(w1, s0);
            x = FloatVector.fromArray(FLOATS, in, row0 + 2 * step + c);
            s0 = x.fma(w2, s0);
            s1 = x.fma(w0, s1);
            x = FloatVector.fromArray(FLOATS, in, row0 + 3 * step + c);
            s1 = x.fma(w1, s1);
            x = FloatVector.fromArray(FLOATS, in, row0 + 4 * step + c);
            s1 = x.fma(w2, s1);
            s2 = x.fma(w0, s2);
            x = FloatVector.fromArray(FLOATS, in, row0 + 5 * step + c);
            s2 = x.fma(w1, s2);
            x = FloatVector.fromArray(FLOATS, in, row0 + 6 * step + c);
            s2 = x.fma(w2, s2);
            s3 = x.fma(w0, s3);
            x = FloatVector.fromArray(FLOATS, in, row0 + 7 * step + c);
            s3 = x.fma(w1, s3);
            x = FloatVector.fromArray(FLOATS, in, row0 + 8 * step + c);
            s3 = x.fma(w2, s3);
            s4 = x.fma(w0, s4);
            x = FloatVector.fromArray(FLOATS, in, row0 + 9 * step + c);
            s4 = x.fma(w1, s4);
            x = FloatVector.fromArray(FLOATS, in, row0 + 10 * step + c);
            s4 = x.fma(w2, s4);
            s5 = x.fma(w0, s5);
            x = FloatVector.fromArray(FLOATS, in, row0 + 11 * step + c);
            s5 = x.fma(w1, s5);
            x = FloatVector.fromArray(FLOATS, in, row0 + 12 * step + c);
            s5 = x.fma(w2, s5);
            s6 = x.fma(w0, s6);
            x = FloatVector.fromArray(FLOATS, in, row0 + 13 * step + c);
            s6 = x.fma(w1, s6);
            x = FloatVector.fromArray(FLOATS, in, row0 + last + c);
            s6 = x.fma(FloatVector.fromArray(FLOATS, right, p + 3 * LANES), s6);
            w0 = FloatVector.fromArray(FLOATS, weight, p + 4 * LANES);
            w1 = FloatVector.fromArray(FLOATS, weight, p + 5 * LANES);
            w2 = FloatVector.fromArray(FLOATS, weight, p + 6 * LANES);
            x = FloatVector.fromArray(FLOATS, in, row1 + first + c);
            s0 = x.fma(FloatVector.fromArray(FLOATS, left, p + 4 * LANES), s0);
            x = FloatVector.fromArray(FLOATS, in, row1 + step + c);
            s0 = x.fma(w1, s0);
            x = FloatVector.fromArray(FLOATS, in, row1 + 2 * step + c);
            s0 = x.fma(w2, s0);
            s1 = x.fma(w0, s1);
            x = FloatVector.fromArray(FLOATS, in, row1 + 3 * step + c);
            s1 = x.fma(w1, s1);
            x = FloatVector.fromArray(FLOATS, in, row1 + 4 * step + c);
            s1 = x.fma(w2, s1);
            s2 = x.fma(w0, s2);
            x = FloatVector.fromArray(FLOATS, in, row1 + 5 * step + c);
            s2 = x.fma(w1, s2);
            x = FloatVector.fromArray(FLOATS, in, row1 + 6 * step + c);
            s2 = x.fma(w2, s2);
            s3 = x.fma(w0, s3);
            x = FloatVector.fromArray(FLOATS, in, row1 + 7 * step + c);
            s3 = x.fma(w1, s3);
            x = FloatVector.fromArray(FLOATS, in, row1 + 8 * step + c);
            s3 = x.fma(w2, s3);
            s4 = x.fma(w0, s4);
            x = FloatVector.fromArray(FLOATS, in, row1 + 9 * step + c);
            s4 = x.fma(w1, s4);
            x = FloatVector.fromArray(FLOATS, in, row1 + 10 * step + c);
            s4 = x.fma(w2, s4);
            s5 = x.fma(w0, s5);
            x = FloatVector.fromArray(FLOATS, in, row1 + 11 * step + c);
            s5 = x.fma(w1, s5);
            x = FloatVector.fromArray(FLOATS, in, row1 + 12 * step + c);
            s5 = x.fma(w2, s5);
            s6 = x.fma(w0, s6);
            x = FloatVector.fromArray(FLOATS, in, row1 + 13 * step + c);
            s6 = x.fma(w1, s6);
            x = FloatVector.fromArray(FLOATS, in, row1 + last + c);
            s6 = x.fma(FloatVector.fromArray(FLOATS, right, p + 6 * LANES), s6);
            w0 = FloatVector.fromArray(FLOATS, weight, p + 7 * LANES);
            w1 = FloatVector.fromArray(FLOATS, weight, p + 8 * LANES);
            w2 = FloatVector.fromArray(FLOATS, weight, p + 9 * LANES);
            x = FloatVector.fromArray(FLOATS, in, row2 + first + c);
            s0 = x.fma(FloatVector.fromArray(FLOATS, left, p + 7 * LANES), s0);
            x = FloatVector.fromArray(FLOATS, in, row2 + step + c);
            s0 = x.fma(w1, s0);
            x = FloatVector.fromArray(FLOATS, in, row2 + 2 * step + c);
            s0 = x.fma(w2, s0);
            s1 = x.fma(w0, s1);
            x = FloatVector.fromArray(FLOATS, in, row2 + 3 * step + c);
            s1 = x.fma(w1, s1);
            x = FloatVector.fromArray(FLOATS, in, row2 + 4 * step + c);
            s1 = x.fma(w2, s1);
            s2 = x.fma(w0, s2);
            x = FloatVector.fromArray(FLOATS, in, row2 + 5 * step + c);
            s2 = x.fma(w1, s2);
            x = FloatVector.fromArray(FLOATS, in, row2 + 6 * step + c);
            s2 = x.fma(w2, s2);
            s3 = x.fma(w0, s3);
            x = FloatVector.fromArray(FLOATS, in, row2 + 7 * step + c);
            s3 = x.fma(w1, s3);
            x = FloatVector.fromArray(FLOATS, in, row2 + 8 * step + c);
            s3 = x.fma(w2, s3);
            s4 = x.fma(w0, s4);
            x = FloatVector.fromArray(FLOATS, in, row2 + 9 * step + c);
            s4 = x.fma(w1, s4);
            x = FloatVector.fromArray(FLOATS, in, row2 + 10 * step + c);
            s4 = x.fma(w2, s4);
            s5 = x.fma(w0, s5);
            x = FloatVector.fromArray(FLOATS, in, row2 + 11 * step + c);
            s5 = x.fma(w1, s5);
            x = FloatVector.fromArray(FLOATS, in, row2 + 12 * step + c);
            s5 = x.fma(w2, s5);
            s6 = x.fma(w0, s6);
            x = FloatVector.fromArray(FLOATS, in, row2 + 13 * step + c);
            s6 = x.fma(w1, s6);
            x = FloatVector.fromArray(FLOATS, in, row2 + last + c);
            s6 = x.fma(FloatVector.fromArray(FLOATS, right, p + 9 * LANES), s6);
            s0.intoArray(out, outAt + c);
            s1.intoArray(out, outAt + step + c);
            s2.intoArray(out, outAt + 2 * step + c);
            s3.intoArray(out, outAt + 3 * step + c);
            s4.intoArray(out, outAt + 4 * step + c);
            s5.intoArray(out, outAt + 5 * step + c);
            s6.intoArray(out, outAt + 6 * step + c);
            p += 10 * LANES;
        }
    }
}
