package io.github.jvig.kernels.vector.convolution;

import static io.github.jvig.kernels.vector.common.VectorConfig.LANES;

import io.github.jvig.kernels.Caches;
import io.github.jvig.kernels.Conv2d;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.Machine;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.RowKernel;
import io.github.jvig.kernels.Spec;
import io.github.jvig.kernels.vector.activation.Epilogues;
import io.github.jvig.kernels.vector.common.Split;
import io.github.jvig.kernels.vector.common.VectorConfig;
import io.github.jvig.kernels.vector.product.GemmTile;
import io.github.jvig.kernels.vector.activation.TileEpilogue;
import io.github.jvig.kernels.vector.product.WeightPanels;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * {@link Conv2d} with a window of 3x3 by Winograd's minimal filtering, 2x2 outputs at a time ({@link WinogradScheme}). The inputs of some rows of
 * tiles are transformed into the scratch, for each point of the scheme a matrix of tiles by terms and channels; each is multiplied by its weights;
 * the products of a panel of outputs are transformed back.
 *
 * <p>An infinity or a NaN of one pixel would spread over all outputs of its tile. So where an output is not finite, its row of a panel is
 * computed once more by a {@link VectorConv2d}, which is made when the first such value comes.
 *
 * <p>Of the rows of inputs that a tile sees, its first row of outputs does not depend on the last, nor its second row on the first: so one of
 * them has the same bits by itself.
 *
 * <p>Units: blocks of rows of tiles times groups of panels; where there are many weights, by panels first.
 */
public final class VectorWinogradConv2d implements RowKernel {
    private static final int TILE = WinogradScheme.TILE;
    /** Register tiles of a block: so many use the weights while these are in a near cache. */
    private static final int BLOCK_TILES = 8;
    /** Transforms of fewer channels cost more than the products save. */
    private static final int MIN_CHANNELS = 16;
    /** Tiles that are enough for any weights, and for groups. */
    private static final int MIN_TILES = 25;
    /** With stride 2 there is less to save. */
    private static final int MIN_TILES_STRIDE_2 = 49;
    /** Floats between matrices, so that they do not all start at the same place of a cache; and the last vector of a pixel may reach into them. */
    private static final int GAP = 16;

    private final Conv2d spec;
    /** Kept, since a spec may compute it each time. */
    private final MapLayout out;
    private final GemmTile tile;
    private final WinogradScheme scheme;
    /** The convolution of one group, with the strides of the whole maps. */
    private final Conv2d part;
    /** Weights of each group. */
    private final WinogradWeights[] weights;
    /** The panels of a group; those of all groups are alike. */
    private final WeightPanels panels;
    /** Floats of a pixel that are transformed, a whole number of vectors. */
    private final int channels;
    /** Floats of a term of a tile. With several to a point they must follow each other, since the sum goes over all. */
    private final int term;
    /** Tiles of the map. */
    private final int down;
    private final int across;
    private final Split split;
    private final TileEpilogue epilogue;
    /** For rows of a group with values that are not finite; null until there were such. */
    private final AtomicReferenceArray<VectorConv2d> direct;

    public VectorWinogradConv2d(Conv2d spec, float[] weight, float[] bias, GemmTile tile) {
        this(spec, tile, WinogradWeights.ofGroups(WinogradScheme.of(spec.window()), part(spec), spec.groups(), weight,
                bias, tile.vectors));
    }

    private VectorWinogradConv2d(Conv2d spec, GemmTile tile, WinogradWeights[] weights) {
        this.spec = spec;
        out = spec.out();
        this.tile = tile;
        scheme = WinogradScheme.of(spec.window());
        part = part(spec);
        this.weights = weights;
        panels = weights[0].point(0);
        direct = new AtomicReferenceArray<>(weights.length);
        channels = VectorConfig.vectors(spec.in().channels()) * LANES;
        term = scheme == WinogradScheme.STRIDE_1 ? channels : spec.in().channels();
        down = Math.ceilDiv(out.height(), TILE);
        across = Math.ceilDiv(out.width(), TILE);
        int minRows = Math.ceilDiv(blockTiles() * tile.rows, across);
        int count = spec.groups() * panels.count();
        split = panels.exceedNearCache()
                ? Split.ofPanels(spec.macs(), down, minRows, count)
                : Split.of(spec.macs(), down, minRows, count);
        epilogue = TileEpilogue.of(spec.epilogue());
    }

    private static Conv2d part(Conv2d spec) {
        MapLayout in = spec.in();
        MapLayout out = spec.out();
        return new Conv2d(new MapLayout(in.height(), in.width(), spec.groupChannels(), in.stride()),
                new MapLayout(out.height(), out.width(), out.channels() / spec.groups(), out.stride()), spec.window(),
                1,
                spec.epilogue());
    }

    /** Whether it computes a spec: pixels, and the outputs of each group if there are several, must be whole vectors; groups with stride 1 only. */
    public static boolean takes(Conv2d spec) {
        WinogradScheme scheme = WinogradScheme.of(spec.window());
        boolean groups = scheme == WinogradScheme.STRIDE_1 && groupOutputs(spec) % LANES == 0;
        return scheme != null && (spec.groups() == 1 || groups)
                && spec.in().stride() >= VectorConfig.vectors(spec.in().channels()) * LANES;
    }

    /** Whether it is faster than the direct kernels. Found by measurement. */
    public static boolean pays(Conv2d spec, Machine machine) {
        if (Math.min(spec.groupChannels(), groupOutputs(spec)) < MIN_CHANNELS) {
            return false;
        }
        WinogradScheme scheme = WinogradScheme.of(spec.window());
        // More weights than 9: too many for few tiles, if they come from afar.
        long bytes = (long) Float.BYTES * scheme.terms() * spec.groupChannels() * spec.out().channels();
        long near = machine.caches().l2();
        return scheme == WinogradScheme.STRIDE_1
                ? spec.groups() == 1 && bytes <= near || tiles(spec) >= MIN_TILES
                : bytes <= 2 * near && tiles(spec) >= MIN_TILES_STRIDE_2;
    }

    /** The outputs of a group. */
    public static int groupOutputs(Conv2d spec) {
        return spec.out().channels() / spec.groups();
    }

    /** Tiles of a map. */
    public static int tiles(Conv2d spec) {
        return Math.ceilDiv(spec.out().height(), TILE) * Math.ceilDiv(spec.out().width(), TILE);
    }

    /** Weights that do not fit the second-level cache are read once for each block, so that blocks are as large as their inputs may be. */
    private int blockTiles() {
        long l2 = Caches.get().l2();
        long tileBytes = (long) Float.BYTES * scheme.terms() * channels * tile.rows;
        return Float.BYTES * spec.groups() * weights[0].length() <= l2 / 2
                ? BLOCK_TILES
                : (int) Math.max(l2 / 2 / tileBytes, BLOCK_TILES);
    }

    @Override
    public Conv2d spec() {
        return spec;
    }

    @Override
    public String name() {
        return "f32-conv2d-winograd-" + tile + "-" + VectorConfig.NAME;
    }

    @Override
    public Optional<Kernel> resized(Spec other) {
        return other instanceof Conv2d conv && conv.sharesWeights(spec)
                ? Optional.of(new VectorWinogradConv2d(conv, tile, weights))
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

    /** The matrices of some rows of tiles, and a tile's inputs. */
    private int scratch(int tileRows) {
        int tiles = tileRows * across;
        return Math.addExact(Math.addExact(inputs(tiles), Math.multiplyExact(scheme.points(), productPlane(tiles))),
                scheme.seen * scheme.seen * channels);
    }

    /** And two rows of outputs of a panel. */
    @Override
    public int rowScratch() {
        return scratch(stripRows()) + TILE * out.width() * tile.vectors * LANES;
    }

    /** Rows of tiles that are computed at a time where rows are asked for. */
    private int stripRows() {
        return Math.min(down, Math.ceilDiv(BLOCK_TILES * tile.rows, across));
    }

    /** A row of tiles has to fill a register tile. */
    @Override
    public boolean supportsRowRanges() {
        return across >= tile.rows;
    }

    /** Floats of the matrices of inputs. */
    private int inputs(int tiles) {
        return Math.addExact(Math.multiplyExact(scheme.terms() * term, tiles), scheme.points() * GAP);
    }

    /** Floats from one matrix of products to the next. */
    private int productPlane(int tiles) {
        return tiles * tile.vectors * LANES + GAP;
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        boolean fetch = panels.fetchPays(tiles(spec) / tile.rows) && split.rowsInnermost();
        int transformed = -1;
        int fetched = -1;
        for (int unit = from; unit < to; unit++) {
            int block = split.block(unit);
            int first = split.row(block);
            int end = split.row(block + 1);
            int last = Math.min(end * TILE, out.height());
            if (block != transformed) {
                transform(o.in(), o.inOffset(), scratch, scratchOffset, first, end, 0, spec.in().height());
                transformed = block;
            }
            for (int p = split.firstPanel(unit); p < split.endPanel(unit); p++) {
                panel(o.in(), o.inOffset(), o.in2(), o.in2Offset(), o.out(), o.outOffset(), scratch, scratchOffset, p,
                        first, end, first * TILE, last, fetch && p > fetched);
                fetched = p;
            }
            if (split.endPanel(unit) == split.panels()) {
                clearPadding(o.out(), o.outOffset(), first * TILE, last);
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
        for (int first = from / TILE; first * TILE < to; first = end) {
            end = Math.min(first + stripRows(), Math.ceilDiv(to, TILE));
            int start = Math.max(first * TILE, from);
            int last = Math.min(end * TILE, to);
            transform(in, inOffset, scratch, scratchOffset, first, end, spec.firstInputRow(start),
                    spec.lastInputRow(last - 1) + 1);
            for (int p = 0; p < split.panels(); p++) {
                panel(in, inOffset, residual, residualOffset, result, resultOffset, scratch, scratchOffset, p, first,
                        end, start, last, false);
            }
            clearPadding(result, resultOffset, start, last);
        }
    }

    private void clearPadding(float[] result, int resultOffset, int from, int to) {
        Epilogues.clearPadding(spec.epilogue().activation(), result, resultOffset + from * out.width() * out.stride(),
                out, (to - from) * out.width(), spec.groups() * panels.channels());
    }

    /**
     * The inputs of some rows of tiles.
     *
     * @param top    first row of the input that is there; those before it count as zero
     * @param bottom one past the last
     */
    private void transform(float[] in, int inOffset, float[] scratch, int scratchOffset, int first, int end, int top,
            int bottom) {
        MapLayout map = spec.in();
        int tiles = (end - first) * across;
        int border = scratchOffset + inputs(tiles) + scheme.points() * productPlane(tiles);
        int rowStep = map.width() * map.stride();
        int tile = 0;
        for (int ty = first; ty < end; ty++) {
            int y = spec.window().rows().start(ty * TILE);
            boolean inside = y >= top && y + scheme.seen <= bottom;
            for (int tx = 0; tx < across; tx++) {
                int x = spec.window().columns().start(tx * TILE);
                if (inside && x >= 0 && x + scheme.seen <= map.width()) {
                    scheme.input(in, inOffset + y * rowStep + x * map.stride(), rowStep, map.stride(), scratch,
                            scratchOffset, tiles * term, GAP, tile++, term);
                } else {
                    copy(in, inOffset, y, x, top, bottom, scratch, border);
                    scheme.input(scratch, border, scheme.seen * channels, channels, scratch, scratchOffset,
                            tiles * term, GAP, tile++, term);
                }
            }
        }
    }

    /** Copies the pixels that a tile sees from (y, x) on, with zeros for those that are not there. */
    private void copy(float[] in, int inOffset, int y, int x, int top, int bottom, float[] to, int toOffset) {
        MapLayout map = spec.in();
        for (int r = 0; r < scheme.seen; r++) {
            for (int c = 0; c < scheme.seen; c++) {
                int at = toOffset + (r * scheme.seen + c) * channels;
                boolean inside = y + r >= top && y + r < bottom && x + c >= 0 && x + c < map.width();
                if (inside) {
                    System.arraycopy(in, inOffset + ((y + r) * map.width() + x + c) * map.stride(), to, at, channels);
                } else {
                    Arrays.fill(to, at, at + channels, 0f);
                }
            }
        }
    }

    /** The products of a panel, counted over all groups. */
    private void multiply(float[] scratch, int scratchOffset, int tiles, int panel, boolean fetch) {
        int group = panel / panels.count();
        int p = panel % panels.count();
        int width = panels.width(p);
        int start = scratchOffset + group * part.in().channels();
        int to = scratchOffset + inputs(tiles);
        for (int point = 0; point < scheme.points(); point++) {
            WeightPanels own = weights[group].point(point);
            if (fetch) {
                own.fetch(p, p + 1);
            }
            int step = scheme.terms(point) * term;
            tile.multiply(tiles, width, scratch, start, step, own.depth(), own.data(), own.offset(p), scratch, to,
                    width * LANES);
            start += tiles * step + GAP;
            to += productPlane(tiles);
        }
    }

    /** The outputs of one panel: rows {@code from} to {@code to}, which are those of some rows of tiles or lack one at either end. */
    private void panel(float[] in, int inOffset, float[] residual, int residualOffset, float[] result,
            int resultOffset, float[] scratch, int scratchOffset, int panel, int first, int end, int from, int to,
            boolean fetch) {
        int tiles = (end - first) * across;
        int products = scratchOffset + inputs(tiles);
        multiply(scratch, scratchOffset, tiles, panel, fetch);
        int group = panel / panels.count();
        int p = panel % panels.count();
        int width = panels.width(p) * LANES;
        int outputs = group * part.out().channels();
        for (int ty = first; ty < end; ty++) {
            int top = Math.max(ty * TILE, from);
            int bottom = Math.min(ty * TILE + TILE, to);
            int finite = tileRow(result, resultOffset + outputs + panels.channel(p), scratch,
                    products + (ty - first) * across * width, productPlane(tiles), scratchOffset + scratch(end - first),
                    width, ty, top, bottom);
            for (int y = top; y < bottom; y++) {
                if ((finite >> y % TILE & 1) != 0) {
                    int start = y * out.width() * out.stride() + outputs + panels.channel(p);
                    Epilogues.apply(epilogue.rest(), residual, residualOffset + start, result, resultOffset + start,
                            out.stride(), out.width(), width);
                } else {
                    direct(group).panel(in, inOffset + group * part.in().channels(), residual, residualOffset + outputs,
                            result, resultOffset + outputs, p, y, y + 1);
                }
            }
        }
    }

    /**
     * The sums of a row of tiles, bounded.
     *
     * @param resultOffset where the panel's outputs of the first pixel would be
     * @param spare        where in the scratch there is room for two rows of outputs, if the second is wanted alone
     * @param top          first row of outputs that is wanted
     * @param bottom       one past the last
     * @return whether the first row is finite, in bit 0, and the second, in bit 1
     */
    private int tileRow(float[] result, int resultOffset, float[] scratch, int products, int plane, int spare,
            int width, int tileRow, int top, int bottom) {
        int row = out.width() * out.stride();
        int y = tileRow * TILE;
        boolean alone = top > y;
        float[] to = alone ? scratch : result;
        int toOffset = alone ? spare : resultOffset + y * row;
        int toStep = alone ? width : out.stride();
        int rowStep = alone ? out.width() * width : bottom == y + TILE ? row : 0;
        int finite = 3;
        for (int tx = 0; tx < across; tx++) {
            int x = tx * TILE;
            finite &= scheme.output(scratch, products + tx * width, plane, to, toOffset + x * toStep, rowStep,
                    x + 1 < out.width() ? toStep : 0, width, epilogue.low(), epilogue.high());
        }
        if (alone) {
            for (int x = 0; x < out.width(); x++) {
                System.arraycopy(scratch, spare + rowStep + x * width, result,
                        resultOffset + top * row + x * out.stride(), width);
            }
        }
        return finite;
    }

    /** Made at most once by each thread that asks for it at the same time; all are the same. */
    private VectorConv2d direct(int group) {
        VectorConv2d result = direct.get(group);
        if (result == null) {
            result = VectorConv2d.ofAnyRows(part, weights[group].restored(), weights[group].bias(), tile.vectors);
            direct.set(group, result);
        }
        return result;
    }
}
