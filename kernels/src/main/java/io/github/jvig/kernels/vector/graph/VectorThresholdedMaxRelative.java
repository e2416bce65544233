package io.github.jvig.kernels.vector.graph;

import static io.github.jvig.kernels.vector.common.VectorConfig.FLOATS;
import static io.github.jvig.kernels.vector.common.VectorConfig.LANES;

import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.MaxRelative;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.ThresholdedMaxRelative;
import io.github.jvig.kernels.vector.common.Split;
import io.github.jvig.kernels.vector.common.VectorConfig;
import java.util.Arrays;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * {@link ThresholdedMaxRelative}, row by row and shift by shift: the distances of a row's pixels to those that the shift brings, then the maximum
 * with those of them that are near. Only some are, so the distances take the time. A cyclic shift pairs a row with two stretches of
 * another. Three vectors and one have separate loops: a vector that is passed to a method becomes an object.
 *
 * <p>Two pixels that are each other's neighbors, because the shift back is among the shifts too, are measured once for both, if both
 * lie in rows of the units that are computed together.
 */
public final class VectorThresholdedMaxRelative implements Kernel {
    /** Pixels that are compared at a time: one bit each. */
    private static final int MAX_PIXELS = Long.SIZE;
    private static final int NONE = -1;

    private final ThresholdedMaxRelative spec;
    private final int[] down;
    private final int[] across;
    /** For each shift the number of the one back; {@link #NONE} where it is not there. */
    private final int[] back;
    private final Split split;

    public VectorThresholdedMaxRelative(ThresholdedMaxRelative spec) {
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
        return VectorL1.scratch(Math.min(spec.in().width(), MAX_PIXELS));
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

    /** {@code pixels} pixels from {@code self} on with as many neighbors from {@code other} on; for {@code both}, also the other way round. */
    private void stretch(Operands o, float limit, int self, int other, int pixels, boolean both, float[] scratch,
            int scratchOffset) {
        int stride = spec.in().stride();
        int outStride = spec.out().stride();
        for (int i = 0; i < pixels; i += MAX_PIXELS) {
            int count = Math.min(MAX_PIXELS, pixels - i);
            int a = o.inOffset() + (self + i) * stride;
            int b = o.inOffset() + (other + i) * stride;
            VectorL1.sum(o.in(), a, b, stride, count, spec.in().channels(), scratch, scratchOffset);
            long near = VectorL1.below(limit, scratch, scratchOffset, count);
            raise(near, o.in(), a, b, stride, o.out(), o.outOffset() + (self + i) * outStride, outStride);
            if (both) {
                raise(near, o.in(), b, a, stride, o.out(), o.outOffset() + (other + i) * outStride, outStride);
            }
        }
    }

    /**
     * Raises m of the pixels whose bit is set to the difference to their neighbors, over real channels only: the last vectors overlap
     * those before, which changes nothing.
     */
    private void raise(long near, float[] in, int self, int other, int step, float[] out, int outOffset,
            int outRowStride) {
        int channels = spec.in().channels();
        int m = outOffset + channels;
        if (channels < LANES) {
            raiseNarrow(near, in, self, other, step, channels, out, m, outRowStride);
        } else if (channels < 3 * LANES) {
            for (int c = 0; c < channels; c += LANES) {
                int d = Math.min(c, channels - LANES);
                raise1(near, in, self + d, other + d, step, out, m + d, outRowStride);
            }
        } else {
            for (int c = 0; c < channels; c += 3 * LANES) {
                int d = Math.min(c, channels - 3 * LANES);
                raise3(near, in, self + d, other + d, step, out, m + d, outRowStride);
            }
        }
    }

    private static void raise3(long near, float[] in, int self, int other, int step, float[] out, int m,
            int outRowStride) {
        for (long remaining = near; remaining != 0; remaining &= remaining - 1) {
            int i = Long.numberOfTrailingZeros(remaining);
            int a = self + i * step;
            int b = other + i * step;
            int result = m + i * outRowStride;
            FloatVector max = FloatVector.fromArray(FLOATS, out, result);
            FloatVector difference = FloatVector.fromArray(FLOATS, in, b).sub(FloatVector.fromArray(FLOATS, in, a));
            max.blend(difference, difference.compare(VectorOperators.GT, max)).intoArray(out, result);
            max = FloatVector.fromArray(FLOATS, out, result + LANES);
            difference = FloatVector.fromArray(FLOATS, in, b + LANES).sub(FloatVector.fromArray(FLOATS, in, a + LANES));
            max.blend(difference, difference.compare(VectorOperators.GT, max)).intoArray(out, result + LANES);
            max = FloatVector.fromArray(FLOATS, out, result + 2 * LANES);
            difference = FloatVector.fromArray(FLOATS, in, b + 2 * LANES)
                    .sub(FloatVector.fromArray(FLOATS, in, a + 2 * LANES));
            max.blend(difference, difference.compare(VectorOperators.GT, max)).intoArray(out, result + 2 * LANES);
        }
    }

    private static void raise1(long near, float[] in, int self, int other, int step, float[] out, int m,
            int outRowStride) {
        for (long remaining = near; remaining != 0; remaining &= remaining - 1) {
            int i = Long.numberOfTrailingZeros(remaining);
            int result = m + i * outRowStride;
            FloatVector max = FloatVector.fromArray(FLOATS, out, result);
            FloatVector difference = FloatVector.fromArray(FLOATS, in, other + i * step)
                    .sub(FloatVector.fromArray(FLOATS, in, self + i * step));
            max.blend(difference, difference.compare(VectorOperators.GT, max)).intoArray(out, result);
        }
    }

    /** Pixels with fewer channels than a vector has lanes. */
    private static void raiseNarrow(long near, float[] in, int self, int other, int step, int channels, float[] out,
            int m, int outRowStride) {
        for (long remaining = near; remaining != 0; remaining &= remaining - 1) {
            int i = Long.numberOfTrailingZeros(remaining);
            for (int c = 0; c < channels; c++) {
                int result = m + i * outRowStride + c;
                out[result] = Math.max(out[result], in[other + i * step + c] - in[self + i * step + c]);
            }
        }
    }
}
