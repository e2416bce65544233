package io.github.jvig.kernels.vector;

import static io.github.jvig.kernels.vector.VectorConfig.FLOATS;
import static io.github.jvig.kernels.vector.VectorConfig.LANES;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.MaxRelative;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.RowKernel;
import java.util.Arrays;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * {@link MaxRelative} by {@code x - min} or {@code max - x} over the pixel itself and its neighbors, which rounds as the greatest
 * difference does. Extremes are taken by compare and blend: a float minimum is several instructions. NaN of the pixel itself comes
 * out as NaN, that of a neighbor is passed over.
 *
 * <p>Only real channels are read and written by vectors: the last vector is moved down over channels that are done already, so no
 * store reaches beyond them into the next pixel.
 *
 * <p>Units are blocks of rows, and of a small map also groups of channels: a convolution before it has shared a small map out by channels,
 * too, so what a thread reads lies in its own cache.
 */
final class VectorMaxRelative implements RowKernel {
    /** Channels that are computed together. */
    private static final int GROUP = 4 * LANES;
    /** Rows that stay together: a small map is cut by channels first. */
    private static final int BLOCK = 7;

    private final MaxRelative spec;
    private final int outStride;
    private final int shifts;
    /** For each row y and shift, where the row that comes to y begins. */
    private final int[] rowOf;
    /** For each column x and shift, where in its row the pixel that comes to x begins. */
    private final int[] columnOf;
    private final Split split;

    VectorMaxRelative(MaxRelative spec) {
        this.spec = spec;
        outStride = spec.out().stride();
        MapLayout in = spec.in();
        List<MaxRelative.Shift> list = spec.shifts();
        shifts = list.size();
        rowOf = new int[Math.multiplyExact(in.height(), shifts)];
        columnOf = new int[Math.multiplyExact(in.width(), shifts)];
        for (int s = 0; s < shifts; s++) {
            for (int y = 0; y < in.height(); y++) {
                rowOf[y * shifts + s] = Math.floorMod(y - list.get(s).dy(), in.height()) * in.width() * in.stride();
            }
            for (int x = 0; x < in.width(); x++) {
                columnOf[x * shifts + s] = Math.floorMod(x - list.get(s).dx(), in.width()) * in.stride();
            }
        }
        // A neighbor takes about as long as four multiply-accumulates of a matrix product; it counts as sixteen, so that 7x7 pixels are shared
        // out: as one unit they take longer to fetch from another thread's cache than to compare (15 us for 256 channels, 10 us as several).
        split = Split.of(16L * in.length() * (shifts + 1), in.height(), BLOCK, Math.max(1, in.channels() / GROUP));
    }

    @Override
    public MaxRelative spec() {
        return spec;
    }

    @Override
    public String name() {
        return "f32-max-relative-1x4-" + VectorConfig.NAME;
    }

    @Override
    public int units() {
        return split.units();
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        for (int unit = from; unit < to; unit++) {
            int block = split.block(unit);
            // The last group has what is left behind whole ones.
            int end = split.lastPanel(unit) < split.panels() ? split.lastPanel(unit) * GROUP : spec.in().channels();
            channels(o.in(), o.inOffset(), o.out(), o.outOffset(), split.row(block), split.row(block + 1),
                    split.firstPanel(unit) * GROUP, end);
        }
    }

    @Override
    public void rows(float[] in, int inOffset, float[] residual, int residualOffset, float[] out, int outOffset,
            int from, int to) {
        channels(in, inOffset, out, outOffset, from, to, 0, spec.in().channels());
    }

    /** Some channels of some rows: all of them, or at least a vector. */
    private void channels(float[] in, int inOffset, float[] out, int outOffset, int from, int to, int first, int end) {
        MapLayout map = spec.in();
        int channels = map.channels();
        for (int y = from; y < to; y++) {
            for (int x = 0; x < map.width(); x++) {
                int pixel = y * map.width() + x;
                int own = inOffset + pixel * map.stride();
                int at = outOffset + pixel * outStride;
                if (channels < LANES) {
                    few(in, inOffset, y, x, own, out, at);
                } else {
                    pixel(in, inOffset, y, x, own, out, at, first, end);
                }
                if (end == channels) {
                    Arrays.fill(out, at + 2 * channels, at + outStride, 0f);
                }
            }
        }
    }

    private void pixel(float[] in, int inOffset, int y, int x, int own, float[] out, int outOffset, int first,
            int end) {
        int channels = spec.in().channels();
        boolean least = spec.difference() == MaxRelative.Difference.SELF_MINUS_NEIGHBOR;
        int rows = y * shifts;
        int columns = x * shifts;
        int c = first;
        for (; c <= end - GROUP; c += GROUP) {
            if (least) {
                least4(in, own + c, inOffset + c, rowOf, rows, columnOf, columns, shifts, out, outOffset + c, channels);
            } else {
                greatest4(in, own + c, inOffset + c, rowOf, rows, columnOf, columns, shifts, out, outOffset + c,
                        channels);
            }
        }
        for (; c < end; c += LANES) {
            int d = Math.min(c, end - LANES);
            if (least) {
                least1(in, own + d, inOffset + d, rowOf, rows, columnOf, columns, shifts, out, outOffset + d, channels);
            } else {
                greatest1(in, own + d, inOffset + d, rowOf, rows, columnOf, columns, shifts, out, outOffset + d,
                        channels);
            }
        }
    }

    /** Four vectors of a pixel: the values as they are, and {@code channels} further on their greatest lead over a neighbor. */
    private static void least4(float[] in, int own, int at, int[] rowOf, int row, int[] columnOf, int column,
            int shifts, float[] out, int to, int channels) {
        FloatVector own0 = FloatVector.fromArray(FLOATS, in, own);
        FloatVector own1 = FloatVector.fromArray(FLOATS, in, own + LANES);
        FloatVector own2 = FloatVector.fromArray(FLOATS, in, own + 2 * LANES);
        FloatVector own3 = FloatVector.fromArray(FLOATS, in, own + 3 * LANES);
        FloatVector m0 = own0;
        FloatVector m1 = own1;
        FloatVector m2 = own2;
        FloatVector m3 = own3;
        for (int s = 0; s < shifts; s++) {
            int p = at + rowOf[row + s] + columnOf[column + s];
            FloatVector x = FloatVector.fromArray(FLOATS, in, p);
            m0 = m0.blend(x, x.compare(VectorOperators.LT, m0));
            x = FloatVector.fromArray(FLOATS, in, p + LANES);
            m1 = m1.blend(x, x.compare(VectorOperators.LT, m1));
            x = FloatVector.fromArray(FLOATS, in, p + 2 * LANES);
            m2 = m2.blend(x, x.compare(VectorOperators.LT, m2));
            x = FloatVector.fromArray(FLOATS, in, p + 3 * LANES);
            m3 = m3.blend(x, x.compare(VectorOperators.LT, m3));
        }
        own0.intoArray(out, to);
        own1.intoArray(out, to + LANES);
        own2.intoArray(out, to + 2 * LANES);
        own3.intoArray(out, to + 3 * LANES);
        own0.sub(m0).intoArray(out, to + channels);
        own1.sub(m1).intoArray(out, to + channels + LANES);
        own2.sub(m2).intoArray(out, to + channels + 2 * LANES);
        own3.sub(m3).intoArray(out, to + channels + 3 * LANES);
    }

    private static void least1(float[] in, int own, int at, int[] rowOf, int row, int[] columnOf, int column,
            int shifts, float[] out, int to, int channels) {
        FloatVector own0 = FloatVector.fromArray(FLOATS, in, own);
        FloatVector m0 = own0;
        for (int s = 0; s < shifts; s++) {
            int p = at + rowOf[row + s] + columnOf[column + s];
            FloatVector x = FloatVector.fromArray(FLOATS, in, p);
            m0 = m0.blend(x, x.compare(VectorOperators.LT, m0));
        }
        own0.intoArray(out, to);
        own0.sub(m0).intoArray(out, to + channels);
    }

    /** The same with a neighbor's greatest lead. */
    private static void greatest4(float[] in, int own, int at, int[] rowOf, int row, int[] columnOf, int column,
            int shifts, float[] out, int to, int channels) {
        FloatVector own0 = FloatVector.fromArray(FLOATS, in, own);
        FloatVector own1 = FloatVector.fromArray(FLOATS, in, own + LANES);
        FloatVector own2 = FloatVector.fromArray(FLOATS, in, own + 2 * LANES);
        FloatVector own3 = FloatVector.fromArray(FLOATS, in, own + 3 * LANES);
        FloatVector m0 = own0;
        FloatVector m1 = own1;
        FloatVector m2 = own2;
        FloatVector m3 = own3;
        for (int s = 0; s < shifts; s++) {
            int p = at + rowOf[row + s] + columnOf[column + s];
            FloatVector x = FloatVector.fromArray(FLOATS, in, p);
            m0 = m0.blend(x, x.compare(VectorOperators.GT, m0));
            x = FloatVector.fromArray(FLOATS, in, p + LANES);
            m1 = m1.blend(x, x.compare(VectorOperators.GT, m1));
            x = FloatVector.fromArray(FLOATS, in, p + 2 * LANES);
            m2 = m2.blend(x, x.compare(VectorOperators.GT, m2));
            x = FloatVector.fromArray(FLOATS, in, p + 3 * LANES);
            m3 = m3.blend(x, x.compare(VectorOperators.GT, m3));
        }
        own0.intoArray(out, to);
        own1.intoArray(out, to + LANES);
        own2.intoArray(out, to + 2 * LANES);
        own3.intoArray(out, to + 3 * LANES);
        m0.sub(own0).intoArray(out, to + channels);
        m1.sub(own1).intoArray(out, to + channels + LANES);
        m2.sub(own2).intoArray(out, to + channels + 2 * LANES);
        m3.sub(own3).intoArray(out, to + channels + 3 * LANES);
    }

    private static void greatest1(float[] in, int own, int at, int[] rowOf, int row, int[] columnOf, int column,
            int shifts, float[] out, int to, int channels) {
        FloatVector own0 = FloatVector.fromArray(FLOATS, in, own);
        FloatVector m0 = own0;
        for (int s = 0; s < shifts; s++) {
            int p = at + rowOf[row + s] + columnOf[column + s];
            FloatVector x = FloatVector.fromArray(FLOATS, in, p);
            m0 = m0.blend(x, x.compare(VectorOperators.GT, m0));
        }
        own0.intoArray(out, to);
        m0.sub(own0).intoArray(out, to + channels);
    }

    /** Fewer channels than a vector has lanes. */
    private void few(float[] in, int inOffset, int y, int x, int own, float[] out, int outOffset) {
        int channels = spec.in().channels();
        float sign = spec.difference() == MaxRelative.Difference.SELF_MINUS_NEIGHBOR ? 1f : -1f;
        for (int c = 0; c < channels; c++) {
            float value = in[own + c];
            float greatest = Float.isNaN(value) ? value : 0f;
            for (int s = 0; s < shifts; s++) {
                float neighbor = in[inOffset + rowOf[y * shifts + s] + columnOf[x * shifts + s] + c];
                float difference = sign * (value - neighbor);
                greatest = difference > greatest ? difference : greatest;
            }
            out[outOffset + c] = value;
            out[outOffset + channels + c] = greatest;
        }
    }
}
