package io.github.jvig.kernels.vector;

import static io.github.jvig.kernels.vector.Isa.FLOATS;
import static io.github.jvig.kernels.vector.Isa.LANES;

import io.github.jvig.kernels.FeatureMap;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.MaxRelative;
import io.github.jvig.kernels.NearMaxRelative;
import io.github.jvig.kernels.Operands;
import java.util.Arrays;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * {@link NearMaxRelative}, pixel by pixel: the distances to all neighbours, then the maximum with those of them that are near. These are few,
 * so it is the distances that take the time.
 *
 * <p>A pair of pixels that are each other's neighbours is measured from both sides. Keeping the first result would halve the work where
 * shifts come in opposite pairs, at the price of rows that are no longer independent.
 */
final class VectorNearMaxRelative implements Kernel {
    /** Shifts looked at together: one bit each. */
    private static final int MOST = Long.SIZE;

    private final NearMaxRelative spec;
    private final int shifts;
    /** For each row y and shift, where the row that comes to y begins. */
    private final int[] rowOf;
    /** For each column x and shift, where in its row the pixel that comes to x begins. */
    private final int[] columnOf;
    private final Split split;

    VectorNearMaxRelative(NearMaxRelative spec) {
        this.spec = spec;
        FeatureMap in = spec.in();
        List<MaxRelative.Shift> list = spec.shifts();
        shifts = list.size();
        rowOf = new int[Math.multiplyExact(in.height(), shifts)];
        columnOf = new int[Math.multiplyExact(in.width(), shifts)];
        for (int s = 0; s < shifts; s++) {
            MaxRelative.Shift shift = list.get(s);
            for (int y = 0; y < in.height(); y++) {
                rowOf[y * shifts + s] = Math.floorMod(y - shift.dy(), in.height()) * in.width() * in.stride();
            }
            for (int x = 0; x < in.width(); x++) {
                columnOf[x * shifts + s] = Math.floorMod(x - shift.dx(), in.width()) * in.stride();
            }
        }
        // A neighbour takes about as long as four multiply-accumulates of a matrix product.
        split = Split.ofRows(4L * in.length() * (shifts + 1), in.height());
    }

    @Override
    public NearMaxRelative spec() {
        return spec;
    }

    @Override
    public String name() {
        return "f32-nearmaxrelative-1x3-" + Isa.NAME;
    }

    @Override
    public int units() {
        return split.units();
    }

    @Override
    public int scratch() {
        return Distances.scratch(Math.min(shifts, MOST));
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchAt, int from, int to) {
        FeatureMap in = spec.in();
        int channels = in.channels();
        int outStride = spec.out().stride();
        float limit = o.second()[o.secondAt()];
        for (int y = split.row(from); y < split.row(to); y++) {
            for (int x = 0; x < in.width(); x++) {
                int pixel = y * in.width() + x;
                int own = o.inAt() + pixel * in.stride();
                int out = o.outAt() + pixel * outStride;
                System.arraycopy(o.in(), own, o.out(), out, channels);
                Arrays.fill(o.out(), out + channels, out + outStride, 0f);
                for (int s = 0; s < shifts; s += MOST) {
                    int pairs = Math.min(MOST, shifts - s);
                    int row = y * shifts + s;
                    int column = x * shifts + s;
                    Distances.sum(o.in(), own, 0, o.inAt(), rowOf, row, columnOf, column, pairs, channels, scratch,
                            scratchAt);
                    long near = Distances.below(limit, scratch, scratchAt, pairs);
                    raise(near, o.in(), own, o.inAt(), row, column, channels, o.out(), out + channels);
                }
            }
        }
    }

    /**
     * Raises m to the lead of near neighbours, over real channels only: the last vectors are moved down over channels that are done
     * already, which changes none of them.
     */
    private void raise(long near, float[] in, int own, int inAt, int row, int column, int channels, float[] out,
            int m) {
        if (channels < LANES) {
            few(near, in, own, inAt, row, column, channels, out, m);
        } else if (channels < 3 * LANES) {
            for (int c = 0; c < channels; c += LANES) {
                int d = Math.min(c, channels - LANES);
                raise1(near, in, own + d, inAt + d, rowOf, row, columnOf, column, out, m + d);
            }
        } else {
            for (int c = 0; c < channels; c += 3 * LANES) {
                int d = Math.min(c, channels - 3 * LANES);
                raise3(near, in, own + d, inAt + d, rowOf, row, columnOf, column, out, m + d);
            }
        }
    }

    private static void raise3(long near, float[] in, int own, int at, int[] rowOf, int row, int[] columnOf, int column,
            float[] out, int m) {
        FloatVector own0 = FloatVector.fromArray(FLOATS, in, own);
        FloatVector own1 = FloatVector.fromArray(FLOATS, in, own + LANES);
        FloatVector own2 = FloatVector.fromArray(FLOATS, in, own + 2 * LANES);
        FloatVector m0 = FloatVector.fromArray(FLOATS, out, m);
        FloatVector m1 = FloatVector.fromArray(FLOATS, out, m + LANES);
        FloatVector m2 = FloatVector.fromArray(FLOATS, out, m + 2 * LANES);
        for (long left = near; left != 0; left &= left - 1) {
            int s = Long.numberOfTrailingZeros(left);
            int p = at + rowOf[row + s] + columnOf[column + s];
            FloatVector lead = FloatVector.fromArray(FLOATS, in, p).sub(own0);
            m0 = m0.blend(lead, lead.compare(VectorOperators.GT, m0));
            lead = FloatVector.fromArray(FLOATS, in, p + LANES).sub(own1);
            m1 = m1.blend(lead, lead.compare(VectorOperators.GT, m1));
            lead = FloatVector.fromArray(FLOATS, in, p + 2 * LANES).sub(own2);
            m2 = m2.blend(lead, lead.compare(VectorOperators.GT, m2));
        }
        m0.intoArray(out, m);
        m1.intoArray(out, m + LANES);
        m2.intoArray(out, m + 2 * LANES);
    }

    private static void raise1(long near, float[] in, int own, int at, int[] rowOf, int row, int[] columnOf, int column,
            float[] out, int m) {
        FloatVector own0 = FloatVector.fromArray(FLOATS, in, own);
        FloatVector m0 = FloatVector.fromArray(FLOATS, out, m);
        for (long left = near; left != 0; left &= left - 1) {
            int s = Long.numberOfTrailingZeros(left);
            int p = at + rowOf[row + s] + columnOf[column + s];
            FloatVector lead = FloatVector.fromArray(FLOATS, in, p).sub(own0);
            m0 = m0.blend(lead, lead.compare(VectorOperators.GT, m0));
        }
        m0.intoArray(out, m);
    }

    /** Fewer channels than a vector has lanes. */
    private void few(long near, float[] in, int own, int inAt, int row, int column, int channels, float[] out, int m) {
        for (long left = near; left != 0; left &= left - 1) {
            int s = Long.numberOfTrailingZeros(left);
            int p = inAt + rowOf[row + s] + columnOf[column + s];
            for (int c = 0; c < channels; c++) {
                out[m + c] = Math.max(out[m + c], in[p + c] - in[own + c]);
            }
        }
    }
}
