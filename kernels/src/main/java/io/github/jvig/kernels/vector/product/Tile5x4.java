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
    private static final int MORE_ROWS = 6;

    Tile5x4() {
        super(5, 4, 128);
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
    public int rowsFor(int remaining, int width) {
        return remaining % MORE_ROWS == 0 ? MORE_ROWS : rows;
    }

    @Override
    public void multiply(int height, int width, float[] a, int aOffset, int aRowStride, int depth, float[] panel,
            int panelOffset, float[] out, int outOffset, int outRowStride, float low, float high) {
        if (height > rows) {
            GemmLoops.multiply6x4(aOffset, aRowStride, depth, a, panel, panelOffset, out, outOffset, outRowStride, low,
                    high);
            return;
        }
        GemmLoops.multiply5x4(aOffset, aRowStride, depth, a, panel, panelOffset, out, outOffset, outRowStride, low,
                high);
    }

    @Override
    public void accumulate(int width, float[] a, int aOffset, int aRowStride, int depth, float[] panel, int panelOffset,
            float[] out, int outOffset, int outRowStride, float low, float high) {
        GemmLoops.accumulate5x4(aOffset, aRowStride, depth, a, panel, panelOffset, out, outOffset, outRowStride, low,
                high);
    }

    @Override
    public void gather(int width, float[] a, int aOffset, int aRowStride, int[] offsets, float[] panel, int panelOffset,
            float[] out, int outOffset, int outRowStride, float low, float high) {
        if (aRowStride == STEM_STEP) {
            GemmLoops.gatherStem5x4(a, offsets, panel, panelOffset, out, outOffset, outRowStride, aOffset, low, high);
            return;
        }
        GemmLoops.gather5x4(a, aOffset, aRowStride, offsets, panel, panelOffset, out, outOffset, outRowStride, low,
                high);
    }
}
