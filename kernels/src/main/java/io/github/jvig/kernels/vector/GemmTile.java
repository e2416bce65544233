package io.github.jvig.kernels.vector;

import java.util.List;

/**
 * A register tile of the matrix product that convolutions are made of: {@code rows} pixels by up to {@code vectors} vectors of
 * outputs, all their sums in registers over one flat loop along the depth (the input channels, or taps times input channels). A
 * tile only sees arrays: vectors handed from method to method are boxed as soon as the compiler stops inlining.
 *
 * <p>Weights come as panels ({@link WeightPanels}): the bias, then one row of {@code width} vectors per step of the depth.
 */
abstract sealed class GemmTile permits Tile7x3, Tile6x2, Tile1x4 {
    /** Every tile, the preferred ones first. */
    static final List<GemmTile> ALL = List.of(new Tile7x3(), new Tile6x2(), new Tile1x4());

    final int rows;
    final int vectors;
    /**
     * Output channels from which {@link #multiply} on copied windows beats {@link #gather} on the map itself: a copy costs the same for
     * any number of outputs, a look at the table of offsets every tile. Found by measurement.
     */
    final int copyFrom;

    GemmTile(int rows, int vectors, int copyFrom) {
        this.rows = rows;
        this.vectors = vectors;
        this.copyFrom = copyFrom;
    }

    /** Whether the sums stay in so many registers and make good use of them. */
    abstract boolean suits(int registers);

    /** The same in words; empty where any number will do. */
    abstract String registers();

    /** {@code "7x3"}. */
    @Override
    public final String toString() {
        return rows + "x" + vectors;
    }

    /**
     * Rows that are best done next when so many are left of a map: {@link #rows}, or fewer where there is a smaller tile. The last ones are
     * moved up over rows that are done already if they are more than what is left, so fewer of them do less twice.
     */
    int rowsFor(int left, int width) {
        return rows;
    }

    /**
     * {@code out[r][c] = panel[0][c] + sum over k of a[r][k] * panel[1 + k][c]}.
     *
     * @param height  rows, as {@link #rowsFor} has given them
     * @param width   vectors of the panel, 1 to {@link #vectors}
     * @param aRowStride   floats from one row of {@code a} to the next
     * @param depth   length of the sum
     * @param outRowStride floats from one row of {@code out} to the next
     */
    abstract void multiply(int height, int width, float[] a, int aOffset, int aRowStride, int depth, float[] panel,
            int panelOffset, float[] out, int outOffset, int outRowStride);

    /** The same of {@link #rows} rows with {@code a[r][offsets[k]]} in place of {@code a[r][k]}. */
    abstract void gather(int width, float[] a, int aOffset, int aRowStride, int[] offsets, float[] panel,
            int panelOffset,
            float[] out, int outOffset, int outRowStride);
}
