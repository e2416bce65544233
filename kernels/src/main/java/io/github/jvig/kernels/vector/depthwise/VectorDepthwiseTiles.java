package io.github.jvig.kernels.vector.depthwise;

import static io.github.jvig.kernels.vector.common.VectorConfig.LANES;

import io.github.jvig.kernels.Caches;
import io.github.jvig.kernels.DepthwiseConv;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.RowKernel;
import io.github.jvig.kernels.Window;
import io.github.jvig.kernels.vector.activation.Epilogues;
import io.github.jvig.kernels.vector.common.Split;
import io.github.jvig.kernels.vector.common.VectorConfig;

/**
 * {@link DepthwiseConv} with the windows of nearly every net: tiles of seven neighboring outputs of a row, or of a column where the window
 * is a column ({@link DepthwiseLoops}). A row of a 3x3 window is then 21 multiply-adds on 12 values from memory, one of 7x7 is 49 on 20,
 * which counts, since loads are the limit. What follows calls the side along which a tile lies <em>along</em>, the other one
 * <em>across</em>.
 *
 * <ul>
 * <li>Windows with more than seven taps along are cut into parts of four to seven, each over all its rows; the sums wait in the output.
 * <li>Channels are done in blocks, so that a block's weights stay in the nearest cache, and the rows of the map that a window covers beside them where
 * that leaves blocks of five vectors and more. Blocks are as large as that allows: memory is best read in its order.
 * <li>With dilation along, a tile's outputs are as far apart as the taps, so the loops are the same.
 * </ul>
 */
public final class VectorDepthwiseTiles implements RowKernel {
    /** Outputs of a tile. */
    public static final int OUTPUTS = 7;
    private static final int MIN_TAPS = 3;
    private static final int MAX_TAPS = 7;
    /** Floats of a block's weights: a third of the nearest cache of most machines. */
    private static final int BLOCK_FLOATS = 4096;
    /**
     * Vectors from which a block is worth it. Of maps of 14x14x480 and 14x14x576, for which it has nine, blocks gain 18 % on 3x3; of 28x28x128, for
     * which it would have four, they lose 20 %, as what is read from the next cache in one go is too short.
     */
    private static final int MIN_BLOCK_VECTORS = 5;

    private final DepthwiseConv spec;
    private final String name;
    private final MapLayout map;
    private final Window.Axis along;
    private final Window.Axis across;
    /** Whether tiles are parts of columns. */
    private final boolean columns;
    /** As {@link DepthwiseWeights} has them. */
    private final float[] weights;
    private final int groupLength;
    /** Channels that are computed, a whole number of vectors. */
    private final int length;
    /** Channels of a block, a whole number of vectors. */
    private final int block;
    /** Where the parts of the window start along, and where the last one ends. */
    private final int[] partStarts;
    private final Split split;
    /** For ranges of rows that are too few for tiles of columns; it adds in the same order. Null where tiles are parts of rows. */
    private final VectorDepthwise few;

    private VectorDepthwiseTiles(DepthwiseConv spec, float[] weight, float[] bias, String name, boolean columns) {
        this.spec = spec;
        this.name = name;
        this.columns = columns;
        map = spec.out();
        Window window = spec.window();
        along = columns ? window.rows() : window.columns();
        across = columns ? window.columns() : window.rows();
        int channels = map.channels();
        length = VectorConfig.vectors(channels) * LANES;
        weights = DepthwiseWeights.grouped(weight, bias, channels, window.taps());
        groupLength = DepthwiseWeights.groupLength(window.taps());
        block = Math.clamp(blockVectors(), 1, length / LANES) * LANES;
        partStarts = partStarts(along.kernel());
        // Small windows reuse less of what they load, and run at about half the speed of a matrix product.
        long macs = window.taps() < 25 ? 2 * spec.macs() : spec.macs();
        split = columns
                ? Split.of(macs, map.height(), 2 * OUTPUTS * along.dilation() - 1, 1)
                : Split.ofRows(macs, map.height());
        few = columns ? new VectorDepthwise(spec, weight, bias) : null;
    }

    /** A kernel for a convolution that {@link #takesRows} takes. */
    public static VectorDepthwiseTiles ofRows(DepthwiseConv spec, float[] weight, float[] bias, String name) {
        return new VectorDepthwiseTiles(spec, weight, bias, name, false);
    }

    /** A kernel for a convolution that {@link #takesColumns} takes. */
    public static VectorDepthwiseTiles ofColumns(DepthwiseConv spec, float[] weight, float[] bias, String name) {
        return new VectorDepthwiseTiles(spec, weight, bias, name, true);
    }

    /** Whether there are loops for the window's rows, and a row of the output fills a tile. */
    public static boolean takesRows(DepthwiseConv spec) {
        return takes(spec.window().columns(), spec.out().width());
    }

    /** Whether the window is a single column, there are loops for it, and a column of the output fills a tile. */
    public static boolean takesColumns(DepthwiseConv spec) {
        return spec.window().columns().kernel() == 1 && takes(spec.window().rows(), spec.out().height());
    }

    private static boolean takes(Window.Axis axis, int outputs) {
        int taps = axis.kernel();
        boolean loop = switch (axis.stride()) {
            case 1 -> taps >= MIN_TAPS;
            case 2 -> axis.dilation() == 1 && (taps == 3 || taps == 5 || taps == 7);
            default -> false;
        };
        int reach = taps == MIN_TAPS ? axis.extent() - 1 : Integer.MAX_VALUE;
        return loop && outputs / axis.dilation() >= OUTPUTS && axis.padBefore() <= reach && axis.padAfter() <= reach;
    }

    private int blockVectors() {
        int weightsFit = BLOCK_FLOATS / groupLength;
        int windowFloats = across.kernel() * along(spec.in()) * LANES;
        long windowsFit = Caches.get().l1() / 2 / Float.BYTES / windowFloats;
        return windowsFit < MIN_BLOCK_VECTORS ? weightsFit : (int) Math.min(weightsFit, windowsFit);
    }

    /** Pixels of a map along. */
    private int along(MapLayout of) {
        return columns ? of.height() : of.width();
    }

    /** As few parts as there can be, alike but for one tap. */
    private static int[] partStarts(int taps) {
        int parts = Math.ceilDiv(taps, MAX_TAPS);
        int[] starts = new int[parts + 1];
        for (int i = 0; i <= parts; i++) {
            starts[i] = i * taps / parts;
        }
        return starts;
    }

    @Override
    public DepthwiseConv spec() {
        return spec;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int units() {
        return split.units();
    }

    @Override
    public boolean prefersContiguousUnits() {
        return block < length;
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        rows(o.in(), o.inOffset(), o.in2(), o.in2Offset(), o.out(), o.outOffset(), split.row(from), split.row(to));
    }

    @Override
    public void rows(float[] in, int inOffset, float[] residual, int residualOffset, float[] out, int outOffset,
            int from, int to) {
        if (columns && (to - from) / along.dilation() < OUTPUTS) {
            few.rows(in, inOffset, residual, residualOffset, out, outOffset, from, to);
            return;
        }
        int row = map.width() * map.stride();
        for (int c = 0; c < length; c += block) {
            int width = Math.min(block, length - c);
            if (columns) {
                for (int x = 0; x < map.width(); x++) {
                    line(in, inOffset, x, from, to, c, width, out, outOffset);
                }
            }
            for (int y = from; y < to; y++) {
                if (!columns) {
                    line(in, inOffset, y, 0, map.width(), c, width, out, outOffset);
                }
                int offset = y * row + c;
                Epilogues.apply(spec.epilogue(), residual, residualOffset + offset, out, outOffset + offset,
                        map.stride(), map.width(), width);
            }
        }
        for (int y = from; y < to; y++) {
            Epilogues.clearPadding(spec.epilogue().activation(), out, outOffset + y * row, map, map.width(), length);
        }
    }

    /** Outputs {@code from} to {@code to} of a row, or of a column; one block of channels. */
    private void line(float[] in, int inOffset, int i, int from, int to, int c, int width, float[] out,
            int outOffset) {
        MapLayout read = spec.in();
        int step = columns ? read.width() * read.stride() : read.stride();
        int acrossStep = columns ? read.stride() : read.width() * read.stride();
        int outStep = columns ? map.width() * map.stride() : map.stride();
        int start = across.start(i);
        int fromTap = VectorDepthwise.firstTap(start, across.dilation());
        int rows = Math.max(0, VectorDepthwise.endTap(start, across.dilation(), across.kernel(),
                columns ? read.width() : read.height()) - fromTap);
        int window = inOffset + c + (start + fromTap * across.dilation()) * acrossStep;
        int result = outOffset + c + i * (columns ? map.stride() : map.width() * map.stride());
        int spacing = along.dilation();
        for (int phase = from; phase < from + spacing; phase++) {
            int last = to - 1 - (to - 1 - phase) % spacing - (OUTPUTS - 1) * spacing;
            for (int next = phase; next < last + OUTPUTS * spacing; next += OUTPUTS * spacing) {
                int j = Math.min(next, last);
                tile(in, window, acrossStep * across.dilation(), step, rows, along.start(j), fromTap, c, width, out,
                        result + j * outStep, outStep * spacing);
            }
        }
    }

    /**
     * One tile, part by part of the window.
     *
     * @param rowOffset where pixel 0 along is in the window's first row inside the map
     * @param left      first pixel of the first output's window
     * @param fromTap   first tap across inside the map
     */
    private void tile(float[] in, int rowOffset, int rowStep, int step, int rows, int left, int fromTap, int c,
            int width, float[] out, int outOffset, int outStep) {
        int size = along(spec.in());
        int spacing = along.dilation();
        int bias = c / LANES * groupLength;
        for (int part = 0; part < partStarts.length - 1; part++) {
            int tap = partStarts[part];
            int taps = partStarts[part + 1] - tap;
            int first = left + tap * spacing;
            int pixels = (OUTPUTS - 1) * along.stride() + taps;
            // Bits for the pixels inside.
            int present = bits(steps(size - first), pixels) & ~bits(steps(-first), pixels);
            int at = rowOffset + first * step;
            int firstTap = (1 + fromTap * along.kernel() + tap) * LANES;
            if (along.stride() == 1) {
                stride1(taps, in, at, rowStep, step * spacing, rows, present, bias, firstTap, width, part == 0, out,
                        outOffset, outStep);
            } else {
                stride2(taps, in, at, rowStep, step * spacing, rows, present, bias, firstTap, width, part == 0, out,
                        outOffset, outStep);
            }
        }
    }

    /** How many pixels of a tile lie in so many pixels of the map: without a division where there is no dilation, as tiles can be short. */
    private int steps(int pixels) {
        return along.dilation() == 1 ? pixels : Math.ceilDiv(pixels, along.dilation());
    }

    /** So many ones, at most {@code most}. */
    private static int bits(int count, int most) {
        return (1 << Math.clamp(count, 0, most)) - 1;
    }

    /** One part, with stride 1. Apart from stride 2 so that C2 inlines it: a method must not have more than 325 bytes for that. */
    private void stride1(int taps, float[] in, int at, int rowStep, int step, int rows, int present, int bias,
            int firstTap, int width, boolean first, float[] out, int outOffset, int outStep) {
        int weightStep = along.kernel() * LANES;
        switch (taps) {
            case 3 -> DepthwiseLoops.taps3s1(in, at, rowStep, step, rows, present, weights, bias, firstTap,
                    groupLength, width, out, outOffset, outStep);
            case 4 -> DepthwiseLoops.taps4s1(in, at, rowStep, step, rows, present, weights, bias, firstTap,
                    weightStep, groupLength, width, first, out, outOffset, outStep);
            case 5 -> DepthwiseLoops.taps5s1(in, at, rowStep, step, rows, present, weights, bias, firstTap,
                    weightStep, groupLength, width, first, out, outOffset, outStep);
            case 6 -> DepthwiseLoops.taps6s1(in, at, rowStep, step, rows, present, weights, bias, firstTap,
                    weightStep, groupLength, width, first, out, outOffset, outStep);
            default -> DepthwiseLoops.taps7s1(in, at, rowStep, step, rows, present, weights, bias, firstTap,
                    weightStep, groupLength, width, first, out, outOffset, outStep);
        }
    }

    private void stride2(int taps, float[] in, int at, int rowStep, int step, int rows, int present, int bias,
            int firstTap, int width, boolean first, float[] out, int outOffset, int outStep) {
        int weightStep = along.kernel() * LANES;
        switch (taps) {
            case 3 -> DepthwiseLoops.taps3s2(in, at, rowStep, step, rows, present, weights, bias, firstTap,
                    groupLength, width, out, outOffset, outStep);
            case 5 -> DepthwiseLoops.taps5s2(in, at, rowStep, step, rows, present, weights, bias, firstTap,
                    weightStep, groupLength, width, first, out, outOffset, outStep);
            default -> DepthwiseLoops.taps7s2(in, at, rowStep, step, rows, present, weights, bias, firstTap,
                    weightStep, groupLength, width, first, out, outOffset, outStep);
        }
    }
}
