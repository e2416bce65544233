package io.github.jvig.kernels.vector;

import static io.github.jvig.kernels.vector.VectorConfig.FLOATS;
import static io.github.jvig.kernels.vector.VectorConfig.LANES;

import jdk.incubator.vector.FloatVector;

/**
 * Six rows by two vectors, 12 sums: the tile for 16 registers, of which it uses 15.
 */
final class Tile6x2 extends GemmTile {
    Tile6x2() {
        super(6, 2, 64);
    }

    @Override
    boolean suits(int registers) {
        return registers < 32;
    }

    @Override
    String registers() {
        return "16 vector registers";
    }

    @Override
    void multiply(int height, int width, float[] a, int aOffset, int aRowStride, int depth, float[] panel,
            int panelOffset,
            float[] out, int outOffset, int outRowStride) {
        switch (width) {
            case 2 -> multiply2(a, aOffset, aRowStride, depth, panel, panelOffset, out, outOffset, outRowStride);
            default -> multiply1(a, aOffset, aRowStride, depth, panel, panelOffset, out, outOffset, outRowStride);
        }
    }

    @Override
    void gather(int width, float[] a, int aOffset, int aRowStride, int[] offsets, float[] panel, int panelOffset,
            float[] out,
            int outOffset, int outRowStride) {
        switch (width) {
            case 2 -> gather2(a, aOffset, aRowStride, offsets, panel, panelOffset, out, outOffset, outRowStride);
            default -> gather1(a, aOffset, aRowStride, offsets, panel, panelOffset, out, outOffset, outRowStride);
        }
    }

    private static void multiply2(float[] a, int aOffset, int aRowStride, int depth, float[] panel, int panelOffset,
            float[] out,
            int outOffset, int outRowStride) {
        FloatVector s00 = FloatVector.fromArray(FLOATS, panel, panelOffset);
        FloatVector s01 = FloatVector.fromArray(FLOATS, panel, panelOffset + LANES);
        FloatVector s10 = s00;
        FloatVector s11 = s01;
        FloatVector s20 = s00;
        FloatVector s21 = s01;
        FloatVector s30 = s00;
        FloatVector s31 = s01;
        FloatVector s40 = s00;
        FloatVector s41 = s01;
        FloatVector s50 = s00;
        FloatVector s51 = s01;
        int p = panelOffset + 2 * LANES;
        for (int k = 0; k < depth; k++) {
            FloatVector w0 = FloatVector.fromArray(FLOATS, panel, p);
            FloatVector w1 = FloatVector.fromArray(FLOATS, panel, p + LANES);
            FloatVector x = FloatVector.broadcast(FLOATS, a[aOffset + k]);
            s00 = x.fma(w0, s00);
            s01 = x.fma(w1, s01);
            x = FloatVector.broadcast(FLOATS, a[aOffset + aRowStride + k]);
            s10 = x.fma(w0, s10);
            s11 = x.fma(w1, s11);
            x = FloatVector.broadcast(FLOATS, a[aOffset + 2 * aRowStride + k]);
            s20 = x.fma(w0, s20);
            s21 = x.fma(w1, s21);
            x = FloatVector.broadcast(FLOATS, a[aOffset + 3 * aRowStride + k]);
            s30 = x.fma(w0, s30);
            s31 = x.fma(w1, s31);
            x = FloatVector.broadcast(FLOATS, a[aOffset + 4 * aRowStride + k]);
            s40 = x.fma(w0, s40);
            s41 = x.fma(w1, s41);
            x = FloatVector.broadcast(FLOATS, a[aOffset + 5 * aRowStride + k]);
            s50 = x.fma(w0, s50);
            s51 = x.fma(w1, s51);
            p += 2 * LANES;
        }
        s00.intoArray(out, outOffset);
        s01.intoArray(out, outOffset + LANES);
        s10.intoArray(out, outOffset + outRowStride);
        s11.intoArray(out, outOffset + outRowStride + LANES);
        s20.intoArray(out, outOffset + 2 * outRowStride);
        s21.intoArray(out, outOffset + 2 * outRowStride + LANES);
        s30.intoArray(out, outOffset + 3 * outRowStride);
        s31.intoArray(out, outOffset + 3 * outRowStride + LANES);
        s40.intoArray(out, outOffset + 4 * outRowStride);
        s41.intoArray(out, outOffset + 4 * outRowStride + LANES);
        s50.intoArray(out, outOffset + 5 * outRowStride);
        s51.intoArray(out, outOffset + 5 * outRowStride + LANES);
    }

    private static void multiply1(float[] a, int aOffset, int aRowStride, int depth, float[] panel, int panelOffset,
            float[] out,
            int outOffset, int outRowStride) {
        FloatVector s00 = FloatVector.fromArray(FLOATS, panel, panelOffset);
        FloatVector s10 = s00;
        FloatVector s20 = s00;
        FloatVector s30 = s00;
        FloatVector s40 = s00;
        FloatVector s50 = s00;
        int p = panelOffset + LANES;
        for (int k = 0; k < depth; k++) {
            FloatVector w0 = FloatVector.fromArray(FLOATS, panel, p);
            FloatVector x = FloatVector.broadcast(FLOATS, a[aOffset + k]);
            s00 = x.fma(w0, s00);
            x = FloatVector.broadcast(FLOATS, a[aOffset + aRowStride + k]);
            s10 = x.fma(w0, s10);
            x = FloatVector.broadcast(FLOATS, a[aOffset + 2 * aRowStride + k]);
            s20 = x.fma(w0, s20);
            x = FloatVector.broadcast(FLOATS, a[aOffset + 3 * aRowStride + k]);
            s30 = x.fma(w0, s30);
            x = FloatVector.broadcast(FLOATS, a[aOffset + 4 * aRowStride + k]);
            s40 = x.fma(w0, s40);
            x = FloatVector.broadcast(FLOATS, a[aOffset + 5 * aRowStride + k]);
            s50 = x.fma(w0, s50);
            p += LANES;
        }
        s00.intoArray(out, outOffset);
        s10.intoArray(out, outOffset + outRowStride);
        s20.intoArray(out, outOffset + 2 * outRowStride);
        s30.intoArray(out, outOffset + 3 * outRowStride);
        s40.intoArray(out, outOffset + 4 * outRowStride);
        s50.intoArray(out, outOffset + 5 * outRowStride);
    }

    private static void gather2(float[] a, int aOffset, int aRowStride, int[] offsets, float[] panel, int panelOffset,
            float[] out,
            int outOffset, int outRowStride) {
        FloatVector s00 = FloatVector.fromArray(FLOATS, panel, panelOffset);
        FloatVector s01 = FloatVector.fromArray(FLOATS, panel, panelOffset + LANES);
        FloatVector s10 = s00;
        FloatVector s11 = s01;
        FloatVector s20 = s00;
        FloatVector s21 = s01;
        FloatVector s30 = s00;
        FloatVector s31 = s01;
        FloatVector s40 = s00;
        FloatVector s41 = s01;
        FloatVector s50 = s00;
        FloatVector s51 = s01;
        int p = panelOffset + 2 * LANES;
        for (int offset : offsets) {
            FloatVector w0 = FloatVector.fromArray(FLOATS, panel, p);
            FloatVector w1 = FloatVector.fromArray(FLOATS, panel, p + LANES);
            FloatVector x = FloatVector.broadcast(FLOATS, a[aOffset + offset]);
            s00 = x.fma(w0, s00);
            s01 = x.fma(w1, s01);
            x = FloatVector.broadcast(FLOATS, a[aOffset + aRowStride + offset]);
            s10 = x.fma(w0, s10);
            s11 = x.fma(w1, s11);
            x = FloatVector.broadcast(FLOATS, a[aOffset + 2 * aRowStride + offset]);
            s20 = x.fma(w0, s20);
            s21 = x.fma(w1, s21);
            x = FloatVector.broadcast(FLOATS, a[aOffset + 3 * aRowStride + offset]);
            s30 = x.fma(w0, s30);
            s31 = x.fma(w1, s31);
            x = FloatVector.broadcast(FLOATS, a[aOffset + 4 * aRowStride + offset]);
            s40 = x.fma(w0, s40);
            s41 = x.fma(w1, s41);
            x = FloatVector.broadcast(FLOATS, a[aOffset + 5 * aRowStride + offset]);
            s50 = x.fma(w0, s50);
            s51 = x.fma(w1, s51);
            p += 2 * LANES;
        }
        s00.intoArray(out, outOffset);
        s01.intoArray(out, outOffset + LANES);
        s10.intoArray(out, outOffset + outRowStride);
        s11.intoArray(out, outOffset + outRowStride + LANES);
        s20.intoArray(out, outOffset + 2 * outRowStride);
        s21.intoArray(out, outOffset + 2 * outRowStride + LANES);
        s30.intoArray(out, outOffset + 3 * outRowStride);
        s31.intoArray(out, outOffset + 3 * outRowStride + LANES);
        s40.intoArray(out, outOffset + 4 * outRowStride);
        s41.intoArray(out, outOffset + 4 * outRowStride + LANES);
        s50.intoArray(out, outOffset + 5 * outRowStride);
        s51.intoArray(out, outOffset + 5 * outRowStride + LANES);
    }

    private static void gather1(float[] a, int aOffset, int aRowStride, int[] offsets, float[] panel, int panelOffset,
            float[] out,
            int outOffset, int outRowStride) {
        FloatVector s00 = FloatVector.fromArray(FLOATS, panel, panelOffset);
        FloatVector s10 = s00;
        FloatVector s20 = s00;
        FloatVector s30 = s00;
        FloatVector s40 = s00;
        FloatVector s50 = s00;
        int p = panelOffset + LANES;
        for (int offset : offsets) {
            FloatVector w0 = FloatVector.fromArray(FLOATS, panel, p);
            FloatVector x = FloatVector.broadcast(FLOATS, a[aOffset + offset]);
            s00 = x.fma(w0, s00);
            x = FloatVector.broadcast(FLOATS, a[aOffset + aRowStride + offset]);
            s10 = x.fma(w0, s10);
            x = FloatVector.broadcast(FLOATS, a[aOffset + 2 * aRowStride + offset]);
            s20 = x.fma(w0, s20);
            x = FloatVector.broadcast(FLOATS, a[aOffset + 3 * aRowStride + offset]);
            s30 = x.fma(w0, s30);
            x = FloatVector.broadcast(FLOATS, a[aOffset + 4 * aRowStride + offset]);
            s40 = x.fma(w0, s40);
            x = FloatVector.broadcast(FLOATS, a[aOffset + 5 * aRowStride + offset]);
            s50 = x.fma(w0, s50);
            p += LANES;
        }
        s00.intoArray(out, outOffset);
        s10.intoArray(out, outOffset + outRowStride);
        s20.intoArray(out, outOffset + 2 * outRowStride);
        s30.intoArray(out, outOffset + 3 * outRowStride);
        s40.intoArray(out, outOffset + 4 * outRowStride);
        s50.intoArray(out, outOffset + 5 * outRowStride);
    }
}
