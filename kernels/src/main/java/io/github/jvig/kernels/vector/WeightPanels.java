package io.github.jvig.kernels.vector;

/**
 * Weights of a matrix product in the order in which a tile reads them. The outputs, filled up to whole vectors, are cut into panels
 * of nearly equal width, at most a tile's; a panel is its bias followed by one row per step of the depth.
 *
 * @param depth  rows of each panel without the bias
 * @param column first output vector of each panel, and the number of all at the end
 * @param at     where each panel starts in {@code data}
 */
record WeightPanels(int depth, int[] column, int[] at, float[] data) {

    /**
     * @param weight {@code [outputs][depth]}
     * @param order  which of the {@code depth} weights comes at each step; null for the order they are in
     * @param bias   null for zero
     */
    static WeightPanels of(float[] weight, int outputs, int depth, int[] order, float[] bias, int widest) {
        int[] column = cut(outputs, widest);
        int count = column.length - 1;
        int[] at = new int[count];
        float[] data = new float[Math.multiplyExact(column[count] * VectorConfig.LANES, depth + 1)];
        int next = 0;
        for (int p = 0; p < count; p++) {
            at[p] = next;
            int first = column[p] * VectorConfig.LANES;
            int width = (column[p + 1] - column[p]) * VectorConfig.LANES;
            for (int o = first; o < Math.min(first + width, outputs); o++) {
                int lane = next + o - first;
                data[lane] = bias == null ? 0 : bias[o];
                for (int k = 0; k < depth; k++) {
                    data[lane + (k + 1) * width] = weight[o * depth + (order == null ? k : order[k])];
                }
            }
            next += width * (depth + 1);
        }
        return new WeightPanels(depth, column, at, data);
    }

    /** First vector of each panel for so many outputs, and the number of all at the end. */
    static int[] cut(int outputs, int widest) {
        int columns = VectorConfig.vectors(outputs);
        int count = (columns + widest - 1) / widest;
        int[] column = new int[count + 1];
        for (int p = 0; p < count; p++) {
            column[p + 1] = column[p] + columns / count + (p < columns % count ? 1 : 0);
        }
        return column;
    }

    int count() {
        return at.length;
    }

    /** Vectors of a panel. */
    int width(int panel) {
        return column[panel + 1] - column[panel];
    }

    /** First output channel of a panel. */
    int channel(int panel) {
        return column[panel] * VectorConfig.LANES;
    }

    /** Output channels that the panels write, a whole number of vectors. */
    int channels() {
        return column[count()] * VectorConfig.LANES;
    }
}
