package io.github.jvig.kernels.vector.convolution;

import static io.github.jvig.kernels.vector.common.VectorConfig.FLOATS;
import static io.github.jvig.kernels.vector.common.VectorConfig.LANES;

import io.github.jvig.kernels.Caches;
import io.github.jvig.kernels.Conv2d;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.RowKernel;
import io.github.jvig.kernels.Spec;
import io.github.jvig.kernels.vector.activation.Epilogues;
import io.github.jvig.kernels.vector.common.Split;
import io.github.jvig.kernels.vector.common.VectorConfig;
import io.github.jvig.kernels.vector.product.GemmTile;
import io.github.jvig.kernels.vector.product.Tile1x4;
import io.github.jvig.kernels.vector.activation.TileEpilogue;
import io.github.jvig.kernels.vector.product.WeightPanels;
import java.util.Optional;
import java.util.stream.IntStream;
import jdk.incubator.vector.FloatVector;

/**
 * {@link Conv2d} as a matrix product over the depth {@code taps * channels}, which is a few runs of floats in the map or in copied rows
 * ({@link ConvWindows}), in the caller's scratch. How the product reads them is a {@link Reading}.
 *
 * <p>Units: blocks of rows times groups of panels; where there are many weights, by panels first, so that they come from afar once.
 */
public final class VectorConv2d implements RowKernel {
    /** How the product reads its inputs. All give the same bits. */
    private enum Reading {
        /**
         * Run by run, for long ones: sums go on from the output, and each run's weights stay in a near cache for all tiles of a block. Needs
         * outputs that tiles fit.
         */
        RUNS,
        /** Through a table of offsets: for few outputs of short runs. */
        TABLE,
        /** Windows that are copied once more, one behind the other: for narrow maps, and for many outputs of short runs. */
        WINDOWS
    }

    /** Tiles of a block: so many use the weights while these are in a near cache. */
    private static final int BLOCK_TILES = 8;
    /** The same for copied windows of few weights: they take room, too, and with more blocks and fewer groups they are copied less often. */
    private static final int WINDOW_BLOCK_TILES = 2;
    /** The shortest run that is worth a product of its own. Found by measurement. */
    private static final int MIN_RUN = 48;
    /** At most one of so many columns may be computed twice. */
    private static final int MAX_OVERLAP = 8;

    private final Conv2d spec;
    /** Kept, since a spec may compute it each time. */
    private final MapLayout out;
    private final GemmTile tile;
    private final WeightPanels panels;
    private final ConvWindows windows;
    private final Reading reading;
    /** Where each step of the depth is in the copied rows, from a window's first float; null if it is not read by table. */
    private final int[] copiedTable;
    /** The same in the map. */
    private final int[] mapTable;
    /** Rows of outputs that are enough tiles for a block. */
    private final int tilesRows;
    private final Split split;
    private final TileEpilogue epilogue;

    public VectorConv2d(Conv2d spec, float[] weight, float[] bias, GemmTile tile) {
        this(spec, tile, pack(spec, weight, bias, tile.vectors));
    }

    private VectorConv2d(Conv2d spec, GemmTile tile, WeightPanels panels) {
        this.spec = spec;
        out = spec.out();
        this.tile = tile;
        this.panels = panels;
        epilogue = TileEpilogue.of(spec.epilogue());
        reading = reading(ConvWindows.run(spec.in(), spec.window()));
        windows = reading == Reading.WINDOWS
                ? ConvWindows.copied(spec.in(), spec.window(), out.width())
                : ConvWindows.inPlace(spec.in(), spec.window(), out.width(), tile.rows);
        copiedTable = reading == Reading.TABLE ? windows.table(windows.copiedRuns()) : null;
        mapTable = reading == Reading.TABLE ? windows.table(windows.mapRuns()) : null;
        tilesRows = Math.ceilDiv(blockTiles() * tile.rows, out.width());
        // If it copies, each block copies all rows that its first window sees.
        int minRows = windows.anyInMap() ? tilesRows : Math.max(spec.window().rows().kernel(), tilesRows);
        split = reading != Reading.WINDOWS && panels.exceedNearCache()
                ? Split.ofPanels(spec.macs(), out.height(), minRows, panels.count())
                : Split.of(spec.macs(), out.height(), minRows, panels.count());
    }

    /**
     * A slow kernel for single rows of any width, in panels of some width, see {@link #panel(Operands, int, int, int)}.
     *
     * @param panelVectors vectors of the widest panel, at most those of a tile of one row
     */
    static VectorConv2d ofAnyRows(Conv2d spec, float[] weight, float[] bias, int panelVectors) {
        return new VectorConv2d(spec, new Tile1x4(), pack(spec, weight, bias, panelVectors));
    }

    /** Whether a tile computes few outputs of a row twice. */
    public static boolean fits(Conv2d spec, GemmTile tile) {
        int width = spec.out().width();
        int overlap = Math.ceilDiv(width, tile.rows) * tile.rows - width;
        return width >= tile.rows && overlap * MAX_OVERLAP <= width;
    }

    private Reading reading(int run) {
        if (!fits(spec, tile)) {
            return Reading.WINDOWS;
        }
        if (run >= MIN_RUN && tile.rows > 1) {
            return Reading.RUNS;
        }
        return spec.out().channels() < tile.minOutputsToCopy ? Reading.TABLE : Reading.WINDOWS;
    }

    /** Weights that do not fit the second-level cache are read once for each block, so that blocks are as large as their windows may be. */
    private int blockTiles() {
        if (reading != Reading.WINDOWS) {
            return BLOCK_TILES;
        }
        long l2 = Caches.get().l2();
        long tileBytes = (long) Float.BYTES * tile.rows * panels.depth();
        return (long) Float.BYTES * panels.length() <= l2
                ? WINDOW_BLOCK_TILES
                : Math.clamp(l2 / 2 / tileBytes, WINDOW_BLOCK_TILES, BLOCK_TILES);
    }

    private static WeightPanels pack(Conv2d spec, float[] weight, float[] bias, int panelVectors) {
        int channels = spec.in().channels();
        int taps = spec.window().taps();
        int[] order = IntStream.range(0, channels * taps).map(k -> k % channels * taps + k / channels).toArray();
        return WeightPanels.of(weight, spec.out().channels(), order.length, order, bias, panelVectors);
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
    public Optional<Kernel> resized(Spec other) {
        return other instanceof Conv2d conv && conv.sharesWeights(spec)
                ? Optional.of(new VectorConv2d(conv, tile, panels))
                : Optional.empty();
    }

    @Override
    public int units() {
        return split.units();
    }

    @Override
    public int scratch() {
        return scratch(split.maxBlockRows());
    }

    /** A block's rows, and behind them its windows if these are copied, too. */
    private int scratch(int blockRows) {
        int copies = reading == Reading.WINDOWS ? blockRows * out.width() * panels.depth() + LANES : 0;
        return Math.addExact(windows.rows().length(blockRows), copies);
    }

    @Override
    public int rowScratch() {
        return scratch(tilesRows);
    }

    /** A row has to fill a tile. */
    @Override
    public boolean supportsRowRanges() {
        return out.width() >= tile.rows;
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        boolean fetch = panels.fetchPays(out.pixels() / tile.rows) && split.rowsInnermost();
        int copied = -1;
        int fetched = -1;
        for (int unit = from; unit < to; unit++) {
            int block = split.block(unit);
            int first = split.row(block);
            int end = split.row(block + 1);
            if (block != copied) {
                copy(o.in(), o.inOffset(), scratch, scratchOffset, first, end);
                copied = block;
            }
            for (int p = split.firstPanel(unit); p < split.endPanel(unit); p++) {
                panel(o.in(), o.inOffset(), o.in2(), o.in2Offset(), o.out(), o.outOffset(), scratch, scratchOffset, p,
                        first, end, fetch && p > fetched);
                fetched = p;
            }
            if (split.endPanel(unit) == panels.count()) {
                clearPadding(o.out(), o.outOffset(), first, end);
            }
        }
    }

    @Override
    public void rows(float[] in, int inOffset, float[] residual, int residualOffset, float[] result, int resultOffset,
            int from, int to) {
        rows(in, inOffset, residual, residualOffset, result, resultOffset, new float[rowScratch()], 0, from, to);
    }

    @Override
    public void rows(float[] in, int inOffset, float[] residual, int residualOffset, float[] result, int resultOffset,
            float[] scratch, int scratchOffset, int from, int to) {
        int end;
        for (int first = from; first < to; first = end) {
            end = Math.min(first + tilesRows, to);
            copy(in, inOffset, scratch, scratchOffset, first, end);
            for (int p = 0; p < panels.count(); p++) {
                panel(in, inOffset, residual, residualOffset, result, resultOffset, scratch, scratchOffset, p, first,
                        end,
                        false);
            }
            clearPadding(result, resultOffset, first, end);
        }
    }

    /** Some rows of one panel, for a kernel that computes the others in another way. Pad lanes stay. Allocates its work space. */
    void panel(float[] in, int inOffset, float[] residual, int residualOffset, float[] result, int resultOffset,
            int panel, int first, int end) {
        float[] scratch = new float[scratch(end - first)];
        copy(in, inOffset, scratch, 0, first, end);
        panel(in, inOffset, residual, residualOffset, result, resultOffset, scratch, 0, panel, first, end, false);
    }

    /** Where the windows of a block lie in the scratch. */
    private int copies(int scratchOffset, int blockRows) {
        return scratchOffset + windows.rows().length(blockRows);
    }

    private void copy(float[] in, int inOffset, float[] scratch, int scratchOffset, int first, int end) {
        windows.copy(in, inOffset, scratch, scratchOffset, first, end);
        if (reading == Reading.WINDOWS) {
            copyWindows(scratch, scratchOffset, copies(scratchOffset, end - first), end - first);
        }
    }

    private void panel(float[] in, int inOffset, float[] residual, int residualOffset, float[] result, int resultOffset,
            float[] scratch, int scratchOffset, int panel, int first, int end, boolean fetch) {
        switch (reading) {
            case RUNS -> panelOfRuns(in, inOffset, residual, residualOffset, result, resultOffset, scratch,
                    scratchOffset, panel, first, end, fetch);
            case TABLE -> panelByTable(in, inOffset, residual, residualOffset, result, resultOffset, scratch,
                    scratchOffset, panel, first, end);
            case WINDOWS -> panelOfWindows(residual, residualOffset, result, resultOffset, scratch,
                    copies(scratchOffset, end - first), panel, first, end);
        }
    }

    private void clearPadding(float[] result, int resultOffset, int first, int end) {
        Epilogues.clearPadding(spec.epilogue().activation(), result, resultOffset + first * out.width() * out.stride(),
                out, (end - first) * out.width(), panels.channels());
    }

    private void panelOfRuns(float[] in, int inOffset, float[] residual, int residualOffset, float[] result,
            int resultOffset, float[] scratch, int scratchOffset, int panel, int first, int end, boolean fetch) {
        int width = panels.width(panel) * LANES;
        int full = out.width() / tile.rows * tile.rows;
        int runs = windows.mapRuns().length;
        int copied = scratchOffset - windows.copiedOffset(first, 0);
        for (int r = 0; r < runs; r++) {
            if (fetch) {
                panels.fetchFloats(weights(panel, r), weights(panel, r + 1));
            }
            tilesOfRun(in, inOffset, result, resultOffset, scratch, copied, panel, r, first, end, 0, full);
        }
        if (full < out.width()) {
            // Columns that do not fill a tile: a last tile overlaps the one before, and its sums start from the bias once more.
            for (int y = first; y < end; y++) {
                for (int r = 0; r < runs; r++) {
                    tilesOfRun(in, inOffset, result, resultOffset, scratch, copied, panel, r, y, y + 1,
                            out.width() - tile.rows, out.width());
                }
            }
        }
        int start = first * out.width() * out.stride() + panels.channel(panel);
        Epilogues.apply(epilogue.rest(), residual, residualOffset + start, result, resultOffset + start, out.stride(),
                (end - first) * out.width(), width);
    }

    /** Where the weights of a run start; for the one behind the last, where the panel ends. */
    private int weights(int panel, int run) {
        return panels.offset(panel) + (1 + run * windows.run()) * panels.width(panel) * LANES;
    }

    /**
     * Adds one run to the sums of some tiles; the first run starts them.
     *
     * @param copied where the copy of the window of the map's first output would be
     */
    private void tilesOfRun(float[] in, int inOffset, float[] result, int resultOffset, float[] scratch, int copied,
            int panel, int r, int first, int end, int left, int right) {
        int width = panels.width(panel);
        int weights = weights(panel, r);
        int step = windows.pixelStep();
        int run = windows.run();
        int mapRun = inOffset + windows.mapRuns()[r];
        int copiedRun = copied + windows.copiedRuns()[r];
        boolean last = r + 1 == windows.mapRuns().length;
        float low = last ? epilogue.low() : 0;
        float high = last ? epilogue.high() : 0;
        for (int y = first; y < end; y++) {
            int next;
            for (int x = left; x < right; x = next) {
                next = windows.endOfTiles(y, x, right, tile.rows);
                boolean inMap = windows.inMap(y, x);
                float[] a = inMap ? in : scratch;
                int from = inMap ? mapRun + windows.mapOffset(y, x) : copiedRun + windows.copiedOffset(y, x);
                int to = resultOffset + (y * out.width() + x) * out.stride() + panels.channel(panel);
                if (r == 0) {
                    tile.multiply(next - x, width, a, from, step, run, panels.data(), panels.offset(panel), result,
                            to, out.stride(), low, high);
                } else {
                    tile.accumulate(next - x, width, a, from, step, run, panels.data(), weights, result, to,
                            out.stride(), low, high);
                }
            }
        }
    }

    private void panelByTable(float[] in, int inOffset, float[] residual, int residualOffset, float[] result,
            int resultOffset, float[] scratch, int scratchOffset, int panel, int first, int end) {
        int width = panels.width(panel);
        int step = windows.pixelStep();
        for (int y = first; y < end; y++) {
            int past;
            for (int next = 0; next < out.width(); next = past) {
                // A last tile overlaps the one before.
                int x = Math.min(next, out.width() - tile.rows);
                past = windows.endOfTiles(y, x, out.width(), tile.rows);
                boolean inMap = windows.inMap(y, x);
                int from = inMap
                        ? inOffset + windows.mapOffset(y, x)
                        : scratchOffset + windows.copiedOffset(y - first, x);
                int pixel = (y * out.width() + x) * out.stride() + panels.channel(panel);
                tile.gather(past - x, width, inMap ? in : scratch, from, step, inMap ? mapTable : copiedTable,
                        panels.data(), panels.offset(panel), result, resultOffset + pixel, out.stride(), epilogue.low(),
                        epilogue.high());
                Epilogues.apply(epilogue.rest(), residual, residualOffset + pixel, result, resultOffset + pixel,
                        out.stride(), past - x, width * LANES);
            }
        }
    }

    private void panelOfWindows(float[] residual, int residualOffset, float[] result, int resultOffset, float[] scratch,
            int copies, int panel, int first, int end) {
        int depth = panels.depth();
        int width = panels.width(panel);
        int start = first * out.width();
        int pixels = (end - first) * out.width();
        int next;
        for (int i = 0; i < pixels; i = next) {
            next = epilogue.blockEnd(i, pixels, tile.rows);
            int pixel = (start + i) * out.stride() + panels.channel(panel);
            tile.multiply(next - i, width, scratch, copies + i * depth, depth, depth, panels.data(),
                    panels.offset(panel),
                    result, resultOffset + pixel, out.stride(), epilogue.low(), epilogue.high());
            Epilogues.apply(epilogue.rest(), residual, residualOffset + pixel, result, resultOffset + pixel,
                    out.stride(), next - i, width * LANES);
        }
    }

    /** Copies a block's windows from its rows, in the order that {@link PaddedRows#copyVectors} asks for. */
    private void copyWindows(float[] scratch, int rowsOffset, int copies, int outRows) {
        int depth = panels.depth();
        int run = windows.run();
        int[] runs = windows.copiedRuns();
        int step = windows.pixelStep();
        for (int y = 0; y < outRows; y++) {
            int a = rowsOffset + windows.copiedOffset(y, 0);
            int b = copies + y * out.width() * depth;
            if (run < LANES) {
                copyShortRuns(scratch, a, step, runs, b, run, out.width());
            } else {
                for (int v = PaddedRows.lastVector(run); v >= 0; v -= LANES) {
                    for (int r = 0; r < runs.length; r++) {
                        PaddedRows.copyVectors(scratch, a + runs[r] + v, step, scratch, b + r * run + v, depth,
                                out.width());
                    }
                }
            }
        }
    }

    /** Window by window, since each vector reaches into the next run. */
    private static void copyShortRuns(float[] scratch, int from, int pixelStep, int[] runs, int to, int run,
            int windows) {
        int a = from;
        int b = to;
        for (int x = 0; x < windows; x++) {
            for (int start : runs) {
                FloatVector.fromArray(FLOATS, scratch, a + start).intoArray(scratch, b);
                b += run;
            }
            a += pixelStep;
        }
    }
}
