package io.github.jvig.kernels.vector;

import static io.github.jvig.kernels.vector.VectorConfig.FLOATS;
import static io.github.jvig.kernels.vector.VectorConfig.LANES;

import jdk.incubator.vector.FloatVector;

/**
 * Seven rows by three vectors, 21 sums: the tile for 32 registers, of which it uses 25 to 31. The maps of mobile nets at the usual sizes
 * have a multiple of 49 pixels, so its rows divide them; what is left of others goes to {@link Tile4x3}.
 *
 * <p>Long, and alike from width to width, because sums must be local variables of one method: C2 boxes what is passed on.
 */
final class Tile7x3 extends GemmTile {
    Tile7x3() {
        super(7, 3, 128);
    }

    @Override
    boolean suits(int registers) {
        return registers >= 32;
    }

    @Override
    String registers() {
        return "32 vector registers";
    }

    @Override
    int rowsFor(int left, int width) {
        return left <= Tile4x3.ROWS && width == 3 ? Tile4x3.ROWS : rows;
    }

    @Override
    void multiply(int height, int width, float[] a, int aOffset, int aRowStride, int depth, float[] panel,
            int panelOffset,
            float[] out, int outOffset, int outRowStride) {
        if (height < rows) {
            Tile4x3.multiply(aOffset, aRowStride, depth, a, panel, panelOffset, out, outOffset, outRowStride);
            return;
        }
        switch (width) {
            case 3 -> multiply3(aOffset, aRowStride, depth, a, panel, panelOffset, out, outOffset, outRowStride);
            case 2 -> multiply2(a, aOffset, aRowStride, depth, panel, panelOffset, out, outOffset, outRowStride);
            default -> multiply1(a, aOffset, aRowStride, depth, panel, panelOffset, out, outOffset, outRowStride);
        }
    }

    @Override
    void gather(int width, float[] a, int aOffset, int aRowStride, int[] offsets, float[] panel, int panelOffset,
            float[] out,
            int outOffset, int outRowStride) {
        switch (width) {
            case 3 -> gather3(a, aOffset, aRowStride, offsets, panel, panelOffset, out, outOffset, outRowStride);
            case 2 -> gather2(a, aOffset, aRowStride, offsets, panel, panelOffset, out, outOffset, outRowStride);
            default -> gather1(a, aOffset, aRowStride, offsets, panel, panelOffset, out, outOffset, outRowStride);
        }
    }

    /**
     * The hot loop of the whole package. It starts at the first row, not at zero, so that one row needs no register of its own, and the
     * parameters come in an order in which C2 keeps {@code a} in a register: with {@code a} first it parks it in a vector register and
     * fetches it back at every step, which costs 8 %.
     */
    private static void multiply3(int aOffset, int aRowStride, int depth, float[] a, float[] panel, int panelOffset,
            float[] out,
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
        FloatVector s40 = s00;
        FloatVector s41 = s01;
        FloatVector s42 = s02;
        FloatVector s50 = s00;
        FloatVector s51 = s01;
        FloatVector s52 = s02;
        FloatVector s60 = s00;
        FloatVector s61 = s01;
        FloatVector s62 = s02;
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
            x = FloatVector.broadcast(FLOATS, a[k + 4 * aRowStride]);
            s40 = x.fma(w0, s40);
            s41 = x.fma(w1, s41);
            s42 = x.fma(w2, s42);
            x = FloatVector.broadcast(FLOATS, a[k + 5 * aRowStride]);
            s50 = x.fma(w0, s50);
            s51 = x.fma(w1, s51);
            s52 = x.fma(w2, s52);
            x = FloatVector.broadcast(FLOATS, a[k + 6 * aRowStride]);
            s60 = x.fma(w0, s60);
            s61 = x.fma(w1, s61);
            s62 = x.fma(w2, s62);
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
        s40.intoArray(out, outOffset + 4 * outRowStride);
        s41.intoArray(out, outOffset + 4 * outRowStride + LANES);
        s42.intoArray(out, outOffset + 4 * outRowStride + 2 * LANES);
        s50.intoArray(out, outOffset + 5 * outRowStride);
        s51.intoArray(out, outOffset + 5 * outRowStride + LANES);
        s52.intoArray(out, outOffset + 5 * outRowStride + 2 * LANES);
        s60.intoArray(out, outOffset + 6 * outRowStride);
        s61.intoArray(out, outOffset + 6 * outRowStride + LANES);
        s62.intoArray(out, outOffset + 6 * outRowStride + 2 * LANES);
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
        FloatVector s60 = s00;
        FloatVector s61 = s01;
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
            x = FloatVector.broadcast(FLOATS, a[aOffset + 6 * aRowStride + k]);
            s60 = x.fma(w0, s60);
            s61 = x.fma(w1, s61);
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
        s60.intoArray(out, outOffset + 6 * outRowStride);
        s61.intoArray(out, outOffset + 6 * outRowStride + LANES);
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
        FloatVector s60 = s00;
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
            x = FloatVector.broadcast(FLOATS, a[aOffset + 6 * aRowStride + k]);
            s60 = x.fma(w0, s60);
            p += LANES;
        }
        s00.intoArray(out, outOffset);
        s10.intoArray(out, outOffset + outRowStride);
        s20.intoArray(out, outOffset + 2 * outRowStride);
        s30.intoArray(out, outOffset + 3 * outRowStride);
        s40.intoArray(out, outOffset + 4 * outRowStride);
        s50.intoArray(out, outOffset + 5 * outRowStride);
        s60.intoArray(out, outOffset + 6 * outRowStride);
    }

    private static void gather3(float[] a, int aOffset, int aRowStride, int[] offsets, float[] panel, int panelOffset,
            float[] out,
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
        FloatVector s40 = s00;
        FloatVector s41 = s01;
        FloatVector s42 = s02;
        FloatVector s50 = s00;
        FloatVector s51 = s01;
        FloatVector s52 = s02;
        FloatVector s60 = s00;
        FloatVector s61 = s01;
        FloatVector s62 = s02;
        int p = panelOffset + 3 * LANES;
        for (int offset : offsets) {
            FloatVector w0 = FloatVector.fromArray(FLOATS, panel, p);
            FloatVector w1 = FloatVector.fromArray(FLOATS, panel, p + LANES);
            FloatVector w2 = FloatVector.fromArray(FLOATS, panel, p + 2 * LANES);
            FloatVector x = FloatVector.broadcast(FLOATS, a[aOffset + offset]);
            s00 = x.fma(w0, s00);
            s01 = x.fma(w1, s01);
            s02 = x.fma(w2, s02);
            x = FloatVector.broadcast(FLOATS, a[aOffset + aRowStride + offset]);
            s10 = x.fma(w0, s10);
            s11 = x.fma(w1, s11);
            s12 = x.fma(w2, s12);
            x = FloatVector.broadcast(FLOATS, a[aOffset + 2 * aRowStride + offset]);
            s20 = x.fma(w0, s20);
            s21 = x.fma(w1, s21);
            s22 = x.fma(w2, s22);
            x = FloatVector.broadcast(FLOATS, a[aOffset + 3 * aRowStride + offset]);
            s30 = x.fma(w0, s30);
            s31 = x.fma(w1, s31);
            s32 = x.fma(w2, s32);
            x = FloatVector.broadcast(FLOATS, a[aOffset + 4 * aRowStride + offset]);
            s40 = x.fma(w0, s40);
            s41 = x.fma(w1, s41);
            s42 = x.fma(w2, s42);
            x = FloatVector.broadcast(FLOATS, a[aOffset + 5 * aRowStride + offset]);
            s50 = x.fma(w0, s50);
            s51 = x.fma(w1, s51);
            s52 = x.fma(w2, s52);
            x = FloatVector.broadcast(FLOATS, a[aOffset + 6 * aRowStride + offset]);
            s60 = x.fma(w0, s60);
            s61 = x.fma(w1, s61);
            s62 = x.fma(w2, s62);
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
        s40.intoArray(out, outOffset + 4 * outRowStride);
        s41.intoArray(out, outOffset + 4 * outRowStride + LANES);
        s42.intoArray(out, outOffset + 4 * outRowStride + 2 * LANES);
        s50.intoArray(out, outOffset + 5 * outRowStride);
        s51.intoArray(out, outOffset + 5 * outRowStride + LANES);
        s52.intoArray(out, outOffset + 5 * outRowStride + 2 * LANES);
        s60.intoArray(out, outOffset + 6 * outRowStride);
        s61.intoArray(out, outOffset + 6 * outRowStride + LANES);
        s62.intoArray(out, outOffset + 6 * outRowStride + 2 * LANES);
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
        FloatVector s60 = s00;
        FloatVector s61 = s01;
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
            x = FloatVector.broadcast(FLOATS, a[aOffset + 6 * aRowStride + offset]);
            s60 = x.fma(w0, s60);
            s61 = x.fma(w1, s61);
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
        s60.intoArray(out, outOffset + 6 * outRowStride);
        s61.intoArray(out, outOffset + 6 * outRowStride + LANES);
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
        FloatVector s60 = s00;
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
            x = FloatVector.broadcast(FLOATS, a[aOffset + 6 * aRowStride + offset]);
            s60 = x.fma(w0, s60);
            p += LANES;
        }
        s00.intoArray(out, outOffset);
        s10.intoArray(out, outOffset + outRowStride);
        s20.intoArray(out, outOffset + 2 * outRowStride);
        s30.intoArray(out, outOffset + 3 * outRowStride);
        s40.intoArray(out, outOffset + 4 * outRowStride);
        s50.intoArray(out, outOffset + 5 * outRowStride);
        s60.intoArray(out, outOffset + 6 * outRowStride);
    }
}
