package io.github.jvig.kernels.vector.attention;

import static io.github.jvig.kernels.vector.common.VectorConfig.LANES;

import io.github.jvig.kernels.Attention;
import io.github.jvig.kernels.AttentionHeads;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.Partition;
import io.github.jvig.kernels.vector.activation.Epilogues;
import io.github.jvig.kernels.vector.activation.Softmax;
import io.github.jvig.kernels.vector.common.Split;
import io.github.jvig.kernels.vector.common.Transpose;
import io.github.jvig.kernels.vector.common.VectorConfig;
import io.github.jvig.kernels.vector.product.GemmTile;
import io.github.jvig.kernels.vector.product.WeightPanels;
import java.util.Arrays;

/**
 * {@link Attention} as two matrix products on the tiles of the convolutions: queries by keys, which gives the scores, then, after a softmax
 * in place, scores by values. Keys and values of a head are packed into panels for that, in the caller's scratch, where scores and results of
 * a block of queries are, too. Queries that do not fill a tile are done by a last tile that overlaps the one before. Of a map that is divided
 * into windows, the queries are copied as well: a tile wants them at equal distances.
 *
 * <p>A part is a block of the queries of one head in one window. Parts of the same head and window follow each other, and a thread that does
 * several packs the keys and values once, and those of heads that share them, too. A unit is one part or several.
 */
public final class VectorAttention implements Kernel {
    /** Floats of the scores of a block, at most, unless a single tile has more: 128 KiB, a part of a second-level cache. */
    private static final int MAX_SCORES = 1 << 15;
    /** Tiles of a block, at least: packing is work for each block that another thread takes. */
    private static final int MIN_TILES = 4;
    /** With softmax and copies, a multiply-accumulate takes as long as so many of a larger matrix product. */
    private static final long WORK = 4;

    private final Attention spec;
    private final GemmTile tile;
    private final float factor;
    /**
     * By window where these differ, head and query, the biases of its scores, padded to whole vectors with negative infinity, which makes those lanes zero. Without
     * biases one row of zeros, padded alike.
     */
    private final float[] bias;
    /** Of each window, which of the different biases are its own: of shifted windows most have the same. */
    private final int[] biasOf;
    /** First vector of each panel, then the number of all vectors. */
    private final int[] keyColumns;
    private final int[] valueColumns;
    /** Where the pixels of a window lie behind its first. */
    private final int[] queryPixels;
    private final int[] keyPixels;
    private final boolean gathered;
    /** Parts as rows. */
    private final Split split;
    /** Blocks of the queries of a head in a window. */
    private final int blocks;
    /** Offsets into the scratch; keys are at 0. */
    private final int values;
    private final int scores;
    private final int results;
    private final int queries;
    private final int lanes;
    private final int squares;

    public VectorAttention(Attention spec, float[] weight, GemmTile tile) {
        this.spec = spec;
        this.tile = tile;
        factor = (float) spec.scale();
        keyColumns = WeightPanels.split(spec.keys(), tile.vectors);
        valueColumns = WeightPanels.split(spec.valueDim(), tile.vectors);
        queryPixels = spec.partition().pixels(spec.queryMap());
        keyPixels = spec.partition().pixels(spec.keyMap());
        gathered = spec.partition().kind() != Partition.Kind.WHOLE;
        biasOf = new int[spec.windows()];
        bias = padded(spec.byWindow() ? distinct(weight) : weight);
        blocks = blocks();
        split = Split.ofRows(WORK * spec.macs(), spec.heads() * spec.windows() * blocks);
        int tiles = spec.queries() / tile.rows;
        int rows = (tiles + blocks - 1) / blocks * tile.rows + spec.queries() % tile.rows;
        values = Math.multiplyExact(spec.keyDim() + 1, scoreStep());
        scores = Math.addExact(values, Math.multiplyExact(spec.keys() + 1, resultStep()));
        results = Math.addExact(scores, Math.multiplyExact(rows, scoreStep()));
        queries = Math.addExact(results, Math.multiplyExact(rows, resultStep()));
        lanes = Math.addExact(queries, gathered ? Math.multiplyExact(rows, spec.keyDim()) : 0);
        squares = Math.addExact(lanes, LANES);
    }

    /** The biases of windows that differ from those of all before, and which each window has. */
    private float[] distinct(float[] weight) {
        int each = weight.length / biasOf.length;
        float[] result = new float[weight.length];
        int count = 0;
        for (int window = 0; window < biasOf.length; window++) {
            int same = 0;
            while (same < count && !Arrays.equals(weight, window * each, (window + 1) * each, result, same * each,
                    (same + 1) * each)) {
                same++;
            }
            if (same == count) {
                System.arraycopy(weight, window * each, result, count++ * each, each);
            }
            biasOf[window] = same;
        }
        return Arrays.copyOf(result, count * each);
    }

    private float[] padded(float[] weight) {
        int keys = spec.keys();
        int rows = spec.biased() ? weight.length / keys : 1;
        float[] result = new float[Math.multiplyExact(rows, scoreStep())];
        Arrays.fill(result, Float.NEGATIVE_INFINITY);
        for (int row = 0; row < rows; row++) {
            if (spec.biased()) {
                System.arraycopy(weight, row * keys, result, row * scoreStep(), keys);
            } else {
                Arrays.fill(result, 0, keys, 0f);
            }
        }
        return result;
    }

    /** As many as the scores need to stay in a near cache, and more if there would be too few parts for all threads. */
    private int blocks() {
        int tiles = spec.queries() / tile.rows;
        int most = Math.max(1, MAX_SCORES / scoreStep() / tile.rows);
        int forCache = (tiles + most - 1) / most;
        int parts = spec.heads() * spec.windows();
        int wanted = Split.ofRows(WORK * spec.macs(), Integer.MAX_VALUE).units();
        int forThreads = Math.min((wanted + parts - 1) / parts, tiles / MIN_TILES);
        return Math.max(1, Math.max(forCache, forThreads));
    }

    @Override
    public Attention spec() {
        return spec;
    }

    @Override
    public String name() {
        return "f32-attention-" + tile + "-" + VectorConfig.NAME;
    }

    @Override
    public int units() {
        return split.units();
    }

    @Override
    public boolean prefersContiguousUnits() {
        return blocks > 1;
    }

    @Override
    public int scratch() {
        return Math.addExact(squares, Transpose.SQUARE);
    }

    /** Floats of a row of scores. */
    private int scoreStep() {
        return keyColumns[keyColumns.length - 1] * LANES;
    }

    /** Floats of a row of results. */
    private int resultStep() {
        return valueColumns[valueColumns.length - 1] * LANES;
    }

    @Override
    public void run(Operands o, float[] scratch, int offset, int from, int to) {
        int packedWindow = -1;
        int packedHead = -1;
        int end = split.row(to);
        for (int part = split.row(from); part < end; part++) {
            int headAndWindow = part / blocks;
            int head = headAndWindow / spec.windows();
            int window = headAndWindow % spec.windows();
            boolean packed = window == packedWindow;
            int first = spec.partition().firstPixel(spec.keyMap(), window);
            if (!packed || spec.layout().key().channel(head) != spec.layout().key().channel(packedHead)) {
                packKeys(o, head, first, scratch, offset, offset + squares);
            }
            if (!packed || spec.layout().value().channel(head) != spec.layout().value().channel(packedHead)) {
                packValues(o, head, first, scratch, offset + values);
            }
            packedWindow = window;
            packedHead = head;
            block(o, head, window, part % blocks, scratch, offset);
        }
    }

    private void block(Operands o, int head, int window, int block, float[] scratch, int offset) {
        int tiles = spec.queries() / tile.rows;
        int from = (int) ((long) block * tiles / blocks) * tile.rows;
        int to = block + 1 < blocks ? (int) ((block + 1L) * tiles / blocks) * tile.rows : spec.queries();
        int rows = to - from;
        int first = spec.partition().firstPixel(spec.queryMap(), window);
        AttentionHeads.Place place = spec.layout().query();
        int stride = spec.queryMap().stride();
        int query = o.inputOffset(place.input()) + place.channel(head) + first * stride;
        if (gathered) {
            for (int i = 0; i < rows; i++) {
                System.arraycopy(o.input(place.input()), query + queryPixels[from + i] * stride, scratch,
                        offset + queries + i * spec.keyDim(), spec.keyDim());
            }
            product(keyColumns, scratch, offset + queries, spec.keyDim(), rows, spec.keyDim(), scratch, offset,
                    offset + scores, scoreStep());
        } else {
            product(keyColumns, o.input(place.input()), query + from * stride, stride, rows, spec.keyDim(), scratch,
                    offset, offset + scores, scoreStep());
        }
        int row = (biasOf[window] * spec.heads() + head) * spec.queries() + from;
        int biases = spec.biased() ? row * scoreStep() : 0;
        Softmax.rows(scratch, offset + scores, scoreStep(), rows, factor, bias, biases,
                spec.biased() ? scoreStep() : 0, offset + lanes);
        product(valueColumns, scratch, offset + scores, scoreStep(), rows, spec.keys(), scratch, offset + values,
                offset + results, resultStep());
        write(o, head, first, from, rows, scratch, offset + results);
    }

    private void write(Operands o, int head, int first, int from, int rows, float[] scratch, int offset) {
        int stride = spec.out().stride();
        boolean last = head == spec.heads() - 1;
        for (int i = 0; i < rows; i++) {
            int pixel = o.outOffset() + (first + queryPixels[from + i]) * stride;
            System.arraycopy(scratch, offset + i * resultStep(), o.out(), pixel + head * spec.valueDim(),
                    spec.valueDim());
            if (last) {
                Epilogues.clear(o.out(), pixel, stride, 1, spec.out().channels());
            }
        }
    }

    /** The keys as a matrix of {@code keyDim} rows and a column for each key, no bias. */
    private void packKeys(Operands o, int head, int firstPixel, float[] scratch, int to, int spare) {
        AttentionHeads.Place place = spec.layout().key();
        float[] in = o.input(place.input());
        int stride = spec.keyMap().stride();
        int key = o.inputOffset(place.input()) + place.channel(head) + firstPixel * stride;
        Arrays.fill(scratch, to, to + values, 0f);
        for (int p = 0; p < keyColumns.length - 1; p++) {
            int width = (keyColumns[p + 1] - keyColumns[p]) * LANES;
            int first = keyColumns[p] * LANES;
            int panel = to + first * (spec.keyDim() + 1) + width;
            int end = Math.min(first + width, keyPixels.length);
            int next = first;
            for (; !gathered && next <= end - LANES; next += LANES) {
                packSquares(in, key + next * stride, stride, scratch, panel + next - first, width, spare);
            }
            for (; next < end; next++) {
                packKey(in, key + keyPixels[next] * stride, 0, scratch, panel + next - first, width);
            }
        }
    }

    /** As many keys as a vector has floats, one behind the other in the map. */
    private void packSquares(float[] in, int from, int stride, float[] scratch, int to, int width, int spare) {
        int d = 0;
        for (; d <= spec.keyDim() - LANES; d += LANES) {
            Transpose.square(in, from + d, stride, scratch, to + d * width, width, scratch, spare);
        }
        for (int i = 0; i < LANES; i++) {
            packKey(in, from + i * stride, d, scratch, to + i, width);
        }
    }

    /** One key, from one of its channels on. */
    private void packKey(float[] in, int from, int fromChannel, float[] scratch, int to, int width) {
        for (int d = fromChannel; d < spec.keyDim(); d++) {
            scratch[to + d * width] = in[from + d];
        }
    }

    /** The values as a matrix of a row for each key and {@code valueDim} columns, no bias. */
    private void packValues(Operands o, int head, int firstPixel, float[] scratch, int to) {
        AttentionHeads.Place place = spec.layout().value();
        MapLayout map = spec.inputs().get(place.input());
        float[] in = o.input(place.input());
        int value = o.inputOffset(place.input()) + place.channel(head) + firstPixel * map.stride();
        Arrays.fill(scratch, to, to + scores - values, 0f);
        for (int p = 0; p < valueColumns.length - 1; p++) {
            int width = (valueColumns[p + 1] - valueColumns[p]) * LANES;
            int first = valueColumns[p] * LANES;
            int panel = to + first * (keyPixels.length + 1) + width;
            int length = Math.min(width, spec.valueDim() - first);
            for (int j = 0; j < keyPixels.length; j++) {
                System.arraycopy(in, value + keyPixels[j] * map.stride() + first, scratch, panel + j * width, length);
            }
        }
    }

    /** {@code [rows][depth] * panels[depth][...]}. */
    private void product(int[] columns, float[] a, int aOffset, int aRowStride, int rows, int depth, float[] scratch,
            int panels, int to, int step) {
        for (int p = 0; p < columns.length - 1; p++) {
            int panel = panels + columns[p] * LANES * (depth + 1);
            int width = columns[p + 1] - columns[p];
            tile.multiply(rows, width, a, aOffset, aRowStride, depth, scratch, panel, scratch, to + columns[p] * LANES,
                    step);
        }
    }
}
