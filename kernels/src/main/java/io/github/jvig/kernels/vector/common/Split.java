package io.github.jvig.kernels.vector.common;

/**
 * How a kernel's work is split into units: row blocks times groups of panels. Large maps are split by rows, small ones by panels too, so
 * that a panel's weights serve many rows from a near cache and there are still enough units for all threads.
 *
 * @param rows   rows (or tiles of rows) of the map
 * @param blocks row blocks, 0 to {@code rows}; 0 only when there are no rows
 * @param panels panels of the weights
 * @param groups groups of panels, 1 to {@code panels}
 * @param rowsInnermost whether the units of one group of panels follow each other, one for each row block; otherwise those of one row block
 */
public record Split(int rows, int blocks, int panels, int groups, boolean rowsInnermost) {
    /**
     * Multiply-accumulates of a unit, at least: about two microseconds of a matrix product on a fast core. With four times as many, a depthwise
     * layer of a small map was one unit, which two threads can't share: MobileNetV2 took 5 % longer on two threads, MobileNetV3-Small 14 to 28 %.
     */
    private static final long MIN_UNIT_MACS = 1 << 17;
    /** More units than this only add overhead. */
    private static final int MAX_UNITS = 256;

    /**
     * By rows, and where these give too few units by panels, too.
     *
     * @param macs    multiply-accumulates of the whole kernel, or as many as would take the same time
     * @param minRows rows of a block, at least, unless there are less of them
     */
    public static Split of(long macs, int rows, int minRows, int panels) {
        int units = targetUnits(macs);
        int blocks = even(Math.min(units, (rows + minRows - 1) / minRows));
        return new Split(rows, blocks, panels, Math.clamp(units / Math.max(1, blocks), 1, panels), false);
    }

    /**
     * By panels, and where these give too few units by rows, too. A thread that takes consecutive units reads a panel once.
     *
     * @param macs    multiply-accumulates of the whole kernel, or as many as would take the same time
     * @param minRows rows of a block, at least, unless there are less of them
     */
    public static Split ofPanels(long macs, int rows, int minRows, int panels) {
        int units = targetUnits(macs);
        int groups = Math.min(units, panels);
        int maxBlocks = (rows + minRows - 1) / minRows;
        return new Split(rows, Math.clamp(units / groups, 1, maxBlocks), panels, groups, true);
    }

    /** By rows alone. */
    public static Split ofRows(long macs, int rows) {
        return of(macs, rows, 1, 1);
    }

    private static int targetUnits(long macs) {
        return even(Math.clamp(macs / MIN_UNIT_MACS, 1, MAX_UNITS));
    }

    /**
     * Rounded down to a multiple of four, or of two where it is smaller: threads then get shares alike, and the same part of the rows in every
     * kernel, so that a thread mostly reads what it has written itself.
     */
    private static int even(int units) {
        return units < 2 ? units : units < 4 ? units & ~1 : units & ~3;
    }

    public int units() {
        return blocks * groups;
    }

    public int block(int unit) {
        return rowsInnermost ? unit % blocks : unit / groups;
    }

    private int group(int unit) {
        return rowsInnermost ? unit / blocks : unit % groups;
    }

    /** First row of a block; {@code rows} for the block after the last. */
    public int row(int block) {
        return (int) ((long) block * rows / blocks);
    }

    /** Rows of the largest block. */
    public int maxBlockRows() {
        return blocks == 0 ? 0 : (rows + blocks - 1) / blocks;
    }

    public int firstPanel(int unit) {
        return group(unit) * panels / groups;
    }

    /** One past the last panel of a unit. */
    public int endPanel(int unit) {
        return (group(unit) + 1) * panels / groups;
    }
}
