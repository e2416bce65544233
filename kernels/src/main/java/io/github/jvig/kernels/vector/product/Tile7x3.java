package io.github.jvig.kernels.vector.product;

import io.github.jvig.kernels.vector.common.VectorConfig;

/**
 * Seven rows by three vectors, 21 sums: the tile for 32 registers, of which it uses 25 to 31. The maps of mobile nets at the usual sizes
 * have a multiple of 49 pixels, so its rows divide them. Of other maps, up to four remaining rows are done by a loop of four: of 30 pixels
 * (6x5) two remain, for which a full tile would compute five rows again.
 */
final class Tile7x3 extends GemmTile {
    private static final int ROWS = 7;
    private static final int SMALL_ROWS = 4;
    /**
     * Of stems with panels of one vector, as seven sums are too few for two multiply-adds at a time, each of which takes four cycles: 8 % faster.
     * Where rows are no constant apart, the offsets of fourteen do not fit the integer registers, which is 6 to 12 % slower.
     */
    private static final int MORE_ROWS = 14;
    /** Of paired rows, by panels of two vectors: 21 sums. */
    private static final int PAIRED_ROWS_OF_2 = 14;
    /** Of paired rows, by panels of three vectors: 20 sums. */
    private static final int PAIRED_ROWS_OF_3 = 8;
    /** Pairing rows takes a blend for each pair. Shorter vectors save fewer outputs by it, and whether that pays was not measured. */
    private static final int MIN_PAIRED_LANES = 16;

    Tile7x3() {
        super(ROWS, 3, 128);
    }

    @Override
    public boolean suits(int registers) {
        return registers >= 32;
    }

    @Override
    public String registers() {
        return "32 vector registers";
    }

    @Override
    public int rowsAtLeast(int wanted, int width) {
        return wanted <= SMALL_ROWS && width == 3 ? SMALL_ROWS : Math.max(wanted, rows);
    }

    @Override
    public void multiply(int count, int width, float[] a, int aOffset, int aRowStride, int depth, float[] panel,
            int panelOffset, float[] out, int outOffset, int outRowStride, float low, float high) {
        int next = 0;
        for (int small = width == 3 ? SMALL_ROWS : 0; count - next > small; next += ROWS) {
            int row = Math.min(next, count - ROWS);
            int from = aOffset + row * aRowStride;
            int to = outOffset + row * outRowStride;
            switch (width) {
                case 3 -> GemmLoops.multiply7x3(from, aRowStride, depth, a, panel, panelOffset, out, to, outRowStride,
                        low, high);
                case 2 -> GemmLoops.multiply7x2(from, aRowStride, depth, a, panel, panelOffset, out, to, outRowStride,
                        low, high);
                default -> GemmLoops.multiply7x1(from, aRowStride, depth, a, panelOffset, out, to, outRowStride, panel,
                        low, high);
            }
        }
        if (next < count) {
            int row = count - SMALL_ROWS;
            GemmLoops.multiply4x3(aOffset + row * aRowStride, aRowStride, depth, a, panel, panelOffset, out,
                    outOffset + row * outRowStride, outRowStride, low, high);
        }
    }

    @Override
    public int pairedRows(int width) {
        return VectorConfig.LANES < MIN_PAIRED_LANES || width == 1
                ? 0
                : width == 2 ? PAIRED_ROWS_OF_2 : PAIRED_ROWS_OF_3;
    }

    @Override
    public void multiplyPaired(int count, int width, float[] a, int aOffset, int aRowStride, int depth, float[] panel,
            int panelOffset, float[] out, int outOffset, int outRowStride, float low, float high) {
        int tileRows = pairedRows(width);
        for (int next = 0; next < count; next += tileRows) {
            int row = Math.min(next, count - tileRows);
            int from = aOffset + row * aRowStride;
            int to = outOffset + row * outRowStride;
            if (width == 2) {
                GemmLoops.multiplyPaired14x2(from, aRowStride, depth, a, panel, panelOffset, out, to, outRowStride, low,
                        high);
            } else {
                GemmLoops.multiplyPaired8x3(from, aRowStride, depth, a, panel, panelOffset, out, to, outRowStride, low,
                        high);
            }
        }
    }

    @Override
    public void accumulate(int count, int width, float[] a, int aOffset, int aRowStride, int depth, float[] panel,
            int panelOffset, float[] out, int outOffset, int outRowStride, float low, float high) {
        for (int row = 0; row < count; row += ROWS) {
            int from = aOffset + row * aRowStride;
            int to = outOffset + row * outRowStride;
            switch (width) {
                case 3 -> GemmLoops.accumulate7x3(from, aRowStride, depth, a, panel, panelOffset, out, to,
                        outRowStride, low, high);
                case 2 -> GemmLoops.accumulate7x2(from, aRowStride, depth, a, panel, panelOffset, out, to,
                        outRowStride, low, high);
                default -> GemmLoops.accumulate7x1(from, aRowStride, depth, a, panelOffset, out, to, outRowStride,
                        panel, low, high);
            }
        }
    }

    @Override
    public void gather(int count, int width, float[] a, int aOffset, int aRowStride, int[] offsets, float[] panel,
            int panelOffset, float[] out, int outOffset, int outRowStride, float low, float high) {
        if (aRowStride == STEM_STEP) {
            gatherStem(count, width, a, aOffset, offsets, panel, panelOffset, out, outOffset, outRowStride, low, high);
            return;
        }
        for (int next = 0; next < count; next += ROWS) {
            int row = Math.min(next, count - ROWS);
            int from = aOffset + row * aRowStride;
            int to = outOffset + row * outRowStride;
            switch (width) {
                case 3 -> GemmLoops.gather7x3(a, from, aRowStride, offsets, panel, panelOffset, out, to, outRowStride,
                        low, high);
                case 2 -> GemmLoops.gather7x2(a, from, aRowStride, offsets, panel, panelOffset, out, to, outRowStride,
                        low, high);
                default -> GemmLoops.gather7x1(a, from, aRowStride, offsets, panel, panelOffset, out, to, outRowStride,
                        low, high);
            }
        }
    }

    private static void gatherStem(int count, int width, float[] a, int aOffset, int[] offsets, float[] panel,
            int panelOffset, float[] out, int outOffset, int outRowStride, float low, float high) {
        int next = 0;
        for (; width == 1 && next <= count - MORE_ROWS; next += MORE_ROWS) {
            GemmLoops.gatherStem14x1(a, offsets, panel, panelOffset, out, outOffset + next * outRowStride,
                    outRowStride, aOffset + next * STEM_STEP, low, high);
        }
        for (; next < count; next += ROWS) {
            int row = Math.min(next, count - ROWS);
            int from = aOffset + row * STEM_STEP;
            int to = outOffset + row * outRowStride;
            switch (width) {
                case 3 -> GemmLoops.gatherStem7x3(a, offsets, panel, panelOffset, out, to, outRowStride, from, low,
                        high);
                case 2 -> GemmLoops.gatherStem7x2(a, offsets, panel, panelOffset, out, to, outRowStride, from, low,
                        high);
                default -> GemmLoops.gatherStem7x1(a, offsets, panel, panelOffset, out, to, outRowStride, from, low,
                        high);
            }
        }
    }
}
