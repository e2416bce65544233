package io.github.jvig.kernels.vector;

import static io.github.jvig.kernels.vector.VectorConfig.LANES;

/**
 * One row, for maps with fewer pixels than the other tiles have rows (a classifier's head). It reads every weight once, so memory is
 * its limit, not the width of its code.
 */
final class Tile1x4 extends GemmTile {
    Tile1x4() {
        super(1, 4, 64);
    }

    @Override
    boolean suits(int registers) {
        return true;
    }

    @Override
    String registers() {
        return "";
    }

    @Override
    void multiply(int height, int width, float[] a, int aOffset, int aRowStride, int depth, float[] panel,
            int panelOffset, float[] out, int outOffset, int outRowStride, float low, float high) {
        if (width == vectors) {
            GemmLoops.multiply1x4(a, aOffset, depth, panel, panelOffset, out, outOffset, low, high);
        } else {
            for (int v = 0; v < width; v++) {
                GemmLoops.multiply1x1(a, aOffset, depth, panel, panelOffset + v * LANES, width * LANES, out,
                        outOffset + v * LANES, low, high);
            }
        }
    }

    @Override
    void accumulate(int width, float[] a, int aOffset, int aRowStride, int depth, float[] panel, int panelOffset,
            float[] out, int outOffset, int outRowStride, float low, float high) {
        throw new UnsupportedOperationException(this + " does not accumulate");
    }

    @Override
    void gather(int width, float[] a, int aOffset, int aRowStride, int[] offsets, float[] panel, int panelOffset,
            float[] out, int outOffset, int outRowStride, float low, float high) {
        if (width == vectors) {
            GemmLoops.gather1x4(a, aOffset, offsets, panel, panelOffset, out, outOffset, low, high);
        } else {
            for (int v = 0; v < width; v++) {
                GemmLoops.gather1x1(a, aOffset, offsets, panel, panelOffset + v * LANES, width * LANES, out,
                        outOffset + v * LANES, low, high);
            }
        }
    }
}
