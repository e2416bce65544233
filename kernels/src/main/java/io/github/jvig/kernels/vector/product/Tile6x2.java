package io.github.jvig.kernels.vector.product;

/** Six rows by two vectors, 12 sums: the tile for 16 registers, of which it uses 15. */
final class Tile6x2 extends GemmTile {
    private static final int ROWS = 6;
    /**
     * As many tiles of five rows first as leave a multiple of six: 49 pixels are five times five and four times six; nine times six would
     * compute five of them twice. 3 to 8 % faster there.
     */
    private static final int FEWER_ROWS = 5;
    /**
     * Of panels of one vector, as six sums are too few for two multiply-adds at a time, each of which takes four cycles: a fifth of their time
     * less. Eight rows are no faster than six.
     */
    private static final int MORE_ROWS = 12;

    Tile6x2() {
        super(ROWS, 2, 64);
    }

    @Override
    public boolean suits(int registers) {
        return registers < 32;
    }

    @Override
    public String registers() {
        return "16 vector registers";
    }

    @Override
    public void multiply(int count, int width, float[] a, int aOffset, int aRowStride, int depth, float[] panel,
            int panelOffset, float[] out, int outOffset, int outRowStride, float low, float high) {
        int next = 0;
        if (width == 1) {
            for (; next <= count - MORE_ROWS; next += MORE_ROWS) {
                GemmLoops.multiply12x1(aOffset + next * aRowStride, aRowStride, depth, a, panel, panelOffset, out,
                        outOffset + next * outRowStride, outRowStride, low, high);
            }
            for (; next < count; next += ROWS) {
                int row = Math.min(next, count - ROWS);
                GemmLoops.multiply6x1(aOffset + row * aRowStride, aRowStride, depth, a, panel, panelOffset, out,
                        outOffset + row * outRowStride, outRowStride, low, high);
            }
            return;
        }
        for (; next < count && (count - next) % ROWS != 0; next += FEWER_ROWS) {
            int row = Math.min(next, count - FEWER_ROWS);
            GemmLoops.multiply5x2(a, aOffset + row * aRowStride, aRowStride, depth, panel, panelOffset, out,
                    outOffset + row * outRowStride, outRowStride, low, high);
        }
        for (; next < count; next += ROWS) {
            GemmLoops.multiply6x2(aOffset + next * aRowStride, aRowStride, depth, a, panel, panelOffset, out,
                    outOffset + next * outRowStride, outRowStride, low, high);
        }
    }

    @Override
    public void accumulate(int count, int width, float[] a, int aOffset, int aRowStride, int depth, float[] panel,
            int panelOffset, float[] out, int outOffset, int outRowStride, float low, float high) {
        for (int row = 0; row < count; row += ROWS) {
            int from = aOffset + row * aRowStride;
            int to = outOffset + row * outRowStride;
            if (width == 2) {
                GemmLoops.accumulate6x2(from, aRowStride, depth, a, panel, panelOffset, out, to, outRowStride, low,
                        high);
            } else {
                GemmLoops.accumulate6x1(from, aRowStride, depth, a, panel, panelOffset, out, to, outRowStride, low,
                        high);
            }
        }
    }

    @Override
    public void gather(int count, int width, float[] a, int aOffset, int aRowStride, int[] offsets, float[] panel,
            int panelOffset, float[] out, int outOffset, int outRowStride, float low, float high) {
        int next = 0;
        // The inputs of two vectors of outputs do not fit the registers in the form of stems, which takes half as long again.
        if (width == 1 && aRowStride == STEM_STEP) {
            for (; next <= count - MORE_ROWS; next += MORE_ROWS) {
                GemmLoops.gatherStem12x1(a, offsets, panel, panelOffset, out, outOffset + next * outRowStride,
                        outRowStride, aOffset + next * STEM_STEP, low, high);
            }
        }
        for (; next < count; next += ROWS) {
            int row = Math.min(next, count - ROWS);
            int from = aOffset + row * aRowStride;
            int to = outOffset + row * outRowStride;
            if (width == 2) {
                GemmLoops.gather6x2(a, from, aRowStride, offsets, panel, panelOffset, out, to, outRowStride, low, high);
            } else {
                GemmLoops.gather6x1(a, from, aRowStride, offsets, panel, panelOffset, out, to, outRowStride, low, high);
            }
        }
    }
}
