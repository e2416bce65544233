package io.github.jvig.kernels.vector.graph;

import static io.github.jvig.kernels.vector.common.VectorConfig.LANES;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.MaxRelative;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.RowKernel;
import io.github.jvig.kernels.vector.common.Split;
import io.github.jvig.kernels.vector.common.VectorConfig;
import java.util.Arrays;
import java.util.List;

/**
 * {@link MaxRelative} by {@code x - min} or {@code max - x} over the pixel itself and its neighbors, which rounds as the maximum
 * difference does ({@link MaxRelativeLoops}). Minimum and maximum are taken by compare and blend: those of floats are several instructions.
 * Channels with NaN or an infinity among their values are computed by the definition.
 *
 * <p>Only real channels are read and written by vectors: the last vector overlaps the one before it, so no store reaches beyond them into
 * the next pixel.
 *
 * <p>Units are blocks of rows, and of a small map also groups of channels: a convolution before it has split a small map by channels, too,
 * so what a thread reads is in its own cache.
 */
public final class VectorMaxRelative implements RowKernel {
    /** Channels that are computed together. */
    private static final int GROUP = 4 * LANES;
    /** Rows that stay together: a small map is split by channels first. */
    private static final int MIN_ROWS = 7;

    private final MaxRelative spec;
    private final int outStride;
    private final int shifts;
    /** For each row y and shift, the offset of the row that is shifted to y. */
    private final int[] rowOffsets;
    /** For each column x and shift, the offset within its row of the pixel that is shifted to x. */
    private final int[] columnOffsets;
    private final Split split;

    public VectorMaxRelative(MaxRelative spec) {
        this.spec = spec;
        outStride = spec.out().stride();
        MapLayout in = spec.in();
        List<MaxRelative.Shift> list = spec.shifts();
        shifts = list.size();
        rowOffsets = new int[Math.multiplyExact(in.height(), shifts)];
        columnOffsets = new int[Math.multiplyExact(in.width(), shifts)];
        for (int s = 0; s < shifts; s++) {
            for (int y = 0; y < in.height(); y++) {
                rowOffsets[y * shifts + s] = Math.floorMod(y - list.get(s).dy(), in.height()) * in.width()
                        * in.stride();
            }
            for (int x = 0; x < in.width(); x++) {
                columnOffsets[x * shifts + s] = Math.floorMod(x - list.get(s).dx(), in.width()) * in.stride();
            }
        }
        // A neighbor takes about as long as four multiply-accumulates of a matrix product. It counts as sixteen, so that a map of 7x7 pixels is
        // several units: as one it takes longer to fetch from another thread's cache than to compare (15 us for 256 channels, 10 us as several).
        split = Split.of(16L * in.length() * (shifts + 1), in.height(), MIN_ROWS, Math.max(1, in.channels() / GROUP));
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
            // The last group also has the channels after the last whole one.
            int end = split.endPanel(unit) < split.panels() ? split.endPanel(unit) * GROUP : spec.in().channels();
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
                int self = inOffset + pixel * map.stride();
                int result = outOffset + pixel * outStride;
                if (channels < LANES) {
                    narrowPixel(in, inOffset, y, x, self, out, result);
                } else {
                    pixel(in, inOffset, y, x, self, out, result, first, end);
                }
                if (end == channels) {
                    Arrays.fill(out, result + 2 * channels, result + outStride, 0f);
                }
            }
        }
    }

    private void pixel(float[] in, int inOffset, int y, int x, int self, float[] out, int outOffset, int first,
            int end) {
        int channels = spec.in().channels();
        boolean minusMin = spec.difference() == MaxRelative.Difference.SELF_MINUS_NEIGHBOR;
        int row = y * shifts;
        int column = x * shifts;
        int c = first;
        for (; c <= end - GROUP; c += GROUP) {
            if (minusMin) {
                MaxRelativeLoops.selfMinusMin4(in, self + c, inOffset + c, rowOffsets, row, columnOffsets, column,
                        shifts, out, outOffset + c, channels);
            } else {
                MaxRelativeLoops.maxMinusSelf4(in, self + c, inOffset + c, rowOffsets, row, columnOffsets, column,
                        shifts, out, outOffset + c, channels);
            }
        }
        for (; c < end; c += LANES) {
            int d = Math.min(c, end - LANES);
            if (minusMin) {
                MaxRelativeLoops.selfMinusMin1(in, self + d, inOffset + d, rowOffsets, row, columnOffsets, column,
                        shifts, out, outOffset + d, channels);
            } else {
                MaxRelativeLoops.maxMinusSelf1(in, self + d, inOffset + d, rowOffsets, row, columnOffsets, column,
                        shifts, out, outOffset + d, channels);
            }
        }
    }

    /** A pixel with fewer channels than a vector has lanes. */
    private void narrowPixel(float[] in, int inOffset, int y, int x, int self, float[] out, int outOffset) {
        int channels = spec.in().channels();
        byDefinition(spec.difference() == MaxRelative.Difference.SELF_MINUS_NEIGHBOR, in, self, inOffset, rowOffsets,
                y * shifts, columnOffsets, x * shifts, shifts, out, outOffset, channels, channels);
    }

    /** Some channels of a pixel, difference by difference; the arguments are those of {@link MaxRelativeLoops}. */
    static void byDefinition(boolean selfFirst, float[] in, int self, int inOffset, int[] rowOffsets, int row,
            int[] columnOffsets, int column, int shifts, float[] out, int outOffset, int channels, int count) {
        for (int c = 0; c < count; c++) {
            float value = in[self + c];
            float max = 0f;
            for (int s = 0; s < shifts; s++) {
                float neighbor = in[inOffset + rowOffsets[row + s] + columnOffsets[column + s] + c];
                max = Math.max(max, selfFirst ? value - neighbor : neighbor - value);
            }
            out[outOffset + c] = value;
            out[outOffset + channels + c] = max;
        }
    }
}
