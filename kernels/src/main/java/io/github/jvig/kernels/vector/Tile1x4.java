package io.github.jvig.kernels.vector;

import static io.github.jvig.kernels.vector.VectorConfig.FLOATS;
import static io.github.jvig.kernels.vector.VectorConfig.LANES;

import jdk.incubator.vector.FloatVector;

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
            int panelOffset,
            float[] out, int outOffset, int outRowStride) {
        if (width == vectors) {
            multiply4(a, aOffset, depth, panel, panelOffset, out, outOffset);
        } else {
            for (int v = 0; v < width; v++) {
                multiply1(a, aOffset, depth, panel, panelOffset + v * LANES, width * LANES, out, outOffset + v * LANES);
            }
        }
    }

    @Override
    void gather(int width, float[] a, int aOffset, int aRowStride, int[] offsets, float[] panel, int panelOffset,
            float[] out,
            int outOffset, int outRowStride) {
        if (width == vectors) {
            gather4(a, aOffset, offsets, panel, panelOffset, out, outOffset);
        } else {
            for (int v = 0; v < width; v++) {
                gather1(a, aOffset, offsets, panel, panelOffset + v * LANES, width * LANES, out, outOffset + v * LANES);
            }
        }
    }

    private static void multiply4(float[] a, int aOffset, int depth, float[] panel, int panelOffset, float[] out,
            int outOffset) {
        FloatVector s00 = FloatVector.fromArray(FLOATS, panel, panelOffset);
        FloatVector s01 = FloatVector.fromArray(FLOATS, panel, panelOffset + LANES);
        FloatVector s02 = FloatVector.fromArray(FLOATS, panel, panelOffset + 2 * LANES);
        FloatVector s03 = FloatVector.fromArray(FLOATS, panel, panelOffset + 3 * LANES);
        int p = panelOffset + 4 * LANES;
        for (int k = 0; k < depth; k++) {
            FloatVector w0 = FloatVector.fromArray(FLOATS, panel, p);
            FloatVector w1 = FloatVector.fromArray(FLOATS, panel, p + LANES);
            FloatVector w2 = FloatVector.fromArray(FLOATS, panel, p + 2 * LANES);
            FloatVector w3 = FloatVector.fromArray(FLOATS, panel, p + 3 * LANES);
            FloatVector x = FloatVector.broadcast(FLOATS, a[aOffset + k]);
            s00 = x.fma(w0, s00);
            s01 = x.fma(w1, s01);
            s02 = x.fma(w2, s02);
            s03 = x.fma(w3, s03);
            p += 4 * LANES;
        }
        s00.intoArray(out, outOffset);
        s01.intoArray(out, outOffset + LANES);
        s02.intoArray(out, outOffset + 2 * LANES);
        s03.intoArray(out, outOffset + 3 * LANES);
    }

    private static void multiply1(float[] a, int aOffset, int depth, float[] panel, int panelOffset, int panelStep,
            float[] out,
            int outOffset) {
        FloatVector s00 = FloatVector.fromArray(FLOATS, panel, panelOffset);
        int p = panelOffset + panelStep;
        for (int k = 0; k < depth; k++) {
            FloatVector w0 = FloatVector.fromArray(FLOATS, panel, p);
            FloatVector x = FloatVector.broadcast(FLOATS, a[aOffset + k]);
            s00 = x.fma(w0, s00);
            p += panelStep;
        }
        s00.intoArray(out, outOffset);
    }

    private static void gather4(float[] a, int aOffset, int[] offsets, float[] panel, int panelOffset, float[] out,
            int outOffset) {
        FloatVector s00 = FloatVector.fromArray(FLOATS, panel, panelOffset);
        FloatVector s01 = FloatVector.fromArray(FLOATS, panel, panelOffset + LANES);
        FloatVector s02 = FloatVector.fromArray(FLOATS, panel, panelOffset + 2 * LANES);
        FloatVector s03 = FloatVector.fromArray(FLOATS, panel, panelOffset + 3 * LANES);
        int p = panelOffset + 4 * LANES;
        for (int offset : offsets) {
            FloatVector w0 = FloatVector.fromArray(FLOATS, panel, p);
            FloatVector w1 = FloatVector.fromArray(FLOATS, panel, p + LANES);
            FloatVector w2 = FloatVector.fromArray(FLOATS, panel, p + 2 * LANES);
            FloatVector w3 = FloatVector.fromArray(FLOATS, panel, p + 3 * LANES);
            FloatVector x = FloatVector.broadcast(FLOATS, a[aOffset + offset]);
            s00 = x.fma(w0, s00);
            s01 = x.fma(w1, s01);
            s02 = x.fma(w2, s02);
            s03 = x.fma(w3, s03);
            p += 4 * LANES;
        }
        s00.intoArray(out, outOffset);
        s01.intoArray(out, outOffset + LANES);
        s02.intoArray(out, outOffset + 2 * LANES);
        s03.intoArray(out, outOffset + 3 * LANES);
    }

    private static void gather1(float[] a, int aOffset, int[] offsets, float[] panel, int panelOffset, int panelStep,
            float[] out, int outOffset) {
        FloatVector s00 = FloatVector.fromArray(FLOATS, panel, panelOffset);
        int p = panelOffset + panelStep;
        for (int offset : offsets) {
            FloatVector w0 = FloatVector.fromArray(FLOATS, panel, p);
            FloatVector x = FloatVector.broadcast(FLOATS, a[aOffset + offset]);
            s00 = x.fma(w0, s00);
            p += panelStep;
        }
        s00.intoArray(out, outOffset);
    }
}
