package io.github.jvig.kernels.vector.product;

/**
 * Seven rows by three vectors, 21 sums: the tile for 32 registers, of which it uses 25 to 31. The maps of mobile nets at the usual sizes
 * have a multiple of 49 pixels, so its rows divide them. Of other maps, up to four remaining rows are done by a loop of four: of 30 pixels
 * (6x5) two remain, for which a full tile would compute five rows again.
 */
final class Tile7x3 extends GemmTile {
    private static final int SMALL_ROWS = 4;

    Tile7x3() {
        super(7, 3, 128);
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
    public int rowsFor(int remaining, int width) {
        return remaining <= SMALL_ROWS && width == 3 ? SMALL_ROWS : rows;
    }

    @Override
    public void multiply(int height, int width, float[] a, int aOffset, int aRowStride, int depth, float[] panel,
            int panelOffset, float[] out, int outOffset, int outRowStride, float low, float high) {
        if (height < rows) {
            GemmLoops.multiply4x3(aOffset, aRowStride, depth, a, panel, panelOffset, out, outOffset, outRowStride, low,
                    high);
            return;
        }
        switch (width) {
            case 3 -> GemmLoops.multiply7x3(aOffset, aRowStride, depth, a, panel, panelOffset, out, outOffset,
                    outRowStride, low, high);
            case 2 -> GemmLoops.multiply7x2(aOffset, aRowStride, depth, a, panel, panelOffset, out, outOffset,
                    outRowStride, low, high);
            default -> GemmLoops.multiply7x1(aOffset, aRowStride, depth, a, panelOffset, out, outOffset, outRowStride,
                    panel, low, high);
        }
    }

    @Override
    public void accumulate(int width, float[] a, int aOffset, int aRowStride, int depth, float[] panel, int panelOffset,
            float[] out, int outOffset, int outRowStride, float low, float high) {
        switch (width) {
            case 3 -> GemmLoops.accumulate7x3(aOffset, aRowStride, depth, a, panel, panelOffset, out, outOffset,
                    outRowStride, low, high);
            case 2 -> GemmLoops.accumulate7x2(aOffset, aRowStride, depth, a, panel, panelOffset, out, outOffset,
                    outRowStride, low, high);
            default -> GemmLoops.accumulate7x1(aOffset, aRowStride, depth, a, panelOffset, out, outOffset,
                    outRowStride, panel, low, high);
        }
    }

    @Override
    public void gather(int width, float[] a, int aOffset, int aRowStride, int[] offsets, float[] panel, int panelOffset,
            float[] out, int outOffset, int outRowStride, float low, float high) {
        if (aRowStride == STEM_STEP) {
            gatherStem(width, a, aOffset, offsets, panel, panelOffset, out, outOffset, outRowStride, low, high);
            return;
        }
        switch (width) {
            case 3 -> GemmLoops.gather7x3(a, aOffset, aRowStride, offsets, panel, panelOffset, out, outOffset,
                    outRowStride, low, high);
            case 2 -> GemmLoops.gather7x2(a, aOffset, aRowStride, offsets, panel, panelOffset, out, outOffset,
                    outRowStride, low, high);
            default -> GemmLoops.gather7x1(a, aOffset, aRowStride, offsets, panel, panelOffset, out, outOffset,
                    outRowStride, low, high);
        }
    }

    private static void gatherStem(int width, float[] a, int aOffset, int[] offsets, float[] panel, int panelOffset,
            float[] out, int outOffset, int outRowStride, float low, float high) {
        switch (width) {
            case 3 -> GemmLoops.gatherStem7x3(a, offsets, panel, panelOffset, out, outOffset, outRowStride, aOffset,
                    low, high);
            case 2 -> GemmLoops.gatherStem7x2(a, offsets, panel, panelOffset, out, outOffset, outRowStride, aOffset,
                    low, high);
            default -> GemmLoops.gatherStem7x1(a, offsets, panel, panelOffset, out, outOffset, outRowStride, aOffset,
                    low, high);
        }
    }
}
