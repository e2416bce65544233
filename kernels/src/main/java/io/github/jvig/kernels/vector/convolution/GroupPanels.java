package io.github.jvig.kernels.vector.convolution;

import io.github.jvig.kernels.AlignedFloats;
import io.github.jvig.kernels.Conv2d;
import io.github.jvig.kernels.vector.common.VectorConfig;
import io.github.jvig.kernels.vector.product.GemmTile;

/**
 * The weights of a convolution in groups, in panels of whole vectors of outputs. A panel sees the input channels of those groups that its
 * outputs belong to, one slice of a pixel; a weight that connects an output to another group's channel is zero. So vectors that hold several
 * groups, or parts of them, multiply by zeros in vain, and in return the loops are those of a dense convolution. Where an infinity or a NaN
 * meets such a zero, the output is computed once more from its own group ({@link #ownGroup}).
 *
 * @param columns first output vector of each panel, then the number of all vectors
 * @param first   first input channel of each panel's slice
 * @param slices  input channels of each panel's slice
 * @param offsets where each panel starts in {@code data}: its bias, then one row of weights for each column of the window, row of it
 *                and channel of the slice
 * @param data    bias and weights, and perhaps others' weights
 * @param length  floats of all panels
 */
public record GroupPanels(int[] columns, int[] first, int[] slices, int[] offsets, float[] data, int length) {
    /**
     * Panels of the width that makes the least work.
     *
     * @param weight {@code [out][in / groups][taps]}
     * @param bias   null for zero
     */
    static GroupPanels of(Conv2d spec, float[] weight, float[] bias, GemmTile tile) {
        int width = width(spec, tile);
        int vectors = VectorConfig.vectors(spec.out().channels());
        int count = Math.ceilDiv(vectors, width);
        int[] columns = new int[count + 1];
        int[] first = new int[count];
        int[] slices = new int[count];
        int[] offsets = new int[count];
        int length = 0;
        for (int p = 0; p < count; p++) {
            columns[p + 1] = Math.min(columns[p] + width, vectors);
            first[p] = firstInput(spec, columns[p]);
            slices[p] = endInput(spec, columns[p + 1]) - first[p];
            offsets[p] = length;
            int rows = Math.addExact(1, Math.multiplyExact(spec.window().taps(), slices[p]));
            length = Math.addExact(length,
                    Math.multiplyExact(rows, (columns[p + 1] - columns[p]) * VectorConfig.LANES));
        }
        AlignedFloats place = AlignedFloats.allocate(length);
        for (int p = 0; p < count; p++) {
            offsets[p] += place.offset();
        }
        GroupPanels panels = new GroupPanels(columns, first, slices, offsets, place.array(), length);
        for (int p = 0; p < count; p++) {
            panels.fill(p, spec, weight, bias);
        }
        return panels;
    }

    private void fill(int p, Conv2d spec, float[] weight, float[] bias) {
        int taps = spec.window().taps();
        int across = spec.window().columns().kernel();
        int groupIn = spec.groupChannels();
        int groupOut = spec.out().channels() / spec.groups();
        int lanes = width(p) * VectorConfig.LANES;
        int end = Math.min(channel(p) + lanes, spec.out().channels());
        for (int o = channel(p); o < end; o++) {
            int at = offsets[p] + o - channel(p);
            data[at] = bias == null ? 0 : bias[o];
            int shift = o / groupOut * groupIn - first[p];
            for (int c = 0; c < groupIn; c++) {
                for (int t = 0; t < taps; t++) {
                    int tap = t % across * (taps / across) + t / across;
                    data[at + (1 + tap * slices[p] + shift + c) * lanes] = weight[(o * groupIn + c) * taps + t];
                }
            }
        }
    }

    /** Whether a panel's outputs belong to several groups. */
    boolean isMixed(int panel, Conv2d spec) {
        return slices[panel] > spec.groupChannels();
    }

    /**
     * One output from the inputs of its own group alone, in the order in which a tile adds up.
     *
     * @param at      where the panel's slice of its window begins in {@code in}
     * @param channel of the output
     */
    float ownGroup(int panel, Conv2d spec, float[] in, int at, int channel) {
        int groupIn = spec.groupChannels();
        int lanes = width(panel) * VectorConfig.LANES;
        int weight = offsets[panel] + channel - channel(panel);
        int shift = channel / (spec.out().channels() / spec.groups()) * groupIn - first[panel];
        float sum = data[weight];
        for (int tap = 0; tap < spec.window().taps(); tap++) {
            for (int i = tap * slices[panel] + shift; i < tap * slices[panel] + shift + groupIn; i++) {
                sum = Math.fma(in[at + i], data[weight + (1 + i) * lanes], sum);
            }
        }
        return sum;
    }

    private static int firstInput(Conv2d spec, int vector) {
        int groupOut = spec.out().channels() / spec.groups();
        return vector * VectorConfig.LANES / groupOut * spec.groupChannels();
    }

    /** One past the last input channel that the vector before this one sees. */
    private static int endInput(Conv2d spec, int vector) {
        int groupOut = spec.out().channels() / spec.groups();
        int last = Math.min(vector * VectorConfig.LANES, spec.out().channels()) - 1;
        return (last / groupOut + 1) * spec.groupChannels();
    }

    /** Vectors of a panel: wide ones use the registers better, narrow ones hold less zeros. */
    public static int width(Conv2d spec, GemmTile tile) {
        int best = 1;
        for (int width = 2; width <= tile.vectors; width++) {
            if (cost(spec, tile, width) < cost(spec, tile, best)) {
                best = width;
            }
        }
        return best;
    }

    /** Loads and multiply-adds of a tile of all outputs. */
    private static long cost(Conv2d spec, GemmTile tile, int width) {
        int vectors = VectorConfig.vectors(spec.out().channels());
        long cost = 0;
        for (int v = 0; v < vectors; v += width) {
            int end = Math.min(v + width, vectors);
            long depth = (long) spec.window().taps() * (endInput(spec, end) - firstInput(spec, v));
            // One step: the weights, an input for each row and its offset, the multiply-adds.
            cost += depth * ((end - v) * (tile.rows + 1) + 2);
        }
        return cost;
    }

    int count() {
        return offsets.length;
    }

    /** Vectors of a panel. */
    public int width(int panel) {
        return columns[panel + 1] - columns[panel];
    }

    /** First output channel of a panel. */
    int channel(int panel) {
        return columns[panel] * VectorConfig.LANES;
    }

    /** Output channels that the panels write, a whole number of vectors. */
    int channels() {
        return columns[count()] * VectorConfig.LANES;
    }
}
