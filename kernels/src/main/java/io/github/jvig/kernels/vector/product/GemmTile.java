package io.github.jvig.kernels.vector.product;

import io.github.jvig.kernels.MapLayout;
import java.util.List;
import java.util.stream.Stream;

/**
 * A register tile of the matrix product that convolutions are made of: {@code rows} pixels by up to {@code vectors} vectors of
 * outputs, all their sums in registers over one flat loop along the depth (the input channels, or taps times input channels). A
 * tile takes arrays only: vectors passed between methods are boxed as soon as the compiler stops inlining. The loops are in
 * {@link GemmLoops}.
 *
 * <p>Weights come as panels ({@link WeightPanels}): the bias, then one row of {@code width} vectors per step of the depth.
 */
public abstract sealed class GemmTile permits Tile7x3, Tile5x4, Tile6x2, Tile1x4 {
    /** Every tile for any number of outputs, the preferred ones first. */
    public static final List<GemmTile> ALL = List.of(new Tile7x3(), new Tile6x2(), new Tile1x4());
    /** The same and tiles for some numbers of outputs only. */
    public static final List<GemmTile> OF_CONVOLUTIONS = Stream.concat(Stream.of(new Tile5x4()), ALL.stream()).toList();

    /** Floats between the windows of images of three channels with a stride of two, for which there are loops of their own. */
    static final int STEM_STEP = 6;

    /** Offsets into {@code a} and the panel are below this. */
    static final int MAX_OFFSET = MapLayout.MAX_LENGTH;
    /**
     * What is left for rows: seven strides more do not overflow. Loops of more rows are right, too, as an array holds all that they read, but C2
     * does not know it; half of this limit, of which it would know, made them no faster.
     */
    public static final int MAX_ROW_STRIDE = 1 << 27;
    /** A panel of this depth and four vectors takes 2 GiB. */
    public static final int MAX_DEPTH = 1 << 23;

    public final int rows;
    public final int vectors;
    /**
     * Output channels from which {@link #multiply} on copied windows is faster than {@link #gather} on copied rows: a window is copied once
     * for all outputs, the table of offsets is read for every tile. Found by measurement.
     */
    public final int minOutputsToCopy;

    GemmTile(int rows, int vectors, int minOutputsToCopy) {
        this.rows = rows;
        this.vectors = vectors;
        this.minOutputsToCopy = minOutputsToCopy;
    }

    /** Whether the sums fit this number of registers and make good use of them. */
    public abstract boolean suits(int registers);

    /** The same in words; empty where any number will do. */
    public abstract String registers();

    /** {@code "7x3"}. */
    @Override
    public final String toString() {
        return rows + "x" + vectors;
    }

    /** Whether there are loops for the panels of so many outputs. */
    public boolean takes(int outputs) {
        return true;
    }

    /** The same in words; empty for all numbers. */
    public String outputs() {
        return "";
    }

    /**
     * How many rows are done when no more than {@code wanted} are: {@link #rows}, or another number where there is a loop for it.
     *
     * @param wanted at least 1
     * @param width  vectors of the panel
     */
    public int rowsAtLeast(int wanted, int width) {
        return Math.max(wanted, rows);
    }

    /**
     * {@code out[r][c] = panel[0][c] + sum over k of a[r][k] * panel[1 + k][c]}, between bounds if there are any. Tile by tile; a last tile
     * moves up over rows that are done already, for which the result is the same. The loop over tiles is in here, not around: a call by way of
     * this class costs 50 cycles, as much as five steps of the depth.
     *
     * @param count   rows, at least as many as {@link #rowsAtLeast} gives
     * @param width   vectors of the panel, 1 to {@link #vectors}
     * @param aRowStride   floats from one row of {@code a} to the next
     * @param depth   length of the sum
     * @param outRowStride floats from one row of {@code out} to the next
     * @param low     lower bound of the results; NaN stays
     * @param high    upper bound; not above {@code low} for results without bounds
     */
    public abstract void multiply(int count, int width, float[] a, int aOffset, int aRowStride, int depth,
            float[] panel,
            int panelOffset, float[] out, int outOffset, int outRowStride,
            float low, float high);

    /** The same without bounds. */
    public final void multiply(int count, int width, float[] a, int aOffset, int aRowStride, int depth, float[] panel,
            int panelOffset, float[] out, int outOffset, int outRowStride) {
        multiply(count, width, a, aOffset, aRowStride, depth, panel, panelOffset, out, outOffset, outRowStride, 0, 0);
    }

    /**
     * How many rows a tile of {@link #multiplyPaired} has, an even number; 0 where there is no loop for it.
     *
     * @param width vectors of the panel
     */
    public int pairedRows(int width) {
        return 0;
    }

    /**
     * {@link #multiply} by a panel that {@link WeightPanels#paired} describes: two rows share the sums of its last vector, which saves a
     * multiply-add in four for 24 outputs with vectors of 16. What is behind the outputs becomes zero.
     *
     * @param count rows, at least {@link #pairedRows}, which is not 0
     */
    public void multiplyPaired(int count, int width, float[] a, int aOffset, int aRowStride, int depth, float[] panel,
            int panelOffset, float[] out, int outOffset, int outRowStride, float low, float high) {
        throw new UnsupportedOperationException("tiles of " + this + " have no loop for paired rows");
    }

    /**
     * {@code out[r][c] += sum over k of a[r][k] * panel[k][c]}: a part of a panel, without its bias. Tiles of one row have no loop for it.
     *
     * @param count rows, a multiple of {@link #rows}
     */
    public abstract void accumulate(int count, int width, float[] a, int aOffset, int aRowStride, int depth,
            float[] panel,
            int panelOffset, float[] out, int outOffset, int outRowStride,
            float low, float high);

    /**
     * {@link #multiply} with {@code a[r][offsets[k]]} in place of {@code a[r][k]}.
     *
     * @param count rows, at least {@link #rows}
     */
    public abstract void gather(int count, int width, float[] a, int aOffset, int aRowStride, int[] offsets,
            float[] panel,
            int panelOffset, float[] out, int outOffset, int outRowStride,
            float low, float high);
}
