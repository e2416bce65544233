package io.github.jvig.kernels.vector;

import static io.github.jvig.kernels.vector.VectorConfig.FLOATS;
import static io.github.jvig.kernels.vector.VectorConfig.LANES;

import jdk.incubator.vector.FloatVector;

/**
 * Four rows by three vectors, for what {@link Tile7x3} leaves of a map whose pixels its seven rows do not divide: of 30 pixels (6x5) it
 * leaves two, for which a full tile would do five rows once more.
 */
final class Tile4x3 {
    static final int ROWS = 4;

    private Tile4x3() {
    }

    /** {@link GemmTile#multiply} of four rows and three vectors. */
    static void multiply(int aOffset, int aRowStride, int depth, float[] a, float[] panel, int panelOffset, float[] out,
            int outOffset, int outRowStride) {
        FloatVector s00 = FloatVector.fromArray(FLOATS, panel, panelOffset);
        FloatVector s01 = FloatVector.fromArray(FLOATS, panel, panelOffset + LANES);
        FloatVector s02 = FloatVector.fromArray(FLOATS, panel, panelOffset + 2 * LANES);
        FloatVector s10 = s00;
        FloatVector s11 = s01;
        FloatVector s12 = s02;
        FloatVector s20 = s00;
        FloatVector s21 = s01;
        FloatVector s22 = s02;
        FloatVector s30 = s00;
        FloatVector s31 = s01;
        FloatVector s32 = s02;
        int p = panelOffset + 3 * LANES;
        for (int k = aOffset; k < aOffset + depth; k++) {
            FloatVector w0 = FloatVector.fromArray(FLOATS, panel, p);
            FloatVector w1 = FloatVector.fromArray(FLOATS, panel, p + LANES);
            FloatVector w2 = FloatVector.fromArray(FLOATS, panel, p + 2 * LANES);
            FloatVector x = FloatVector.broadcast(FLOATS, a[k]);
            s00 = x.fma(w0, s00);
            s01 = x.fma(w1, s01);
            s02 = x.fma(w2, s02);
            x = FloatVector.broadcast(FLOATS, a[k + aRowStride]);
            s10 = x.fma(w0, s10);
            s11 = x.fma(w1, s11);
            s12 = x.fma(w2, s12);
            x = FloatVector.broadcast(FLOATS, a[k + 2 * aRowStride]);
            s20 = x.fma(w0, s20);
            s21 = x.fma(w1, s21);
            s22 = x.fma(w2, s22);
            x = FloatVector.broadcast(FLOATS, a[k + 3 * aRowStride]);
            s30 = x.fma(w0, s30);
            s31 = x.fma(w1, s31);
            s32 = x.fma(w2, s32);
            p += 3 * LANES;
        }
        s00.intoArray(out, outOffset);
        s01.intoArray(out, outOffset + LANES);
        s02.intoArray(out, outOffset + 2 * LANES);
        s10.intoArray(out, outOffset + outRowStride);
        s11.intoArray(out, outOffset + outRowStride + LANES);
        s12.intoArray(out, outOffset + outRowStride + 2 * LANES);
        s20.intoArray(out, outOffset + 2 * outRowStride);
        s21.intoArray(out, outOffset + 2 * outRowStride + LANES);
        s22.intoArray(out, outOffset + 2 * outRowStride + 2 * LANES);
        s30.intoArray(out, outOffset + 3 * outRowStride);
        s31.intoArray(out, outOffset + 3 * outRowStride + LANES);
        s32.intoArray(out, outOffset + 3 * outRowStride + 2 * LANES);
    }
}
