package io.github.jvig.kernels.vector.product;

import static io.github.jvig.kernels.vector.common.VectorConfig.LANES;

import java.util.Arrays;

/**
 * Matrix products over the pixels of maps, {@code A^T B} with A and B of a row for each pixel, on the tiles of the convolutions. A is
 * transposed for that and B packed into panels, both in the caller's scratch.
 */
public final class ChannelProducts {
    private ChannelProducts() {
    }

    /** Rows of a product of so many: whole tiles. */
    public static int rows(GemmTile tile, int rows) {
        return (rows + tile.rows - 1) / tile.rows * tile.rows;
    }

    /**
     * {@code to[c][p] = in[p][c]}; the rows up to {@code rows} are filled with zeros.
     *
     * @param stride floats from a pixel to the next
     */
    public static void transpose(float[] in, int at, int stride, int pixels, int channels, int rows, float[] to,
            int toOffset) {
        for (int p = 0; p < pixels; p++) {
            int from = at + p * stride;
            for (int c = 0; c < channels; c++) {
                to[toOffset + c * pixels + p] = in[from + c];
            }
        }
        Arrays.fill(to, toOffset + channels * pixels, toOffset + rows * pixels, 0f);
    }

    /**
     * Panels of a row for each pixel, after a row of zeros, which is the bias. Columns behind the channels hold zero.
     *
     * @param columns first vector of each panel, then the number of all
     */
    public static void pack(float[] in, int at, int stride, int pixels, int channels, int[] columns, float[] to,
            int toOffset) {
        Arrays.fill(to, toOffset, toOffset + columns[columns.length - 1] * LANES * (pixels + 1), 0f);
        for (int panel = 0; panel < columns.length - 1; panel++) {
            int first = columns[panel] * LANES;
            int width = columns[panel + 1] * LANES - first;
            int row = toOffset + first * (pixels + 1) + width;
            int length = Math.min(width, channels - first);
            for (int p = 0; p < pixels && length > 0; p++) {
                System.arraycopy(in, at + p * stride + first, to, row + p * width, length);
            }
        }
    }

    /** Sets one column of packed panels. */
    public static void fillColumn(float value, int column, int rows, int[] columns, float[] to, int toOffset) {
        int panel = 0;
        while (columns[panel + 1] * LANES <= column) {
            panel++;
        }
        int first = columns[panel] * LANES;
        int width = columns[panel + 1] * LANES - first;
        int row = toOffset + first * (rows + 1) + width + column - first;
        for (int i = 0; i < rows; i++) {
            to[row + i * width] = value;
        }
    }

    /**
     * {@code [rows][depth] * panels[depth][columns]}, with rows in any number of at least the tile's; a last tile moves up over rows that are
     * done.
     *
     * @param step floats of a row of the result
     */
    public static void multiply(GemmTile tile, int[] columns, float[] a, int at, int stride, int rows, int depth,
            float[] panels, int panelOffset, float[] to, int toOffset, int step) {
        for (int p = 0; p < columns.length - 1; p++) {
            int panel = panelOffset + columns[p] * LANES * (depth + 1);
            int width = columns[p + 1] - columns[p];
            tile.multiply(rows, width, a, at, stride, depth, panels, panel, to, toOffset + columns[p] * LANES, step);
        }
    }
}
