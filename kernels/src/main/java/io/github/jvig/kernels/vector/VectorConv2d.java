package io.github.jvig.kernels.vector;

import io.github.jvig.kernels.Conv2d;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.Packing;
import io.github.jvig.kernels.Window;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * {@link Conv2d} as a matrix product over the depth {@code taps * channels}. Outputs whose window lies inside the input, the core,
 * read it where it is, through a table of offsets. The windows of the others, the rim, are copied into the caller's scratch, with zeros
 * for what lies outside, and go through the plain product. A core narrower than a tile is given to the rim, and so is every core where
 * there are so many outputs that the copies cost less than the table ({@link GemmTile#copyFrom}).
 *
 * <p>Units: first the core's, then the rim's, each in blocks of rows times groups of panels.
 */
final class VectorConv2d implements Kernel {
    /** Tiles of rows that a panel should serve from the near cache. */
    private static final int BLOCK = 8;
    /** The same for the rim, less: copied windows take room, too, and more blocks in place of groups of panels copy them less often. */
    private static final int RIM_BLOCK = 2;

    private final Conv2d spec;
    /** Asked for once: a spec may make it anew each time. */
    private final MapLayout out;
    private final GemmTile tile;
    private final WeightPanels panels;
    /** From the first element of a window to each one of the depth. */
    private final int[] offsets;
    private final InteriorRange rows;
    private final InteriorRange columns;
    /** Numbers of the output pixels that are not in the core. */
    private final int[] rim;
    private final Split core;
    /** In batches of as many pixels as the tile has rows. */
    private final Split batches;

    VectorConv2d(Conv2d spec, float[] weight, float[] bias, GemmTile tile) {
        this.spec = spec;
        out = spec.out();
        this.tile = tile;
        panels = pack(spec, weight, bias, tile);
        int depth = panels.depth();
        offsets = offsets(spec, depth);
        columns = InteriorRange.of(spec.window(), spec.in().width());
        boolean copyAll = columns.length() < tile.rows || spec.out().channels() >= tile.copyFrom;
        rows = copyAll ? InteriorRange.NONE : InteriorRange.of(spec.window(), spec.in().height());
        int width = out.width();
        rim = IntStream.range(0, out.pixels())
                .filter(p -> !(rows.contains(p / width) && columns.contains(p % width))).toArray();
        long pixelMacs = (long) depth * spec.out().channels();
        core = Split.of(pixelMacs * rows.length() * columns.length(), rows.length(),
                ceilDiv(BLOCK * tile.rows, Math.max(1, columns.length())), panels.count());
        // Half as many units as of a plain product, since each copies its windows.
        batches = Split.of(pixelMacs * rim.length / 2, ceilDiv(rim.length, tile.rows),
                RIM_BLOCK, panels.count());
    }

    private static WeightPanels pack(Conv2d spec, float[] weight, float[] bias, GemmTile tile) {
        int channels = spec.in().channels();
        int taps = spec.window().kernel() * spec.window().kernel();
        Packing.check(spec, weight, Math.multiplyExact(channels, taps), bias);
        int[] order = IntStream.range(0, channels * taps).map(k -> k % channels * taps + k / channels).toArray();
        return WeightPanels.of(weight, spec.out().channels(), order.length, order, bias, tile.vectors);
    }

    private static int[] offsets(Conv2d spec, int depth) {
        MapLayout in = spec.in();
        Window w = spec.window();
        return IntStream.range(0, depth).map(k -> {
            int tap = k / in.channels();
            int pixel = (tap / w.kernel() * in.width() + tap % w.kernel()) * w.dilation();
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
        return core.units() + batches.units();
    }

    /** A block's windows, and one tile of results. */
    @Override
    public int scratch() {
        return (batches.largestBlock() * panels.depth() + tile.vectors * VectorConfig.LANES) * tile.rows;
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        int copied = -1;
        for (int unit = from; unit < to; unit++) {
            if (unit < core.units()) {
                core(o, unit);
                continue;
            }
            int u = unit - core.units();
            int block = batches.block(u);
            int first = batches.row(block) * tile.rows;
            int end = Math.min(batches.row(block + 1) * tile.rows, rim.length);
            if (block != copied) {
                copyWindows(o, scratch, scratchOffset, first, end);
                copied = block;
            }
            for (int p = batches.firstPanel(u); p < batches.lastPanel(u); p++) {
                rimPanel(o, scratch, scratchOffset, p, first, end);
            }
            if (batches.lastPanel(u) == panels.count()) {
                for (int i = first; i < end; i++) {
                    Epilogues.clear(o.out(), o.outOffset() + rim[i] * out.stride(), out.stride(), 1,
                            panels.channels());
                }
            }
        }
    }

    private void core(Operands o, int unit) {
        int outStride = out.stride();
        int block = core.block(unit);
        int first = rows.from() + core.row(block);
        int end = rows.from() + core.row(block + 1);
        for (int p = core.firstPanel(unit); p < core.lastPanel(unit); p++) {
            for (int y = first; y < end; y++) {
                corePanel(o, p, y);
            }
        }
        if (core.lastPanel(unit) == panels.count()) {
            for (int y = first; y < end; y++) {
                Epilogues.clear(o.out(), o.outOffset() + (y * out.width() + columns.from()) * outStride, outStride,
                        columns.length(), panels.channels());
            }
        }
    }

    /** One panel of one row of the core; columns that do not fill a tile are done by the last full tile moved left. */
    private void corePanel(Operands o, int panel, int y) {
        MapLayout in = spec.in();
        Window w = spec.window();
        int outStride = out.stride();
        int width = panels.width(panel);
        int inRow = o.inOffset() + ((y * w.stride() - w.padding()) * in.width() - w.padding()) * in.stride();
        int inRowStride = w.stride() * in.stride();
        for (int next = columns.from(); next < columns.to(); next += tile.rows) {
            int x = Math.min(next, columns.to() - tile.rows);
            int at = (y * out.width() + x) * outStride + panels.channel(panel);
            tile.gather(width, o.in(), inRow + x * inRowStride, inRowStride, offsets, panels.data(), panels.at()[panel],
                    o.out(),
                    o.outOffset() + at, outStride);
            Epilogues.apply(spec.epilogue(), o.in2(), o.in2Offset() + at, o.out(), o.outOffset() + at, outStride,
                    tile.rows, width * VectorConfig.LANES);
        }
    }

    /** One panel of some pixels of the rim, by way of the scratch: a tile's rows may be more than there are, and lie apart. */
    private void rimPanel(Operands o, float[] scratch, int scratchOffset, int panel, int first, int end) {
        int depth = panels.depth();
        int results = scratchOffset + batches.largestBlock() * depth * tile.rows;
        int width = panels.width(panel) * VectorConfig.LANES;
        int rows;
        for (int i = first; i < end; i += rows) {
            rows = tile.rowsFor(end - i, panels.width(panel));
            tile.multiply(rows, panels.width(panel), scratch, scratchOffset + (i - first) * depth, depth, depth,
                    panels.data(),
                    panels.at()[panel], scratch, results, width);
            for (int j = i; j < Math.min(i + rows, end); j++) {
                int at = rim[j] * out.stride() + panels.channel(panel);
                System.arraycopy(scratch, results + (j - i) * width, o.out(), o.outOffset() + at, width);
                Epilogues.apply(spec.epilogue(), o.in2(), o.in2Offset() + at, o.out(), o.outOffset() + at, width, 1,
                        width);
            }
        }
    }

    private void copyWindows(Operands o, float[] scratch, int scratchOffset, int first, int end) {
        MapLayout in = spec.in();
        Window w = spec.window();
        int channels = in.channels();
        int to = scratchOffset;
        for (int i = first; i < end; i++) {
            int top = rim[i] / out.width() * w.stride() - w.padding();
            int left = rim[i] % out.width() * w.stride() - w.padding();
            for (int ky = 0; ky < w.kernel(); ky++) {
                int y = top + ky * w.dilation();
                for (int kx = 0; kx < w.kernel(); kx++) {
                    int x = left + kx * w.dilation();
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
