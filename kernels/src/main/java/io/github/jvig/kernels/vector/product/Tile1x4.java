package io.github.jvig.kernels.vector.product;

import static io.github.jvig.kernels.vector.common.VectorConfig.LANES;

/**
 * One row, for maps with fewer pixels than the other tiles have rows (a classifier's head). It reads every weight once, so memory is
 * its limit, not the width of its code.
 */
public final class Tile1x4 extends GemmTile {
    public Tile1x4() {
        super(1, 4, 64);
    }

    @Override
    public boolean suits(int registers) {
        return true;
    }

    @Override
    public String registers() {
        return "";
    }

    @Override
    public void multiply(int count, int width, float[] a, int aOffset, int aRowStride, int depth, float[] panel,
            int panelOffset, float[] out, int outOffset, int outRowStride, float low, float high) {
        for (int row = 0; row < count; row++) {
            int from = aOffset + row * aRowStride;
            int to = outOffset + row * outRowStride;
            if (width == vectors) {
                GemmLoops.multiply1x4(a, from, depth, panel, panelOffset, out, to, low, high);
            } else {
                for (int v = 0; v < width; v++) {
                    GemmLoops.multiply1x1(a, from, depth, panel, panelOffset + v * LANES, width * LANES, out,
                            to + v * LANES, low, high);
                }
            }
        }
    }

    @Override
    public void accumulate(int count, int width, float[] a, int aOffset, int aRowStride, int depth, float[] panel,
            int panelOffset, float[] out, int outOffset, int outRowStride, float low, float high) {
        throw new UnsupportedOperationException(this + " does not accumulate");
    }

    @Override
    public void gather(int count, int width, float[] a, int aOffset, int aRowStride, int[] offsets, float[] panel,
            int panelOffset, float[] out, int outOffset, int outRowStride, float low, float high) {
        for (int row = 0; row < count; row++) {
            int from = aOffset + row * aRowStride;
            int to = outOffset + row * outRowStride;
            if (width == vectors) {
                GemmLoops.gather1x4(a, from, offsets, panel, panelOffset, out, to, low, high);
            } else {
                for (int v = 0; v < width; v++) {
                    GemmLoops.gather1x1(a, from, offsets, panel, panelOffset + v * LANES, width * LANES, out,
                            to + v * LANES, low, high);
                }
            }
        }
    }
}
