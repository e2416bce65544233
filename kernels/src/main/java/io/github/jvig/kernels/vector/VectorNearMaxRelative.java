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
        return "f32-nearmaxrelative-1x4-" + Isa.NAME;
    }

    @Override
    public int units() {
        return split.units();
    }

    @Override
    public int scratch() {
        return Distances.scratch(shifts);
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
                Distances.of(o.in(), own, 0, o.inAt(), rowOf, y * shifts, columnOf, x * shifts, shifts, channels,
                        scratch, scratchAt);
                for (int s = 0; s < shifts; s++) {
                    if (scratch[scratchAt + Distances.place(s)] < limit) {
                        int other = o.inAt() + rowOf[y * shifts + s] + columnOf[x * shifts + s];
                        raise(o.in(), own, other, o.out(), out + channels, channels);
                    }
                }
            }
        }
    }

    /**
     * {@code m = max(m, other - own)}, over real channels only: the last vector is moved down over channels that are done already, which
     * changes none of them.
     */
    private static void raise(float[] in, int own, int other, float[] out, int m, int channels) {
        if (channels < LANES) {
            for (int c = 0; c < channels; c++) {
                out[m + c] = Math.max(out[m + c], in[other + c] - in[own + c]);
            }
            return;
        }
        int c = 0;
        for (; c <= channels - 4 * LANES; c += 4 * LANES) {
            raise1(in, own + c, other + c, out, m + c);
            raise1(in, own + c + LANES, other + c + LANES, out, m + c + LANES);
            raise1(in, own + c + 2 * LANES, other + c + 2 * LANES, out, m + c + 2 * LANES);
            raise1(in, own + c + 3 * LANES, other + c + 3 * LANES, out, m + c + 3 * LANES);
        }
        for (; c < channels; c += LANES) {
            int d = Math.min(c, channels - LANES);
            raise1(in, own + d, other + d, out, m + d);
        }
    }

    private static void raise1(float[] in, int own, int other, float[] out, int m) {
        FloatVector lead = FloatVector.fromArray(FLOATS, in, other).sub(FloatVector.fromArray(FLOATS, in, own));
        FloatVector most = FloatVector.fromArray(FLOATS, out, m);
        most.blend(lead, lead.compare(VectorOperators.GT, most)).intoArray(out, m);
    }
}
