package io.github.jvig.kernels.vector.depthwise;

import static io.github.jvig.kernels.vector.common.VectorConfig.LANES;

import io.github.jvig.kernels.AlignedFloats;
import io.github.jvig.kernels.Caches;
import io.github.jvig.kernels.DepthwiseConv;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.RowKernel;
import io.github.jvig.kernels.Window;
import io.github.jvig.kernels.vector.activation.Epilogues;
import io.github.jvig.kernels.vector.activation.TileEpilogue;
import io.github.jvig.kernels.vector.common.InteriorRange;
import io.github.jvig.kernels.vector.common.Split;
import io.github.jvig.kernels.vector.common.VectorConfig;

/**
 * {@link DepthwiseConv} with the windows of nearly every net: tiles of some neighboring outputs of a row, or of seven of a column where
 * the window is a column ({@link DepthwiseLoops}, {@link WideDepthwiseLoops}). For seven outputs a row of a 3x3 window is then 21
 * multiply-adds on 12 values from memory, for fourteen 42 on 19, one of 7x7 is 49 on 20 or 98 on 27. That counts: each value from memory
 * takes several instructions. What follows calls the side along which a tile lies <em>along</em>, the other one <em>across</em>.
 *
 * <ul>
 * <li>Windows with more than seven taps along are cut into parts of four to seven, each over all its rows; the sums wait in the output.
 * <li>Outputs are done in bands, a band from its first line to its last before the next one: as many tiles along as leave what a window's rows cover of
 * them in half of the nearest cache. So each row comes from the next cache once, not once for each row of the window.
 * <li>Channels are done in blocks, so that a block's weights stay in the nearest cache, and what a tile reads beside them where that leaves
 * blocks of five vectors and more, six for wide tiles. Blocks are as large as that allows: memory is best read in its order.
 * <li>With dilation along, a tile's outputs are as far apart as the taps, so the loops are the same.
 * </ul>
 */
public final class VectorDepthwiseTiles implements RowKernel {
    /** Columns have one tile: windows of a single column are rare. */
    public static final DepthwiseTile COLUMN_TILE = DepthwiseTile.SEVEN;
    private static final int MAX_TAPS = 7;
    /** Floats of a block's weights: a third of the nearest cache of most machines. */
    private static final int BLOCK_FLOATS = 4096;
    /** Vectors from which a block is worth it: of fewer, what is read from the next cache in one go is too short. */
    private static final int MIN_BLOCK_VECTORS = 5;
    private static final int MIN_WIDE_BLOCK_VECTORS = 6;

    private final DepthwiseConv spec;
    private final String name;
    private final MapLayout map;
    private final Window.Axis along;
    private final Window.Axis across;
    /** Whether tiles are parts of columns. */
    private final boolean columns;
    private final DepthwiseTile tile;
    private final int outputs;
    /** As {@link DepthwiseWeights} has them. */
    private final AlignedFloats weights;
    private final int groupLength;
    private final TileLoops loops;
    /** Channels that are computed, a whole number of vectors. */
    private final int length;
    /** Channels of a block, a whole number of vectors. */
    private final int block;
    /** Outputs along whose windows are inside the map; none where tiles are not side by side in it. */
    private final InteriorRange inside;
    /** Outputs of a band along, a whole number of tiles. */
    private final int band;
    private final TileEpilogue epilogue;
    /** Where the parts of the window start along, and where the last one ends. */
    private final int[] partStarts;
    private final Split split;
    /** For ranges of rows that are too few for tiles of columns; it adds in the same order. Null where tiles are parts of rows. */
    private final VectorDepthwise few;

    private VectorDepthwiseTiles(DepthwiseConv spec, float[] weight, float[] bias, String name, boolean columns,
            DepthwiseTile tile) {
        this.spec = spec;
        this.name = name;
        this.columns = columns;
        this.tile = tile;
        outputs = tile.outputs();
        map = spec.out();
        Window window = spec.window();
        along = columns ? window.rows() : window.columns();
        across = columns ? window.columns() : window.rows();
        int channels = map.channels();
        length = VectorConfig.vectors(channels) * LANES;
        weights = DepthwiseWeights.grouped(weight, bias, channels, window.taps());
        groupLength = DepthwiseWeights.groupLength(window.taps());
        inside = along.dilation() == 1 ? InteriorRange.of(along, along(spec.in())) : InteriorRange.NONE;
        block = blockVectors() * LANES;
        band = bandTiles() * outputs;
        epilogue = TileEpilogue.of(spec.epilogue());
        loops = new TileLoops(along.kernel() * LANES, along.stride(), tile, weights.array(), groupLength,
                epilogue.low());
        partStarts = partStarts(along.kernel());
        // Small windows reuse less of what they load, and run at about half the speed of a matrix product.
        long macs = window.taps() < 25 ? 2 * spec.macs() : spec.macs();
        split = columns
                ? Split.of(macs, map.height(), 2 * outputs * along.dilation() - 1, 1)
                : Split.ofRows(macs, map.height());
        few = columns ? new VectorDepthwise(spec, weight, bias) : null;
    }

    /**
     * A kernel of tiles that are parts of rows.
     *
     * @param tile with which {@link #takesRows} takes the convolution
     */
    public static VectorDepthwiseTiles ofRows(DepthwiseConv spec, float[] weight, float[] bias, String name,
            DepthwiseTile tile) {
        return new VectorDepthwiseTiles(spec, weight, bias, name, false, tile);
    }

    /** A kernel for a convolution that {@link #takesColumns} takes. */
    public static VectorDepthwiseTiles ofColumns(DepthwiseConv spec, float[] weight, float[] bias, String name) {
        return new VectorDepthwiseTiles(spec, weight, bias, name, true, COLUMN_TILE);
    }

    /** Whether there are loops for the window's rows in such tiles, and a row of the output fills one. */
    public static boolean takesRows(DepthwiseConv spec, DepthwiseTile tile) {
        return takes(spec.window().columns(), spec.out().width(), tile);
    }

    /** Whether the window is a single column, there are loops for it, and a column of the output fills a tile. */
    public static boolean takesColumns(DepthwiseConv spec) {
        return spec.window().columns().kernel() == 1 && takes(spec.window().rows(), spec.out().height(), COLUMN_TILE);
    }

    private static boolean takes(Window.Axis axis, int size, DepthwiseTile tile) {
        // The loops for three taps know that no more pixels are outside.
        int reach = axis.kernel() == DepthwiseTile.MIN_TAPS ? axis.extent() - 1 : Integer.MAX_VALUE;
        return tile.takes(axis) && size / axis.dilation() >= tile.outputs() && axis.padBefore() <= reach
                && axis.padAfter() <= reach;
    }

    private int blockVectors() {
        int vectors = length / LANES;
        int most = BLOCK_FLOATS / groupLength;
        int tileFloats = across.kernel() * ((outputs - 1) * along.stride() + along.kernel()) * LANES;
        long l1 = Caches.get().l1() / Float.BYTES;
        if (tile.isWide()) {
            // Of what they read less is needed soon, and shorter reads are not as bad as they are for narrow tiles.
            most = (int) Math.min(most, Math.max(l1 / 2 / tileFloats, MIN_WIDE_BLOCK_VECTORS));
        } else if (l1 * 3 / 4 / tileFloats >= MIN_BLOCK_VECTORS) {
            most = (int) Math.min(most, l1 * 3 / 4 / tileFloats);
        }
        return Math.ceilDiv(vectors, Math.ceilDiv(vectors, Math.max(1, most)));
    }

    /**
     * Bands gain 5 to 18 % on maps of 14x14 and 28x28 with 128 to 512 channels. A map that the second cache does not hold beside its output comes from
     * further off, best in its order: there is one band.
     */
    private int bandTiles() {
        int tiles = Math.ceilDiv(along(map), outputs);
        Caches caches = Caches.get();
        if (2L * spec.in().length() * Float.BYTES > caches.l2()) {
            return tiles;
        }
        long tileFloats = (long) across.kernel() * outputs * along.stride() * block;
        return Math.clamp(caches.l1() / 2 / Float.BYTES / tileFloats, 1, tiles);
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
        if (columns && (to - from) / along.dilation() < outputs) {
            few.rows(in, inOffset, residual, residualOffset, out, outOffset, from, to);
            return;
        }
        for (int c = 0; c < length; c += block) {
            int width = Math.min(block, length - c);
            if (columns) {
                bands(in, inOffset, from, to, 0, map.width(), c, width, residual, residualOffset, out, outOffset);
            } else {
                bands(in, inOffset, 0, map.width(), from, to, c, width, residual, residualOffset, out, outOffset);
            }
        }
        int row = map.width() * map.stride();
        for (int y = from; y < to; y++) {
            Epilogues.clearPadding(spec.epilogue().activation(), out, outOffset + y * row, map, map.width(), length);
        }
    }

    /** Outputs {@code from} to {@code to} along of the lines {@code fromLine} to {@code toLine}, one block of channels. */
    private void bands(float[] in, int inOffset, int from, int to, int fromLine, int toLine, int c, int width,
            float[] residual, int residualOffset, float[] out, int outOffset) {
        int outStep = columns ? map.width() * map.stride() : map.stride();
        int lineStep = columns ? map.stride() : map.width() * map.stride();
        int spacing = along.dilation();
        for (int phase = from; phase < from + spacing; phase++) {
            int all = (to - 1 - phase) / spacing + 1;
            for (int next = 0; next < all; next += band) {
                // The last band begins early enough for a whole tile.
                int first = Math.min(next, all - outputs);
                int count = Math.min(band, all - first);
                int x = phase + first * spacing;
                for (int i = fromLine; i < toLine; i++) {
                    int offset = c + i * lineStep + x * outStep;
                    line(in, inOffset, i, x, count, c, width, out, outOffset + offset, outStep * spacing);
                    Epilogues.apply(epilogue.rest(), residual, residualOffset + offset, out, outOffset + offset,
                            outStep * spacing, count, width);
                }
            }
        }
    }

    /** So many outputs of a line, from output {@code x} on, which is at {@code outOffset}. */
    private void line(float[] in, int inOffset, int i, int x, int count, int c, int width, float[] out, int outOffset,
            int outStep) {
        MapLayout read = spec.in();
        int step = columns ? read.width() * read.stride() : read.stride();
        int acrossStep = columns ? read.stride() : read.width() * read.stride();
        int start = across.start(i);
        int fromTap = VectorDepthwise.firstTap(start, across.dilation());
        int rows = Math.max(0, VectorDepthwise.endTap(start, across.dilation(), across.kernel(),
                columns ? read.width() : read.height()) - fromTap);
        int window = inOffset + c + (start + fromTap * across.dilation()) * acrossStep;
        int tiles;
        for (int next = 0; next < count; next += tiles * outputs) {
            int output = Math.min(next, count - outputs);
            int first = x + output * along.dilation();
            tiles = inside.contains(first) ? Math.max(1, (Math.min(inside.to(), x + count) - first) / outputs) : 1;
            tiles(tiles, in, window, acrossStep * across.dilation(), step, rows, along.start(first), fromTap, c, width,
                    out, outOffset + output * outStep, outStep);
        }
    }

    /**
     * One tile, or some side by side whose windows are all inside the map, part by part of the window. The loops over these are around the loops
     * themselves: all that is in between takes as long as a vector of a tile.
     *
     * @param count     tiles
     * @param rowOffset where pixel 0 along is in the window's first row inside the map
     * @param left      first pixel of the first output's window
     * @param fromTap   first tap across inside the map
     */
    private void tiles(int count, float[] in, int rowOffset, int rowStep, int step, int rows, int left, int fromTap,
            int c, int width, float[] out, int outOffset, int outStep) {
        int size = along(spec.in());
        int spacing = along.dilation();
        int bias = weights.offset() + c / LANES * groupLength;
        for (int part = 0; part < partStarts.length - 1; part++) {
            int tap = partStarts[part];
            int taps = partStarts[part + 1] - tap;
            int first = left + tap * spacing;
            int pixels = (outputs - 1) * along.stride() + taps;
            // Bits for the pixels inside.
            long present = bits(steps(size - first), pixels) & ~bits(steps(-first), pixels);
            int at = rowOffset + first * step;
            int firstTap = (1 + fromTap * along.kernel() + tap) * LANES;
            // Sums are bounded once they are whole.
            float high = part == partStarts.length - 2 ? epilogue.high() : epilogue.low();
            loops.run(count, taps, in, at, rowStep, step * spacing, rows, present, bias, firstTap, width, part == 0,
                    out,
                    outOffset, outStep, high);
        }
    }

    /** How many pixels of a tile lie in so many pixels of the map: without a division where there is no dilation, as tiles can be short. */
    private int steps(int pixels) {
        return along.dilation() == 1 ? pixels : Math.ceilDiv(pixels, along.dilation());
    }

    /** So many ones, at most {@code most}. */
    private static long bits(int count, int most) {
        return (1L << Math.clamp(count, 0, most)) - 1;
    }
}
