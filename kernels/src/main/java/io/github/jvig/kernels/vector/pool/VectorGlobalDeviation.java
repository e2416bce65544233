package io.github.jvig.kernels.vector.pool;

import static io.github.jvig.kernels.vector.common.VectorConfig.FLOATS;
import static io.github.jvig.kernels.vector.common.VectorConfig.LANES;

import io.github.jvig.kernels.GlobalDeviation;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.scalar.ScalarGlobalDeviation;
import io.github.jvig.kernels.vector.common.VectorConfig;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * {@link GlobalDeviation} in float, in two passes: the mean, then the sums of the differences from it and of their squares. Without rounding the
 * first of these is zero; what it is instead says how far off the mean is, and corrects the second. Each row is summed by itself, then the
 * rows, so that the rounding error grows with height plus width. One unit: it is too short to be split.
 */
public final class VectorGlobalDeviation implements Kernel {
    /** Sums below this may have lost squares that are too small for a float. */
    private static final double LEAST = 1e-30;

    private final GlobalDeviation spec;
    /** For channels whose squares are beyond the range of float on either side, or that have NaN or infinities. */
    private final ScalarGlobalDeviation wide;
    private final MapLayout in;
    /** Channels that are computed, a whole number of vectors. */
    private final int length;

    public VectorGlobalDeviation(GlobalDeviation spec) {
        this.spec = spec;
        wide = new ScalarGlobalDeviation(spec);
        in = spec.in();
        length = VectorConfig.vectors(in.channels()) * LANES;
    }

    @Override
    public GlobalDeviation spec() {
        return spec;
    }

    @Override
    public String name() {
        return "f32-global-deviation-1x2-" + VectorConfig.NAME;
    }

    @Override
    public int units() {
        return 1;
    }

    /** Means, sums of differences, sums of squares. */
    @Override
    public int scratch() {
        return 3 * length;
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        if (from >= to) {
            return;
        }
        Arrays.fill(scratch, scratchOffset, scratchOffset + 3 * length, 0f);
        int row = in.width() * in.stride();
        for (int y = 0; y < in.height(); y++) {
            VectorGlobalAveragePool.addRow(o.in(), o.inOffset() + y * row, in.width(), in.stride(),
                    y < in.height() - 1 ? 1f : 1f / in.pixels(), scratch, scratchOffset, length);
        }
        for (int y = 0; y < in.height(); y++) {
            int at = o.inOffset() + y * row;
            int c = 0;
            for (; c <= length - 2 * LANES; c += 2 * LANES) {
                differences2(o.in(), at + c, in.width(), in.stride(), scratch, scratchOffset + c, length);
            }
            if (c < length) {
                differences1(o.in(), at + c, in.width(), in.stride(), scratch, scratchOffset + c, length);
            }
        }
        int pixels = in.pixels();
        for (int c = 0; c < in.channels(); c++) {
            double differences = scratch[scratchOffset + length + c];
            double squares = scratch[scratchOffset + 2 * length + c] - differences * differences / pixels;
            boolean vanished = squares < LEAST && spec.epsilon() < LEAST && scratch[scratchOffset + c] != 0;
            squares = vanished || !Double.isFinite(squares)
                    ? wide.squares(o.in(), o.inOffset() + c)
                    : Math.max(0, squares);
            o.out()[o.outOffset() + c] = (float) Math.sqrt(squares / (pixels - spec.correction()) + spec.epsilon());
        }
        Arrays.fill(o.out(), o.outOffset() + in.channels(), o.outOffset() + in.stride(), 0f);
    }

    /** Two vectors of channels of a row; a vector of means, of differences and of squares lie {@code length} floats apart. */
    private static void differences2(float[] in, int inOffset, int pixels, int stride, float[] sums, int offset,
            int length) {
        FloatVector m0 = FloatVector.fromArray(FLOATS, sums, offset);
        FloatVector m1 = FloatVector.fromArray(FLOATS, sums, offset + LANES);
        FloatVector s0 = FloatVector.zero(FLOATS);
        FloatVector s1 = s0;
        FloatVector q0 = s0;
        FloatVector q1 = s0;
        int p = inOffset;
        for (int x = 0; x < pixels; x++) {
            FloatVector d0 = FloatVector.fromArray(FLOATS, in, p).sub(m0);
            FloatVector d1 = FloatVector.fromArray(FLOATS, in, p + LANES).sub(m1);
            s0 = d0.add(s0);
            s1 = d1.add(s1);
            q0 = d0.fma(d0, q0);
            q1 = d1.fma(d1, q1);
            p += stride;
        }
        int s = offset + length;
        int q = s + length;
        FloatVector.fromArray(FLOATS, sums, s).add(s0).intoArray(sums, s);
        FloatVector.fromArray(FLOATS, sums, s + LANES).add(s1).intoArray(sums, s + LANES);
        FloatVector.fromArray(FLOATS, sums, q).add(q0).intoArray(sums, q);
        FloatVector.fromArray(FLOATS, sums, q + LANES).add(q1).intoArray(sums, q + LANES);
    }

    private static void differences1(float[] in, int inOffset, int pixels, int stride, float[] sums, int offset,
            int length) {
        FloatVector m = FloatVector.fromArray(FLOATS, sums, offset);
        FloatVector s = FloatVector.zero(FLOATS);
        FloatVector q = s;
        int p = inOffset;
        for (int x = 0; x < pixels; x++) {
            FloatVector d = FloatVector.fromArray(FLOATS, in, p).sub(m);
            s = d.add(s);
            q = d.fma(d, q);
            p += stride;
        }
        FloatVector.fromArray(FLOATS, sums, offset + length).add(s).intoArray(sums, offset + length);
        FloatVector.fromArray(FLOATS, sums, offset + 2 * length).add(q).intoArray(sums, offset + 2 * length);
    }
}
