package io.github.jvig.kernels.vector;

import io.github.jvig.kernels.Caches;
import io.github.jvig.kernels.Conv2d;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.Window;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * {@link Conv2d} as a matrix product over the depth {@code taps * channels}. The interior, the outputs whose window is inside the input,
 * reads it where it is, through a table of offsets. The windows of the border, all other outputs, are copied into the caller's scratch,
 * with zeros for what is outside, and go through the plain product. An interior narrower than a tile counts as border, and so does every
 * interior with so many output channels that copies cost less than the table ({@link GemmTile#minOutputsToCopy}).
 *
 * <p>The table is worth its loops: by copies, a stem of 3 channels takes four times as long with vectors of 512 bits.
 *
 * <p>Units: first the interior's, then the border's, each in blocks of rows times groups of panels.
 */
final class VectorConv2d implements Kernel {
    /** Tiles of rows for which a panel should stay in the near cache. */
    private static final int BLOCK_TILES = 8;
    /** The same for the border: copied windows take room, too, and with more blocks and less groups of panels they are copied less often. */
    private static final int BORDER_BLOCK_TILES = 2;

    /** Input channels from which a window's pixels are copied at the speed of the cache. Found by measurement. */
    private static final int LONG_RUN = 64;

    private final Conv2d spec;
    /** Kept, since a spec may compute it each time. */
    private final MapLayout out;
    private final GemmTile tile;
    private final WeightPanels panels;
    /** For each step of the depth, its offset from the first element of a window. */
    private final int[] offsets;
    private final InteriorRange rows;
    private final InteriorRange columns;
    /** Indices of the output pixels that are not in the interior. */
    private final int[] borderPixels;
    private final Split interior;
    /** Its rows are tiles of border pixels. */
    private final Split border;

    VectorConv2d(Conv2d spec, float[] weight, float[] bias, GemmTile tile) {
        this.spec = spec;
        out = spec.out();
        this.tile = tile;
        panels = pack(spec, weight, bias, tile);
        int depth = panels.depth();
        offsets = offsets(spec, depth);
        columns = InteriorRange.of(spec.window().columns(), spec.in().width());
        // Long runs of channels are copied faster than short ones, so that copies pay from fewer outputs on.
        int outputsToCopy = spec.in().channels() >= LONG_RUN ? tile.minOutputsToCopy / 2 : tile.minOutputsToCopy;
        boolean copyAll = columns.length() < tile.rows || spec.out().channels() >= outputsToCopy;
        rows = copyAll ? InteriorRange.NONE : InteriorRange.of(spec.window().rows(), spec.in().height());
        int width = out.width();
        borderPixels = IntStream.range(0, out.pixels())
                .filter(p -> !(rows.contains(p / width) && columns.contains(p % width))).toArray();
        long pixelMacs = (long) depth * spec.out().channels();
        interior = Split.of(pixelMacs * rows.length() * columns.length(), rows.length(),
                ceilDiv(BLOCK_TILES * tile.rows, Math.max(1, columns.length())), panels.count());
        // Half as many units as for a plain product, since each copies its windows.
        border = Split.of(pixelMacs * borderPixels.length / 2, ceilDiv(borderPixels.length, tile.rows),
                borderTiles(), panels.count());
    }

    /** Weights that do not fit the second-level cache are read once for each block, so that blocks are as large as their windows may be. */
    private int borderTiles() {
        long l2 = Caches.get().l2();
        long tileBytes = (long) Float.BYTES * tile.rows * panels.depth();
        return (long) Float.BYTES * panels.length() <= l2
                ? BORDER_BLOCK_TILES
                : Math.clamp(l2 / 2 / tileBytes, BORDER_BLOCK_TILES, BLOCK_TILES);
    }

    private static WeightPanels pack(Conv2d spec, float[] weight, float[] bias, GemmTile tile) {
        int channels = spec.in().channels();
        int taps = spec.window().taps();
        int[] order = IntStream.range(0, channels * taps).map(k -> k % channels * taps + k / channels).toArray();
        return WeightPanels.of(weight, spec.out().channels(), order.length, order, bias, tile.vectors);
    }

    private static int[] offsets(Conv2d spec, int depth) {
        MapLayout in = spec.in();
        Window.Axis down = spec.window().rows();
        Window.Axis across = spec.window().columns();
        return IntStream.range(0, depth).map(k -> {
            int tap = k / in.channels();
            int pixel = tap / across.kernel() * down.dilation() * in.width()
                    + tap % across.kernel() * across.dilation();
            return pixel * in.stride() + k % in.channels();
        }).toArray();
    }

    private static int ceilDiv(int a, int b) {
        return (a + b - 1) / b;
    }

    @Override
    public Conv2d spec() {
        return spec;
    }

    @Override
    public String name() {
        return "f32-conv2d-" + tile + "-" + VectorConfig.NAME;
    }

    @Override
    public int units() {
        return interior.units() + border.units();
    }

    /** A block's windows, and one tile of results. */
    @Override
    public int scratch() {
        return (border.maxBlockRows() * panels.depth() + tile.vectors * VectorConfig.LANES) * tile.rows;
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        int copied = -1;
        for (int unit = from; unit < to; unit++) {
            if (unit < interior.units()) {
                interior(o, unit);
                continue;
            }
            int u = unit - interior.units();
            int block = border.block(u);
            int first = border.row(block) * tile.rows;
            int end = Math.min(border.row(block + 1) * tile.rows, borderPixels.length);
            if (block != copied) {
                copyWindows(o, scratch, scratchOffset, first, end);
                copied = block;
            }
            for (int p = border.firstPanel(u); p < border.endPanel(u); p++) {
                borderPanel(o, scratch, scratchOffset, p, first, end);
            }
            if (border.endPanel(u) == panels.count()) {
                for (int i = first; i < end; i++) {
                    Epilogues.clearPadding(spec.epilogue().activation(), o.out(),
                            o.outOffset() + borderPixels[i] * out.stride(), out, 1, panels.channels());
                }
            }
        }
    }

    private void interior(Operands o, int unit) {
        int block = interior.block(unit);
        int first = rows.from() + interior.row(block);
        int end = rows.from() + interior.row(block + 1);
        for (int p = interior.firstPanel(unit); p < interior.endPanel(unit); p++) {
            for (int y = first; y < end; y++) {
                interiorPanel(o, p, y);
            }
        }
        if (interior.endPanel(unit) == panels.count()) {
            for (int y = first; y < end; y++) {
                Epilogues.clearPadding(spec.epilogue().activation(), o.out(),
                        o.outOffset() + (y * out.width() + columns.from()) * out.stride(), out, columns.length(),
                        panels.channels());
            }
        }
    }

    /** One panel of one row of the interior; columns that do not fill a tile are done by a last tile that overlaps the one before. */
    private void interiorPanel(Operands o, int panel, int y) {
        MapLayout in = spec.in();
        Window.Axis across = spec.window().columns();
        int outStride = out.stride();
        int width = panels.width(panel);
        int inRow = o.inOffset() + (spec.window().rows().start(y) * in.width() - across.padBefore()) * in.stride();
        int inRowStride = across.stride() * in.stride();
        for (int next = columns.from(); next < columns.to(); next += tile.rows) {
            int x = Math.min(next, columns.to() - tile.rows);
            int pixel = (y * out.width() + x) * outStride + panels.channel(panel);
            tile.gather(width, o.in(), inRow + x * inRowStride, inRowStride, offsets, panels.data(),
                    panels.offset(panel),
                    o.out(), o.outOffset() + pixel, outStride);
            Epilogues.apply(spec.epilogue(), o.in2(), o.in2Offset() + pixel, o.out(), o.outOffset() + pixel, outStride,
                    tile.rows, width * VectorConfig.LANES);
        }
    }

    /** One panel of some border pixels, by way of the scratch: a tile may have more rows than there are pixels, and these may be apart. */
    private void borderPanel(Operands o, float[] scratch, int scratchOffset, int panel, int first, int end) {
        int depth = panels.depth();
        int results = scratchOffset + border.maxBlockRows() * depth * tile.rows;
        int width = panels.width(panel) * VectorConfig.LANES;
        int rows;
        for (int i = first; i < end; i += rows) {
            rows = tile.rowsFor(end - i, panels.width(panel));
            tile.multiply(rows, panels.width(panel), scratch, scratchOffset + (i - first) * depth, depth, depth,
                    panels.data(), panels.offset(panel), scratch, results, width);
            for (int j = i; j < Math.min(i + rows, end); j++) {
                int pixel = borderPixels[j] * out.stride() + panels.channel(panel);
                System.arraycopy(scratch, results + (j - i) * width, o.out(), o.outOffset() + pixel, width);
                Epilogues.apply(spec.epilogue(), o.in2(), o.in2Offset() + pixel, o.out(), o.outOffset() + pixel, width,
                        1,
                        width);
            }
        }
    }

    private void copyWindows(Operands o, float[] scratch, int scratchOffset, int first, int end) {
        MapLayout in = spec.in();
        Window.Axis down = spec.window().rows();
        Window.Axis across = spec.window().columns();
        int channels = in.channels();
        int to = scratchOffset;
        for (int i = first; i < end; i++) {
            int top = down.start(borderPixels[i] / out.width());
            int left = across.start(borderPixels[i] % out.width());
            for (int ky = 0; ky < down.kernel(); ky++) {
                int y = top + ky * down.dilation();
                for (int kx = 0; kx < across.kernel(); kx++) {
                    int x = left + kx * across.dilation();
                    if (y >= 0 && y < in.height() && x >= 0 && x < in.width()) {
                        System.arraycopy(o.in(), o.inOffset() + (y * in.width() + x) * in.stride(), scratch, to,
                                channels);
                    } else {
                        Arrays.fill(scratch, to, to + channels, 0f);
                    }
                    to += channels;
                }
            }
        }
    }
}
