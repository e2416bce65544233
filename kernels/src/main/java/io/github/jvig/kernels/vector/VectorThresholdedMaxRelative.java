package io.github.jvig.kernels.vector;

import static io.github.jvig.kernels.vector.VectorConfig.FLOATS;
import static io.github.jvig.kernels.vector.VectorConfig.LANES;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.MaxRelative;
import io.github.jvig.kernels.ThresholdedMaxRelative;
import io.github.jvig.kernels.Operands;
import java.util.Arrays;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * {@link ThresholdedMaxRelative}, row by row and shift by shift: the distances of a row's pixels to those that the shift brings, then the maximum
 * with those of them that are near. These are few, so it is the distances that take the time. A cyclic shift brings a row two stretches of
 * another.
 *
 * <p>Two pixels that are each other's neighbors, because the shift back is among the shifts too, are measured once for both, if both
 * lie in rows of the units that are computed together.
 */
final class VectorThresholdedMaxRelative implements Kernel {
    /** Pixels looked at together: one bit each. */
    private static final int MOST = Long.SIZE;
    private static final int NONE = -1;

    private final ThresholdedMaxRelative spec;
    private final int[] down;
    private final int[] across;
    /** For each shift the number of the one back; {@link #NONE} where it is not there. */
    private final int[] back;
    private final Split split;

    VectorThresholdedMaxRelative(ThresholdedMaxRelative spec) {
        this.spec = spec;
        MapLayout in = spec.in();
        List<MaxRelative.Shift> shifts = spec.shifts();
        down = shifts.stream().mapToInt(MaxRelative.Shift::dy).toArray();
        across = shifts.stream().mapToInt(MaxRelative.Shift::dx).toArray();
        back = new int[down.length];
        for (int s = 0; s < down.length; s++) {
            back[s] = shifts.indexOf(new MaxRelative.Shift(Math.floorMod(-down[s], in.height()),
                    Math.floorMod(-across[s], in.width())));
        }
        // A neighbor takes about as long as four multiply-accumulates of a matrix product.
        split = Split.ofRows(4L * in.length() * (down.length + 1), in.height());
    }

    @Override
    public ThresholdedMaxRelative spec() {
        return spec;
    }

    @Override
    public String name() {
        return "f32-thresholded-max-relative-1x3-" + VectorConfig.NAME;
    }

    @Override
    public int units() {
        return split.units();
    }

    @Override
    public int scratch() {
        return VectorL1.scratch(Math.min(spec.in().width(), MOST));
    }

    @Override
    public boolean prefersContiguousUnits() {
        return true;
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        int top = split.row(from);
        int end = split.row(to);
        float limit = o.in2()[o.in2Offset()];
        for (int y = top; y < end; y++) {
            copy(o, y);
        }
        for (int y = top; y < end; y++) {
            for (int s = 0; s < down.length; s++) {
                int row = Math.floorMod(y - down[s], spec.in().height());
                boolean both = back[s] != NONE && row >= top && row < end;
                if (!both || first(s, y, row)) {
                    shift(o, limit, y, row, s, both, scratch, scratchOffset);
                }
            }
        }
    }

    /** Of the two times that a pair of rows comes up, whether this is the one at which it is measured. */
    private boolean first(int s, int y, int row) {
        return back[s] == s ? row <= y : s < back[s];
    }

    /** A row with the one that a shift brings, in two stretches. */
    private void shift(Operands o, float limit, int y, int row, int s, boolean both, float[] scratch,
            int scratchOffset) {
        int width = spec.in().width();
        int dx = across[s];
        // Half way around in one row, the two stretches are the same pairs.
        if (!(both && back[s] == s && row == y)) {
            stretch(o, limit, y * width, row * width + width - dx, dx, both, scratch, scratchOffset);
        }
        stretch(o, limit, y * width + dx, row * width, width - dx, both, scratch, scratchOffset);
    }

    /** Writes x, and zero for m. */
    private void copy(Operands o, int y) {
        MapLayout in = spec.in();
        int outStride = spec.out().stride();
        for (int p = y * in.width(); p < (y + 1) * in.width(); p++) {
            int out = o.outOffset() + p * outStride;
            System.arraycopy(o.in(), o.inOffset() + p * in.stride(), o.out(), out, in.channels());
            Arrays.fill(o.out(), out + in.channels(), out + outStride, 0f);
        }
    }

    /** So many pixels from one on with as many neighbors from another on; for both, these have the first as theirs. */
    private void stretch(Operands o, float limit, int own, int other, int pixels, boolean both, float[] scratch,
            int scratchOffset) {
        int stride = spec.in().stride();
        int outStride = spec.out().stride();
        for (int i = 0; i < pixels; i += MOST) {
            int count = Math.min(MOST, pixels - i);
            int a = o.inOffset() + (own + i) * stride;
            int b = o.inOffset() + (other + i) * stride;
            VectorL1.sum(o.in(), a, b, stride, count, spec.in().channels(), scratch, scratchOffset);
            long near = VectorL1.below(limit, scratch, scratchOffset, count);
            raise(near, o.in(), a, b, stride, o.out(), o.outOffset() + (own + i) * outStride, outStride);
            if (both) {
                raise(near, o.in(), b, a, stride, o.out(), o.outOffset() + (other + i) * outStride, outStride);
            }
        }
    }

    /**
     * Raises m of the pixels whose bit is set to the lead of their neighbors, over real channels only: the last vectors are moved down
     * over channels that are done already, which changes none of them.
     */
    private void raise(long near, float[] in, int own, int other, int step, float[] out, int at, int outRowStride) {
        int channels = spec.in().channels();
        int m = at + channels;
        if (channels < LANES) {
            few(near, in, own, other, step, channels, out, m, outRowStride);
        } else if (channels < 3 * LANES) {
            for (int c = 0; c < channels; c += LANES) {
                int d = Math.min(c, channels - LANES);
                raise1(near, in, own + d, other + d, step, out, m + d, outRowStride);
            }
        } else {
            for (int c = 0; c < channels; c += 3 * LANES) {
                int d = Math.min(c, channels - 3 * LANES);
                raise3(near, in, own + d, other + d, step, out, m + d, outRowStride);
            }
        }
    }

    private static void raise3(long near, float[] in, int own, int other, int step, float[] out, int m,
            int outRowStride) {
        for (long left = near; left != 0; left &= left - 1) {
            int i = Long.numberOfTrailingZeros(left);
            int a = own + i * step;
            int b = other + i * step;
            int to = m + i * outRowStride;
            FloatVector most = FloatVector.fromArray(FLOATS, out, to);
            FloatVector lead = FloatVector.fromArray(FLOATS, in, b).sub(FloatVector.fromArray(FLOATS, in, a));
            most.blend(lead, lead.compare(VectorOperators.GT, most)).intoArray(out, to);
            most = FloatVector.fromArray(FLOATS, out, to + LANES);
            lead = FloatVector.fromArray(FLOATS, in, b + LANES).sub(FloatVector.fromArray(FLOATS, in, a + LANES));
            most.blend(lead, lead.compare(VectorOperators.GT, most)).intoArray(out, to + LANES);
            most = FloatVector.fromArray(FLOATS, out, to + 2 * LANES);
            lead = FloatVector.fromArray(FLOATS, in, b + 2 * LANES)
                    .sub(FloatVector.fromArray(FLOATS, in, a + 2 * LANES));
            most.blend(lead, lead.compare(VectorOperators.GT, most)).intoArray(out, to + 2 * LANES);
        }
    }

    private static void raise1(long near, float[] in, int own, int other, int step, float[] out, int m,
            int outRowStride) {
        for (long left = near; left != 0; left &= left - 1) {
            int i = Long.numberOfTrailingZeros(left);
            int to = m + i * outRowStride;
            FloatVector most = FloatVector.fromArray(FLOATS, out, to);
            FloatVector lead = FloatVector.fromArray(FLOATS, in, other + i * step)
                    .sub(FloatVector.fromArray(FLOATS, in, own + i * step));
            most.blend(lead, lead.compare(VectorOperators.GT, most)).intoArray(out, to);
        }
    }

    /** Fewer channels than a vector has lanes. */
    private static void few(long near, float[] in, int own, int other, int step, int channels, float[] out, int m,
            int outRowStride) {
        for (long left = near; left != 0; left &= left - 1) {
            int i = Long.numberOfTrailingZeros(left);
            for (int c = 0; c < channels; c++) {
                int to = m + i * outRowStride + c;
                out[to] = Math.max(out[to], in[other + i * step + c] - in[own + i * step + c]);
            }
        }
    }
}
