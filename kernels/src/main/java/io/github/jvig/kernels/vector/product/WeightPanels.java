package io.github.jvig.kernels.vector.product;

import io.github.jvig.kernels.AlignedFloats;
import io.github.jvig.kernels.Caches;
import io.github.jvig.kernels.vector.common.VectorConfig;

/**
 * Weights of a matrix product in the order in which a tile reads them. The outputs, padded to whole vectors, are split into panels
 * of nearly equal width, at most a tile's; a panel is its bias followed by one row per step of the depth.
 *
 * @param depth  rows of each panel without the bias
 * @param columns first output vector of each panel, then the number of all vectors
 * @param offsets where each panel starts in {@code data}, one behind the other
 * @param data    holds them, and perhaps others' weights
 * @param paired  whether the last vector of the last panel holds its outputs twice, in its lower and in its upper half, for two rows at a time
 */
public record WeightPanels(int depth, int[] columns, int[] offsets, float[] data, boolean paired) {
    /** A last-level cache of this size is far away. */
    private static final long FAR_CACHE = 64 << 20;
    /** So many tiles hide the time that a panel takes to come in one go. Found by measurement. */
    private static final int FETCH_TILES = 7;
    /** Floats of a cache line. */
    private static final int LINE = 16;
    /** What was read goes here, since the compiler would leave out a loop without a result. */
    private static float sink;

    /**
     * @param weight   {@code [outputs][depth]}
     * @param order    index of the weight for each step of the depth; null for the order that they have
     * @param bias     null for zero
     * @param maxWidth vectors of the widest panel
     */
    public static WeightPanels of(float[] weight, int outputs, int depth, int[] order, float[] bias, int maxWidth) {
        return of(weight, outputs, depth, order, bias, maxWidth, false);
    }

    /**
     * The same, perhaps with a last vector for two rows.
     *
     * @param paired whether the last vector holds its outputs twice, in its lower and in its upper half, which they must fit
     */
    public static WeightPanels of(float[] weight, int outputs, int depth, int[] order, float[] bias, int maxWidth,
            boolean paired) {
        int[] columns = split(outputs, maxWidth);
        int count = columns.length - 1;
        int[] offsets = new int[count];
        AlignedFloats place = AlignedFloats
                .allocate(Math.multiplyExact(columns[count] * VectorConfig.LANES, depth + 1));
        float[] data = place.array();
        int next = place.offset();
        for (int p = 0; p < count; p++) {
            offsets[p] = next;
            int first = columns[p] * VectorConfig.LANES;
            int width = (columns[p + 1] - columns[p]) * VectorConfig.LANES;
            for (int o = first; o < Math.min(first + width, outputs); o++) {
                int lane = next + o - first;
                data[lane] = bias == null ? 0 : bias[o];
                for (int k = 0; k < depth; k++) {
                    data[lane + (k + 1) * width] = weight[o * depth + (order == null ? k : order[k])];
                }
            }
            next += width * (depth + 1);
        }
        if (paired) {
            int width = (columns[count] - columns[count - 1]) * VectorConfig.LANES;
            for (int end = offsets[count - 1] + width; end <= next; end += width) {
                System.arraycopy(data, end - VectorConfig.LANES, data, end - VectorConfig.LANES / 2,
                        VectorConfig.LANES / 2);
            }
        }
        return new WeightPanels(depth, columns, offsets, data, paired);
    }

    /** First vector of each panel for {@code outputs} outputs, then the number of all vectors. */
    public static int[] split(int outputs, int maxWidth) {
        int vectors = VectorConfig.vectors(outputs);
        int count = (vectors + maxWidth - 1) / maxWidth;
        int[] columns = new int[count + 1];
        for (int p = 0; p < count; p++) {
            columns[p + 1] = columns[p] + vectors / count + (p < vectors % count ? 1 : 0);
        }
        return columns;
    }

    public int count() {
        return offsets.length;
    }

    /** Floats of all panels. */
    public int length() {
        return channels() * (depth + 1);
    }

    /** Whether they are so many that it is worth reading them once only, panel by panel. Found by measurement of whole nets. */
    public boolean exceedNearCache() {
        return Float.BYTES * (long) length() >= Caches.get().l2() / 16;
    }

    /**
     * Whether it pays to {@link #fetch} panels: there are many weights, the last-level cache is far away, as that of a large server is, which
     * dozens of cores share, and a panel is used by many tiles. There a product of 49 pixels gains 5 to 17 %; one of 25 pixels loses 15 %, of a single
     * pixel 24 %.
     *
     * @param tiles tiles for which a panel is read
     */
    public boolean fetchPays(int tiles) {
        return tiles >= FETCH_TILES && exceedNearCache() && Caches.get().last() >= FAR_CACHE;
    }

    /**
     * Reads some panels, so that they are in a near cache when they are used: in one go they come much faster than a product asks for them.
     * Java has no instruction for that.
     */
    public void fetch(int first, int end) {
        fetchFloats(offset(first), offset(end - 1) + length(end - 1));
    }

    /** The same of some floats, from {@code from} to before {@code to}. */
    public void fetchFloats(int from, int to) {
        float a = 0;
        float b = 0;
        float c = 0;
        float d = 0;
        for (int i = from; i < to - 3 * LINE; i += 4 * LINE) {
            a += data[i];
            b += data[i + LINE];
            c += data[i + 2 * LINE];
            d += data[i + 3 * LINE];
        }
        sink = a + b + c + d;
    }

    /** Floats of a panel. */
    public int length(int panel) {
        return width(panel) * VectorConfig.LANES * (depth + 1);
    }

    /** Where a panel starts in the data. */
    public int offset(int panel) {
        return offsets[panel];
    }

    /** Vectors of a panel. */
    public int width(int panel) {
        return columns[panel + 1] - columns[panel];
    }

    /** First output channel of a panel. */
    public int channel(int panel) {
        return columns[panel] * VectorConfig.LANES;
    }

    /** Output channels that the panels write, a whole number of vectors. */
    public int channels() {
        return columns[count()] * VectorConfig.LANES;
    }
}
