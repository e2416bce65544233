package io.github.jvig.kernels.vector.convolution;

import static io.github.jvig.kernels.vector.common.VectorConfig.FLOATS;
import static io.github.jvig.kernels.vector.common.VectorConfig.LANES;

import io.github.jvig.kernels.Conv2d;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.RowKernel;
import io.github.jvig.kernels.Window;
import io.github.jvig.kernels.vector.activation.Epilogues;
import io.github.jvig.kernels.vector.common.Split;
import io.github.jvig.kernels.vector.common.VectorConfig;
import io.github.jvig.kernels.vector.product.GemmTile;
import io.github.jvig.kernels.vector.activation.TileEpilogue;
import java.util.Arrays;
import java.util.stream.IntStream;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * {@link Conv2d} in groups as matrix products, one for each panel of outputs ({@link GroupPanels}). A pointwise convolution reads its input
 * where it is. Otherwise, for each row of outputs, the channels that a panel sees are copied into the caller's scratch, by column, then by
 * row of the window, with zeros for what is outside the input. So each window is one piece of the scratch, and windows next to each other
 * overlap: an element is copied once for each row of the window, not for each tap. (Dilated columns are copied for each tap.)
 *
 * <p>Units are blocks of rows times groups of panels.
 */
public final class VectorGroupedConv implements RowKernel {
    private final Conv2d spec;
    /** Kept, since a spec may compute it each time. */
    private final MapLayout out;
    private final GemmTile tile;
    private final GroupPanels panels;
    /** Whether the outputs of a panel belong to several groups. */
    private final boolean mixed;
    private final TileEpilogue epilogue;
    /** Whether no copy is needed. Its rows are tiles of pixels then. */
    private final boolean pointwise;
    private final Split split;
    /** The column of the input that each column of the scratch holds; it may be outside. */
    private final int[] columns;
    /** Columns of the scratch from one window to the next. */
    private final int columnStep;
    /** The columns of the scratch from which on neighbors are neighbors in the input, too, and inside; and one past the last of them. */
    private final int insideFrom;
    private final int insideTo;
    private final int maxSlice;

    public VectorGroupedConv(Conv2d spec, float[] weight, float[] bias, GemmTile tile) {
        this.spec = spec;
        out = spec.out();
        this.tile = tile;
        epilogue = TileEpilogue.of(spec.epilogue());
        panels = GroupPanels.of(spec, weight, bias, tile);
        Window.Axis across = spec.window().columns();
        maxSlice = Arrays.stream(panels.slices()).max().getAsInt();
        mixed = IntStream.range(0, panels.count()).anyMatch(p -> panels.isMixed(p, spec));
        if (across.dilation() == 1) {
            columnStep = across.stride();
            columns = IntStream.range(0, (out.width() - 1) * across.stride() + across.kernel())
                    .map(i -> i - across.padBefore()).toArray();
        } else {
            columnStep = across.kernel();
            columns = IntStream.range(0, out.width() * across.kernel())
                    .map(i -> across.start(i / across.kernel()) + i % across.kernel() * across.dilation()).toArray();
        }
        insideFrom = Math.clamp(across.padBefore(), 0, columns.length);
        insideTo = across.dilation() == 1
                ? Math.clamp(spec.in().width() + across.padBefore(), insideFrom, columns.length)
                : insideFrom;
        pointwise = spec.window().isPointwise() && out.pixels() >= tile.rows;
        long macs = (long) out.pixels() * panels.length();
        split = Split.of(macs, pointwise ? out.pixels() / tile.rows : out.height(), 1, panels.count());
    }

    @Override
    public Conv2d spec() {
        return spec;
    }

    @Override
    public String name() {
        return "f32-conv2d-grouped-" + tile + "-" + VectorConfig.NAME;
    }

    @Override
    public int units() {
        return split.units();
    }

    /** A panel's windows of a row; behind them what a tile reads that is wider than the map, and its results. */
    @Override
    public int scratch() {
        return pointwise ? 0 : copied() + tile.rows * tile.vectors * LANES;
    }

    private int copied() {
        int beyond = Math.max(0, tile.rows - out.width()) * columnStep;
        return Math.multiplyExact((columns.length + beyond) * spec.window().rows().kernel(), maxSlice);
    }

    @Override
    public int rowScratch() {
        return scratch();
    }

    @Override
    public boolean supportsRowRanges() {
        return !pointwise || out.width() >= tile.rows;
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        for (int unit = from; unit < to; unit++) {
            int block = split.block(unit);
            int first = split.row(block);
            int end = split.row(block + 1);
            if (pointwise) {
                first *= tile.rows;
                end = block + 1 < split.blocks() ? end * tile.rows : out.pixels();
                pixels(o.in(), o.inOffset(), o.in2(), o.in2Offset(), o.out(), o.outOffset(), first, end,
                        split.firstPanel(unit), split.endPanel(unit));
            } else {
                rows(o.in(), o.inOffset(), o.in2(), o.in2Offset(), o.out(), o.outOffset(), scratch, scratchOffset,
                        first, end, split.firstPanel(unit), split.endPanel(unit));
            }
        }
    }

    @Override
    public void rows(float[] in, int inOffset, float[] residual, int residualOffset, float[] result, int outOffset,
            int from, int to) {
        rows(in, inOffset, residual, residualOffset, result, outOffset, new float[rowScratch()], 0, from, to);
    }

    @Override
    public void rows(float[] in, int inOffset, float[] residual, int residualOffset, float[] result, int outOffset,
            float[] scratch, int scratchOffset, int from, int to) {
        if (pointwise) {
            pixels(in, inOffset, residual, residualOffset, result, outOffset, from * out.width(), to * out.width(), 0,
                    panels.count());
        } else {
            rows(in, inOffset, residual, residualOffset, result, outOffset, scratch, scratchOffset, from, to, 0,
                    panels.count());
        }
    }

    /** Some panels of some rows. */
    private void rows(float[] in, int inOffset, float[] residual, int residualOffset, float[] result, int outOffset,
            float[] scratch, int scratchOffset, int from, int to, int firstPanel, int endPanel) {
        Window.Axis down = spec.window().rows();
        int seenFrom = Math.max(down.start(from), 0);
        int seenTo = Math.min(down.start(to - 1) + (down.kernel() - 1) * down.dilation() + 1, spec.in().height());
        boolean apart = staysApart(in, inOffset, seenFrom * spec.in().width(), seenTo * spec.in().width());
        for (int p = firstPanel; p < endPanel; p++) {
            for (int y = from; y < to; y++) {
                copy(in, inOffset, p, scratch, scratchOffset, y);
                row(p, scratch, scratchOffset, residual, residualOffset, result, outOffset, y, apart);
            }
        }
        if (endPanel == panels.count()) {
            clearPadding(result, outOffset, from * out.width(), to * out.width());
        }
    }

    /** Some panels of some pixels of a pointwise convolution, at least as many as the tile has rows. */
    private void pixels(float[] in, int inOffset, float[] residual, int residualOffset, float[] result, int outOffset,
            int first, int end, int firstPanel, int endPanel) {
        boolean apart = staysApart(in, inOffset, first, end);
        for (int p = firstPanel; p < endPanel; p++) {
            pixels(in, inOffset, residual, residualOffset, result, outOffset, p, first, end, apart);
        }
        if (endPanel == panels.count()) {
            clearPadding(result, outOffset, first, end);
        }
    }

    private void clearPadding(float[] result, int outOffset, int first, int end) {
        Epilogues.clearPadding(spec.epilogue().activation(), result, outOffset + first * out.stride(), out, end - first,
                panels.channels());
    }

    /** One panel of some pixels of a pointwise convolution, at least as many as the tile has rows. */
    private void pixels(float[] in, int inOffset, float[] residual, int residualOffset, float[] result, int outOffset,
            int panel, int first, int end, boolean apart) {
        int inStride = spec.in().stride();
        int width = panels.width(panel);
        int next;
        for (int row = first; row < end; row = next) {
            next = epilogue.blockEnd(row, end, tile.rows);
            int to = row * out.stride() + panels.channel(panel);
            multiply(panel, next - row, in, inOffset + row * inStride + panels.first()[panel], inStride,
                    panels.slices()[panel], result, outOffset + to, out.stride(), apart);
            Epilogues.apply(epilogue.rest(), residual, residualOffset + to, result, outOffset + to, out.stride(),
                    next - row, width * LANES);
        }
    }

    /** One panel of one row; columns that do not fill a tile are done by a last tile that overlaps the one before. */
    private void row(int panel, float[] scratch, int scratchOffset, float[] residual, int residualOffset,
            float[] result, int outOffset, int y, boolean apart) {
        if (out.width() < tile.rows) {
            narrowRow(panel, scratch, scratchOffset, residual, residualOffset, result, outOffset, y, apart);
            return;
        }
        int width = panels.width(panel);
        int column = spec.window().rows().kernel() * panels.slices()[panel];
        int next;
        for (int x = 0; x < out.width(); x = next) {
            next = epilogue.blockEnd(x, out.width(), tile.rows);
            int pixel = (y * out.width() + x) * out.stride() + panels.channel(panel);
            multiply(panel, next - x, scratch, scratchOffset + x * columnStep * column, columnStep * column,
                    spec.window().columns().kernel() * column, result, outOffset + pixel, out.stride(), apart);
            Epilogues.apply(epilogue.rest(), residual, residualOffset + pixel, result, outOffset + pixel,
                    out.stride(), next - x, width * LANES);
        }
    }

    /** The same of a row with less pixels than a tile has, by way of the scratch: what is behind the row is computed for nothing. */
    private void narrowRow(int panel, float[] scratch, int scratchOffset, float[] residual, int residualOffset,
            float[] result, int outOffset, int y, boolean apart) {
        int width = panels.width(panel) * LANES;
        int column = spec.window().rows().kernel() * panels.slices()[panel];
        int results = scratchOffset + copied();
        int rows = tile.rowsAtLeast(out.width(), panels.width(panel));
        multiply(panel, rows, scratch, scratchOffset, columnStep * column, spec.window().columns().kernel() * column,
                scratch, results, width, apart);
        for (int x = 0; x < out.width(); x++) {
            int pixel = (y * out.width() + x) * out.stride() + panels.channel(panel);
            System.arraycopy(scratch, results + x * width, result, outOffset + pixel, width);
            Epilogues.apply(epilogue.rest(), residual, residualOffset + pixel, result, outOffset + pixel, width, 1,
                    width);
        }
    }

    /** A tile of a panel, bounded. An infinity or a NaN stays in its group. */
    private void multiply(int panel, int rows, float[] from, int fromOffset, int fromStep, int depth, float[] to,
            int toOffset, int toStep, boolean apart) {
        tile.multiply(rows, panels.width(panel), from, fromOffset, fromStep, depth, panels.data(),
                panels.offsets()[panel], to, toOffset, toStep, epilogue.low(), epilogue.high());
        if (!apart && panels.isMixed(panel, spec)) {
            ownGroups(panel, rows, from, fromOffset, fromStep, to, toOffset, toStep);
        }
    }

    /** Whether nothing in some pixels of the input could get from one group into another: products with zero add up to a number, or no panel has two. */
    private boolean staysApart(float[] in, int inOffset, int fromPixel, int toPixel) {
        if (!mixed) {
            return true;
        }
        int end = inOffset + toPixel * spec.in().stride();
        int i = inOffset + fromPixel * spec.in().stride();
        FloatVector zero = FloatVector.zero(FLOATS);
        FloatVector a = zero;
        FloatVector b = zero;
        FloatVector c = zero;
        FloatVector d = zero;
        for (; i <= end - 4 * LANES; i += 4 * LANES) {
            a = FloatVector.fromArray(FLOATS, in, i).fma(zero, a);
            b = FloatVector.fromArray(FLOATS, in, i + LANES).fma(zero, b);
            c = FloatVector.fromArray(FLOATS, in, i + 2 * LANES).fma(zero, c);
            d = FloatVector.fromArray(FLOATS, in, i + 3 * LANES).fma(zero, d);
        }
        float rest = 0;
        for (; i < end; i++) {
            rest += in[i] * 0;
        }
        return rest == 0 && !a.add(b).add(c.add(d)).test(VectorOperators.IS_NAN).anyTrue();
    }

    private void ownGroups(int panel, int rows, float[] from, int fromOffset, int fromStep, float[] to, int toOffset,
            int toStep) {
        int channel = panels.channel(panel);
        int width = Math.min(panels.width(panel) * LANES, out.channels() - channel);
        for (int r = 0; r < rows; r++) {
            for (int i = 0; i < width; i++) {
                int at = toOffset + r * toStep + i;
                if (Float.isNaN(to[at])) {
                    float sum = panels.ownGroup(panel, spec, from, fromOffset + r * fromStep, channel + i);
                    sum = epilogue.low() < epilogue.high()
                            ? Math.min(Math.max(sum, epilogue.low()), epilogue.high())
                            : sum;
                    to[at] = sum;
                }
            }
        }
    }

    /** The panel's channels of what a row of the output sees. */
    private void copy(float[] from, int fromOffset, int panel, float[] scratch, int scratchOffset, int y) {
        MapLayout in = spec.in();
        Window.Axis down = spec.window().rows();
        int slice = panels.slices()[panel];
        int step = down.kernel() * slice;
        for (int ky = 0; ky < down.kernel(); ky++) {
            int row = down.start(y) + ky * down.dilation();
            int to = scratchOffset + ky * slice;
            if (row < 0 || row >= in.height()) {
                for (int i = 0; i < columns.length; i++) {
                    Arrays.fill(scratch, to + i * step, to + i * step + slice, 0f);
                }
            } else {
                copyRow(from, fromOffset + row * in.width() * in.stride() + panels.first()[panel], scratch, to,
                        step, slice);
            }
        }
    }

    private void copyRow(float[] in, int inOffset, float[] to, int toOffset, int step, int slice) {
        int inStride = spec.in().stride();
        for (int i = 0; i < columns.length; i++) {
            if (i < insideFrom || i >= insideTo) {
                int x = columns[i];
                if (x < 0 || x >= spec.in().width()) {
                    Arrays.fill(to, toOffset + i * step, toOffset + i * step + slice, 0f);
                } else {
                    System.arraycopy(in, inOffset + x * inStride, to, toOffset + i * step, slice);
                }
            }
        }
        int from = insideFrom < insideTo ? inOffset + columns[insideFrom] * inStride : 0;
        int at = toOffset + insideFrom * step;
        if (slice == LANES) {
            copyVectors(in, from, inStride, to, at, step, insideTo - insideFrom);
        } else if (slice == 2 * LANES) {
            copyPairs(in, from, inStride, to, at, step, insideTo - insideFrom);
        } else {
            for (int i = 0; i < insideTo - insideFrom; i++) {
                System.arraycopy(in, from + i * inStride, to, at + i * step, slice);
            }
        }
    }

    /** A vector of each of some pixels. A call of arraycopy takes several times as long as this. */
    private static void copyVectors(float[] in, int inOffset, int inStride, float[] to, int toOffset, int toStride,
            int pixels) {
        for (int i = 0; i < pixels; i++) {
            FloatVector.fromArray(FLOATS, in, inOffset + i * inStride).intoArray(to, toOffset + i * toStride);
        }
    }

    private static void copyPairs(float[] in, int inOffset, int inStride, float[] to, int toOffset, int toStride,
            int pixels) {
        for (int i = 0; i < pixels; i++) {
            int a = inOffset + i * inStride;
            int b = toOffset + i * toStride;
            FloatVector.fromArray(FLOATS, in, a).intoArray(to, b);
            FloatVector.fromArray(FLOATS, in, a + LANES).intoArray(to, b + LANES);
        }
    }
}
