package io.github.jvig.model.graph;

import io.github.jvig.kernels.Attention;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Partition;

/**
 * Biases of attention, one for each head, query and key, and for each window where these differ. They tie attention to windows, or maps, of
 * one size.
 *
 * @param windows      number of windows with biases of their own; 1 if all have the same
 * @param heads        number of heads
 * @param queryRows    rows of pixels with a query
 * @param queryColumns columns of pixels with a query
 * @param keyRows      rows of pixels with a key
 * @param keyColumns   columns of pixels with a key
 * @param pairs        {@code [windows][heads][queries][keys]} in C order
 * @param parameters   floats of the checkpoint's tensor that they come from
 */
public record AttentionBias(int windows, int heads, int queryRows, int queryColumns, int keyRows, int keyColumns,
        float[] pairs,
        long parameters) implements ScoreBias {
    /**
     * Checks the number of biases.
     *
     * @throws IllegalArgumentException when {@code pairs} does not have {@code windows * heads * queries * keys} numbers
     */
    public AttentionBias {
        if (pairs.length != (long) windows * heads * queryRows * queryColumns * keyRows * keyColumns) {
            throw wrongNumber(heads, queryRows, queryColumns, pairs.length);
        }
    }

    /**
     * The same biases in all windows.
     *
     * @param heads        number of heads
     * @param queryRows    rows of pixels with a query
     * @param queryColumns columns of pixels with a query
     * @param keyRows      rows of pixels with a key
     * @param keyColumns   columns of pixels with a key
     * @param pairs        {@code [heads][queries][keys]} in C order
     * @param parameters   floats of the checkpoint's tensor that they come from
     * @throws IllegalArgumentException when {@code pairs} does not have {@code heads * queries * keys} numbers
     */
    public AttentionBias(int heads, int queryRows, int queryColumns, int keyRows, int keyColumns, float[] pairs,
            long parameters) {
        this(1, heads, queryRows, queryColumns, keyRows, keyColumns, pairs, parameters);
    }

    @Override
    public void check(Attention spec) {
        if (windows > 1 && windows != spec.windows()) {
            throw new IllegalArgumentException("the biases of its attention are for " + windows + " windows, not "
                    + spec.windows());
        }
        requireSize("", queryRows, queryColumns, spec.partition(), spec.queryMap());
        requireSize(" of keys", keyRows, keyColumns, spec.partition(), spec.keyMap());
    }

    private static void requireSize(String what, int rows, int columns, Partition partition, MapLayout map) {
        int height = partition.windowHeight(map);
        int width = partition.windowWidth(map);
        if (height != rows || width != columns) {
            throw new IllegalArgumentException("the biases of its attention are for a "
                    + (partition.kind() == Partition.Kind.WHOLE ? "map" : "window") + what + " of " + rows + "x"
                    + columns + ", not " + height + "x" + width);
        }
    }

    @Override
    public float[] pairs(Attention spec) {
        return pairs;
    }

    private static IllegalArgumentException wrongNumber(int heads, int rows, int columns, int number) {
        return new IllegalArgumentException(
                "attention of " + heads + " heads on " + rows + "x" + columns + " pixels with " + number + " biases");
    }

    /**
     * Biases that depend on how far two pixels are apart, down and across, whatever the direction (LeViT, Graham et al., arXiv 2104.01136).
     *
     * @param heads   number of heads
     * @param rows    rows of the pixels that attend to each other
     * @param columns their columns
     * @param table   {@code [heads][rows apart][columns apart]}, of {@code heads * rows * columns} numbers in C order
     * @return the biases
     * @throws IllegalArgumentException when {@code table} has another length
     */
    public static AttentionBias byDistance(int heads, int rows, int columns, float[] table) {
        if (table.length != (long) heads * rows * columns) {
            throw wrongNumber(heads, rows, columns, table.length);
        }
        int pixels = rows * columns;
        float[] pairs = new float[Math.multiplyExact(heads * pixels, pixels)];
        for (int row = 0; row < heads * pixels; row++) {
            int y = row % pixels / columns;
            int x = row % pixels % columns;
            int at = row * pixels;
            for (int keyY = 0; keyY < rows; keyY++) {
                int from = row / pixels * pixels + Math.abs(y - keyY) * columns;
                for (int keyX = 0; keyX < columns; keyX++) {
                    pairs[at++] = table[from + Math.abs(x - keyX)];
                }
            }
        }
        return new AttentionBias(heads, rows, columns, rows, columns, pairs, table.length);
    }

    /**
     * Biases that depend on the offset from key to query, with its sign (Swin, Liu et al., arXiv 2103.14030).
     *
     * @param heads   number of heads
     * @param rows    rows of the pixels that attend to each other
     * @param columns their columns
     * @param table   {@code [heads][2 * rows - 1][2 * columns - 1]} in C order: query's row minus key's row plus {@code rows - 1}, and
     *                columns likewise
     * @return the biases
     * @throws IllegalArgumentException when {@code table} has another length
     */
    public static AttentionBias byOffset(int heads, int rows, int columns, float[] table) {
        int down = 2 * rows - 1;
        int across = 2 * columns - 1;
        if (table.length != (long) heads * down * across) {
            throw wrongNumber(heads, rows, columns, table.length);
        }
        int pixels = rows * columns;
        float[] pairs = new float[Math.multiplyExact(heads * pixels, pixels)];
        for (int row = 0; row < heads * pixels; row++) {
            int y = row % pixels / columns;
            int x = row % pixels % columns;
            int at = row * pixels;
            for (int keyY = 0; keyY < rows; keyY++) {
                int from = (row / pixels * down + y - keyY + rows - 1) * across + x + columns - 1;
                for (int keyX = 0; keyX < columns; keyX++) {
                    pairs[at++] = table[from - keyX];
                }
            }
        }
        return new AttentionBias(heads, rows, columns, rows, columns, pairs, table.length);
    }
}
