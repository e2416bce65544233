package io.github.jvig.kernels.vector;

/**
 * How a kernel's work is cut into units: row blocks times groups of panels. Large maps are cut by rows, small ones by panels too, so
 * that a panel's weights serve many rows from a near cache and there is still enough to share out.
 *
 * @param rows   rows (or tiles of rows) that are shared out
 * @param blocks row blocks, at most {@code rows}; none when there are no rows
 * @param panels panels that are shared out
 * @param groups panel groups, at most {@code panels}
 * @param rowsInnermost  whether the row blocks of one group of panels follow each other, not the groups of one block
 */
record Split(int rows, int blocks, int panels, int groups, boolean rowsInnermost) {
    /** Multiply-accumulates that a unit should at least be worth: 5 to 10 microseconds of a matrix product on a fast core. */
    private static final long UNIT = 1 << 19;
    /** More units than this only cost their overhead. */
    private static final long MOST = 256;

    /**
     * @param work       multiply-accumulates of the whole, or what takes as long
     * @param fewestRows rows that should stay together where there are as many
     */
    static Split of(long work, int rows, int fewestRows, int panels) {
        int wanted = (int) Math.clamp(work / UNIT, 1, MOST);
        int blocks = Math.min(wanted, (rows + fewestRows - 1) / fewestRows);
        return new Split(rows, blocks, panels, Math.clamp(wanted / Math.max(1, blocks), 1, panels), false);
    }

    /**
     * By panels, and only where that is too coarse by rows, too: whoever takes units in a row reads a panel once.
     *
     * @param work multiply-accumulates of the whole, or what takes as long
     */
    static Split ofPanels(long work, int rows, int panels) {
        int wanted = (int) Math.clamp(work / UNIT, 1, MOST);
        int groups = Math.min(wanted, panels);
        return new Split(rows, Math.clamp(wanted / groups, 1, rows), panels, groups, true);
    }

    /** By rows alone. */
    static Split ofRows(long work, int rows) {
        return of(work, rows, 1, 1);
    }

    int units() {
        return blocks * groups;
    }

    int block(int unit) {
        return rowsInnermost ? unit % blocks : unit / groups;
    }

    private int group(int unit) {
        return rowsInnermost ? unit / blocks : unit % groups;
    }

    /** First row of a block; {@code rows} for the one past the last. */
    int row(int block) {
        return (int) ((long) block * rows / blocks);
    }

    /** Rows of the largest block. */
    int largestBlock() {
        return blocks == 0 ? 0 : (rows + blocks - 1) / blocks;
    }

    int firstPanel(int unit) {
        return group(unit) * panels / groups;
    }

    int lastPanel(int unit) {
        return (group(unit) + 1) * panels / groups;
    }
}
