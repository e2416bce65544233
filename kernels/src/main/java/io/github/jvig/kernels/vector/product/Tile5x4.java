package io.github.jvig.kernels.vector.product;

import io.github.jvig.kernels.vector.common.VectorConfig;

/**
 * Five rows by four vectors, 20 sums: a tile for 32 registers and outputs that are a multiple of four vectors, as 64, 128, 256 and 512 channels
 * are with vectors of 512 bits. {@link Tile7x3} makes panels of two vectors of them, which are slower, and reads more for each product.
 *
 * <p>Six rows fit too, with 29 registers, and are 2 to 5 % faster; as many as possible are done so that none is computed twice: 49 pixels
 * are four times six and five times five.
 */
final class Tile5x4 extends GemmTile {
    private static final int ROWS = 5;
    private static final int MORE_ROWS = 6;

    Tile5x4() {
        super(ROWS, 4, 128);
    }

    @Override
    public boolean suits(int registers) {
        return registers >= 32;
    }

    @Override
    public String registers() {
        return "32 vector registers";
    }

    /** Panels of four vectors only. */
    @Override
    public boolean takes(int outputs) {
        return VectorConfig.vectors(outputs) % vectors == 0;
    }

    @Override
    public String outputs() {
        return "outputs of a multiple of four vectors";
    }

    @Override
    public void multiply(int count, int width, float[] a, int aOffset, int aRowStride, int depth, float[] panel,
            int panelOffset, float[] out, int outOffset, int outRowStride, float low, float high) {
        int next = 0;
        for (; next < count && (count - next) % MORE_ROWS != 0; next += ROWS) {
            int row = Math.min(next, count - ROWS);
            GemmLoops.multiply5x4(aOffset + row * aRowStride, aRowStride, depth, a, panel, panelOffset, out,
                    outOffset + row * outRowStride, outRowStride, low, high);
        }
        for (; next < count; next += MORE_ROWS) {
            GemmLoops.multiply6x4(aOffset + next * aRowStride, aRowStride, depth, a, panel, panelOffset, out,
                    outOffset + next * outRowStride, outRowStride, low, high);
        }
    }

    @Override
    public void accumulate(int count, int width, float[] a, int aOffset, int aRowStride, int depth, float[] panel,
            int panelOffset, float[] out, int outOffset, int outRowStride, float low, float high) {
        for (int row = 0; row < count; row += ROWS) {
            GemmLoops.accumulate5x4(aOffset + row * aRowStride, aRowStride, depth, a, panel, panelOffset, out,
                    outOffset + row * outRowStride, outRowStride, low, high);
        }
    }

    @Override
    public void gather(int count, int width, float[] a, int aOffset, int aRowStride, int[] offsets, float[] panel,
            int panelOffset, float[] out, int outOffset, int outRowStride, float low, float high) {
        if (aRowStride == STEM_STEP) {
            for (int next = 0; next < count; next += ROWS) {
                int row = Math.min(next, count - ROWS);
                GemmLoops.gatherStem5x4(a, offsets, panel, panelOffset, out, outOffset + row * outRowStride,
                        outRowStride, aOffset + row * STEM_STEP, low, high);
            }
            return;
        }
        for (int next = 0; next < count; next += ROWS) {
            int row = Math.min(next, count - ROWS);
            GemmLoops.gather5x4(a, aOffset + row * aRowStride, aRowStride, offsets, panel, panelOffset, out,
                    outOffset + row * outRowStride, outRowStride, low, high);
        }
    }
}
