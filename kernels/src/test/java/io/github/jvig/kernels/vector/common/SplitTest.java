package io.github.jvig.kernels.vector.common;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SplitTest {
    /** Every row of every panel is in one unit and no more, and no block is larger than it says. */
    @Test
    void unitsCoverAllOnce() {
        int both = 0;
        for (int rows : new int[]{1, 2, 7, 28, 112, 449}) {
            for (int panels : new int[]{1, 2, 6, 14, 21}) {
                for (long work = 0; work < 1L << 28; work = 3 * work + 100_000) {
                    Split split = Split.of(work, rows, 8, panels);
                    both += split.blocks() > 1 && split.groups() > 1 ? 1 : 0;
                    covers(split);
                    covers(Split.ofPanels(work, rows, 1, panels));
                }
            }
        }
        assertTrue(both > 20, "cut by rows and by panels only " + both + " times");
    }

    private static void covers(Split split) {
        int[] times = new int[split.rows() * split.panels()];
        for (int unit = 0; unit < split.units(); unit++) {
            int block = split.block(unit);
            assertTrue(split.row(block + 1) - split.row(block) <= split.maxBlockRows(), split.toString());
            for (int row = split.row(block); row < split.row(block + 1); row++) {
                for (int panel = split.firstPanel(unit); panel < split.endPanel(unit); panel++) {
                    times[row * split.panels() + panel]++;
                }
            }
        }
        int[] once = new int[times.length];
        java.util.Arrays.fill(once, 1);
        assertArrayEquals(once, times, split.toString());
    }

    /** A panel of a small map is read by one thread where it can be, and cut by rows where there are more units than panels. */
    @Test
    void panelsComeBeforeRows() {
        Split coarse = Split.ofPanels(3L << 17, 7, 1, 11);
        assertEquals(2, coarse.units());
        assertEquals(1, coarse.blocks());
        Split fine = Split.ofPanels(24L << 17, 7, 1, 11);
        assertEquals(22, fine.units());
        assertEquals(fine.firstPanel(0), fine.firstPanel(1));
        assertEquals(0, fine.block(0));
        assertEquals(1, fine.block(1));
    }

    /** Two or four threads get as many units each, and the same rows in kernels of different work. */
    @Test
    void sharesAreAlike() {
        for (long work = 1 << 18; work < 1L << 28; work = work * 5 / 4) {
            Split split = Split.ofRows(work, 28);
            assertEquals(0, split.units() % 2, split.toString());
            assertEquals(14, split.row(split.block(split.units() / 2)), split.toString());
            if (split.units() >= 4) {
                assertEquals(0, split.units() % 4, split.toString());
                assertEquals(7, split.row(split.block(split.units() / 4)), split.toString());
            }
        }
    }

    @Test
    void nothingToShareOut() {
        assertEquals(0, Split.of(0, 0, 8, 3).units());
        assertEquals(1, Split.of(0, 5, 8, 3).units());
    }
}
