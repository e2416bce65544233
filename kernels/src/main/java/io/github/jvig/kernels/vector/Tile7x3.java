package io.github.jvig.kernels.vector;

import static io.github.jvig.kernels.vector.Isa.FLOATS;
import static io.github.jvig.kernels.vector.Isa.LANES;

import jdk.incubator.vector.FloatVector;

/**
 * Seven rows by three vectors, 21 sums: the tile for 32 registers, of which it uses 25 to 31. The maps of mobile nets at the usual sizes
 * have a multiple of 49 pixels, so its rows divide them; what is left of others goes to {@link Rest4x3}.
 *
 * <p>Long, and alike from width to width, because sums must be local variables of one method: C2 boxes what is passed on.
 */
final class Tile7x3 extends Tile {
    Tile7x3() {
        super(7, 3, 128);
    }

    @Override
    boolean suits(int registers) {
        return registers >= 32;
    }

    @Override
    int rowsFor(int left, int width) {
        return left <= Rest4x3.ROWS && width == 3 ? Rest4x3.ROWS : rows;
    }

    @Override
    void multiply(int height, int width, float[] a, int aAt, int aStep, int depth, float[] panel, int panelAt,
            float[] out, int outAt, int outStep) {
        if (height < rows) {
            Rest4x3.multiply(aAt, aStep, depth, a, panel, panelAt, out, outAt, outStep);
            return;
        }
        switch (width) {
            case 3 -> multiply3(aAt, aStep, depth, a, panel, panelAt, out, outAt, outStep);
            case 2 -> multiply2(a, aAt, aStep, depth, panel, panelAt, out, outAt, outStep);
            default -> multiply1(a, aAt, aStep, depth, panel, panelAt, out, outAt, outStep);
        }
    }

    @Override
    void gather(int width, float[] a, int aAt, int aStep, int[] offsets, float[] panel, int panelAt, float[] out,
            int outAt, int outStep) {
        switch (width) {
            case 3 -> gather3(a, aAt, aStep, offsets, panel, panelAt, out, outAt, outStep);
            case 2 -> gather2(a, aAt, aStep, offsets, panel, panelAt, out, outAt, outStep);
            default -> gather1(a, aAt, aStep, offsets, panel, panelAt, out, outAt, outStep);
        }
    }

    /**
     * The hot loop of the whole package. It starts at the first row, not at zero, so that one row needs no register of its own, and the
     * parameters come in an order in which C2 keeps {@code a} in a register: with {@code a} first it parks it in a vector register and
     * fetches it back at every step, which costs 8 %.
     */
    private static void multiply3(int aAt, int aStep, int depth, float[] a, float[] panel, int panelAt, float[] out,
            int outAt, int outStep) {
        FloatVector s00 = FloatVector.fromArray(FLOATS, panel, panelAt);
        FloatVector s01 = FloatVector.fromArray(FLOATS, panel, panelAt + LANES);
        FloatVector s02 = FloatVector.fromArray(FLOATS, panel, panelAt + 2 * LANES);
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
        int p = panelAt + 3 * LANES;
        for (int k = aAt; k < aAt + depth; k++) {
            FloatVector w0 = FloatVector.fromArray(FLOATS, panel, p);
            FloatVector w1 = FloatVector.fromArray(FLOATS, panel, p + LANES);
            FloatVector w2 = FloatVector.fromArray(FLOATS, panel, p + 2 * LANES);
            FloatVector x = FloatVector.broadcast(FLOATS, a[k]);
            s00 = x.fma(w0, s00);
            s01 = x.fma(w1, s01);
            s02 = x.fma(w2, s02);
            x = FloatVector.broadcast(FLOATS, a[k + aStep]);
            s10 = x.fma(w0, s10);
            s11 = x.fma(w1, s11);
            s12 = x.fma(w2, s12);
            x = FloatVector.broadcast(FLOATS, a[k + 2 * aStep]);
            s20 = x.fma(w0, s20);
            s21 = x.fma(w1, s21);
            s22 = x.fma(w2, s22);
            x = FloatVector.broadcast(FLOATS, a[k + 3 * aStep]);
            s30 = x.fma(w0, s30);
            s31 = x.fma(w1, s31);
            s32 = x.fma(w2, s32);
            x = FloatVector.broadcast(FLOATS, a[k + 4 * aStep]);
            s40 = x.fma(w0, s40);
            s41 = x.fma(w1, s41);
            s42 = x.fma(w2, s42);
            x = FloatVector.broadcast(FLOATS, a[k + 5 * aStep]);
            s50 = x.fma(w0, s50);
            s51 = x.fma(w1, s51);
            s52 = x.fma(w2, s52);
            x = FloatVector.broadcast(FLOATS, a[k + 6 * aStep]);
            s60 = x.fma(w0, s60);
            s61 = x.fma(w1, s61);
            s62 = x.fma(w2, s62);
            p += 3 * LANES;
        }
        s00.intoArray(out, outAt);
        s01.intoArray(out, outAt + LANES);
        s02.intoArray(out, outAt + 2 * LANES);
        s10.intoArray(out, outAt + outStep);
        s11.intoArray(out, outAt + outStep + LANES);
        s12.intoArray(out, outAt + outStep + 2 * LANES);
        s20.intoArray(out, outAt + 2 * outStep);
        s21.intoArray(out, outAt + 2 * outStep + LANES);
        s22.intoArray(out, outAt + 2 * outStep + 2 * LANES);
        s30.intoArray(out, outAt + 3 * outStep);
        s31.intoArray(out, outAt + 3 * outStep + LANES);
        s32.intoArray(out, outAt + 3 * outStep + 2 * LANES);
        s40.intoArray(out, outAt + 4 * outStep);
        s41.intoArray(out, outAt + 4 * outStep + LANES);
        s42.intoArray(out, outAt + 4 * outStep + 2 * LANES);
        s50.intoArray(out, outAt + 5 * outStep);
        s51.intoArray(out, outAt + 5 * outStep + LANES);
        s52.intoArray(out, outAt + 5 * outStep + 2 * LANES);
        s60.intoArray(out, outAt + 6 * outStep);
        s61.intoArray(out, outAt + 6 * outStep + LANES);
        s62.intoArray(out, outAt + 6 * outStep + 2 * LANES);
    }

    private static void multiply2(float[] a, int aAt, int aStep, int depth, float[] panel, int panelAt, float[] out,
            int outAt, int outStep) {
        FloatVector s00 = FloatVector.fromArray(FLOATS, panel, panelAt);
        FloatVector s01 = FloatVector.fromArray(FLOATS, panel, panelAt + LANES);
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
        int p = panelAt + 2 * LANES;
        for (int k = 0; k < depth; k++) {
            FloatVector w0 = FloatVector.fromArray(FLOATS, panel, p);
            FloatVector w1 = FloatVector.fromArray(FLOATS, panel, p + LANES);
            FloatVector x = FloatVector.broadcast(FLOATS, a[aAt + k]);
            s00 = x.fma(w0, s00);
            s01 = x.fma(w1, s01);
            x = FloatVector.broadcast(FLOATS, a[aAt + aStep + k]);
            s10 = x.fma(w0, s10);
            s11 = x.fma(w1, s11);
            x = FloatVector.broadcast(FLOATS, a[aAt + 2 * aStep + k]);
            s20 = x.fma(w0, s20);
            s21 = x.fma(w1, s21);
            x = FloatVector.broadcast(FLOATS, a[aAt + 3 * aStep + k]);
            s30 = x.fma(w0, s30);
            s31 = x.fma(w1, s31);
            x = FloatVector.broadcast(FLOATS, a[aAt + 4 * aStep + k]);
            s40 = x.fma(w0, s40);
            s41 = x.fma(w1, s41);
            x = FloatVector.broadcast(FLOATS, a[aAt + 5 * aStep + k]);
            s50 = x.fma(w0, s50);
            s51 = x.fma(w1, s51);
            x = FloatVector.broadcast(FLOATS, a[aAt + 6 * aStep + k]);
            s60 = x.fma(w0, s60);
            s61 = x.fma(w1, s61);
            p += 2 * LANES;
        }
        s00.intoArray(out, outAt);
        s01.intoArray(out, outAt + LANES);
        s10.intoArray(out, outAt + outStep);
        s11.intoArray(out, outAt + outStep + LANES);
        s20.intoArray(out, outAt + 2 * outStep);
        s21.intoArray(out, outAt + 2 * outStep + LANES);
        s30.intoArray(out, outAt + 3 * outStep);
        s31.intoArray(out, outAt + 3 * outStep + LANES);
        s40.intoArray(out, outAt + 4 * outStep);
        s41.intoArray(out, outAt + 4 * outStep + LANES);
        s50.intoArray(out, outAt + 5 * outStep);
        s51.intoArray(out, outAt + 5 * outStep + LANES);
        s60.intoArray(out, outAt + 6 * outStep);
        s61.intoArray(out, outAt + 6 * outStep + LANES);
    }

    private static void multiply1(float[] a, int aAt, int aStep, int depth, float[] panel, int panelAt, float[] out,
            int outAt, int outStep) {
        FloatVector s00 = FloatVector.fromArray(FLOATS, panel, panelAt);
        FloatVector s10 = s00;
        FloatVector s20 = s00;
        FloatVector s30 = s00;
        FloatVector s40 = s00;
        FloatVector s50 = s00;
        FloatVector s60 = s00;
        int p = panelAt + LANES;
        for (int k = 0; k < depth; k++) {
            FloatVector w0 = FloatVector.fromArray(FLOATS, panel, p);
            FloatVector x = FloatVector.broadcast(FLOATS, a[aAt + k]);
            s00 = x.fma(w0, s00);
            x = FloatVector.broadcast(FLOATS, a[aAt + aStep + k]);
            s10 = x.fma(w0, s10);
            x = FloatVector.broadcast(FLOATS, a[aAt + 2 * aStep + k]);
            s20 = x.fma(w0, s20);
            x = FloatVector.broadcast(FLOATS, a[aAt + 3 * aStep + k]);
            s30 = x.fma(w0, s30);
            x = FloatVector.broadcast(FLOATS, a[aAt + 4 * aStep + k]);
            s40 = x.fma(w0, s40);
            x = FloatVector.broadcast(FLOATS, a[aAt + 5 * aStep + k]);
            s50 = x.fma(w0, s50);
            x = FloatVector.broadcast(FLOATS, a[aAt + 6 * aStep + k]);
            s60 = x.fma(w0, s60);
            p += LANES;
        }
        s00.intoArray(out, outAt);
        s10.intoArray(out, outAt + outStep);
        s20.intoArray(out, outAt + 2 * outStep);
        s30.intoArray(out, outAt + 3 * outStep);
        s40.intoArray(out, outAt + 4 * outStep);
        s50.intoArray(out, outAt + 5 * outStep);
        s60.intoArray(out, outAt + 6 * outStep);
    }

    private static void gather3(float[] a, int aAt, int aStep, int[] offsets, float[] panel, int panelAt, float[] out,
            int outAt, int outStep) {
        FloatVector s00 = FloatVector.fromArray(FLOATS, panel, panelAt);
        FloatVector s01 = FloatVector.fromArray(FLOATS, panel, panelAt + LANES);
        FloatVector s02 = FloatVector.fromArray(FLOATS, panel, panelAt + 2 * LANES);
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
        int p = panelAt + 3 * LANES;
        for (int offset : offsets) {
            FloatVector w0 = FloatVector.fromArray(FLOATS, panel, p);
            FloatVector w1 = FloatVector.fromArray(FLOATS, panel, p + LANES);
            FloatVector w2 = FloatVector.fromArray(FLOATS, panel, p + 2 * LANES);
            FloatVector x = FloatVector.broadcast(FLOATS, a[aAt + offset]);
            s00 = x.fma(w0, s00);
            s01 = x.fma(w1, s01);
            s02 = x.fma(w2, s02);
            x = FloatVector.broadcast(FLOATS, a[aAt + aStep + offset]);
            s10 = x.fma(w0, s10);
            s11 = x.fma(w1, s11);
            s12 = x.fma(w2, s12);
            x = FloatVector.broadcast(FLOATS, a[aAt + 2 * aStep + offset]);
            s20 = x.fma(w0, s20);
            s21 = x.fma(w1, s21);
            s22 = x.fma(w2, s22);
            x = FloatVector.broadcast(FLOATS, a[aAt + 3 * aStep + offset]);
            s30 = x.fma(w0, s30);
            s31 = x.fma(w1, s31);
            s32 = x.fma(w2, s32);
            x = FloatVector.broadcast(FLOATS, a[aAt + 4 * aStep + offset]);
            s40 = x.fma(w0, s40);
            s41 = x.fma(w1, s41);
            s42 = x.fma(w2, s42);
            x = FloatVector.broadcast(FLOATS, a[aAt + 5 * aStep + offset]);
            s50 = x.fma(w0, s50);
            s51 = x.fma(w1, s51);
            s52 = x.fma(w2, s52);
            x = FloatVector.broadcast(FLOATS, a[aAt + 6 * aStep + offset]);
            s60 = x.fma(w0, s60);
            s61 = x.fma(w1, s61);
            s62 = x.fma(w2, s62);
            p += 3 * LANES;
        }
        s00.intoArray(out, outAt);
        s01.intoArray(out, outAt + LANES);
        s02.intoArray(out, outAt + 2 * LANES);
        s10.intoArray(out, outAt + outStep);
        s11.intoArray(out, outAt + outStep + LANES);
        s12.intoArray(out, outAt + outStep + 2 * LANES);
        s20.intoArray(out, outAt + 2 * outStep);
        s21.intoArray(out, outAt + 2 * outStep + LANES);
        s22.intoArray(out, outAt + 2 * outStep + 2 * LANES);
        s30.intoArray(out, outAt + 3 * outStep);
        s31.intoArray(out, outAt + 3 * outStep + LANES);
        s32.intoArray(out, outAt + 3 * outStep + 2 * LANES);
        s40.intoArray(out, outAt + 4 * outStep);
        s41.intoArray(out, outAt + 4 * outStep + LANES);
        s42.intoArray(out, outAt + 4 * outStep + 2 * LANES);
        s50.intoArray(out, outAt + 5 * outStep);
        s51.intoArray(out, outAt + 5 * outStep + LANES);
        s52.intoArray(out, outAt + 5 * outStep + 2 * LANES);
        s60.intoArray(out, outAt + 6 * outStep);
        s61.intoArray(out, outAt + 6 * outStep + LANES);
        s62.intoArray(out, outAt + 6 * outStep + 2 * LANES);
    }

    private static void gather2(float[] a, int aAt, int aStep, int[] offsets, float[] panel, int panelAt, float[] out,
            int outAt, int outStep) {
        FloatVector s00 = FloatVector.fromArray(FLOATS, panel, panelAt);
        FloatVector s01 = FloatVector.fromArray(FLOATS, panel, panelAt + LANES);
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
        int p = panelAt + 2 * LANES;
        for (int offset : offsets) {
            FloatVector w0 = FloatVector.fromArray(FLOATS, panel, p);
            FloatVector w1 = FloatVector.fromArray(FLOATS, panel, p + LANES);
            FloatVector x = FloatVector.broadcast(FLOATS, a[aAt + offset]);
            s00 = x.fma(w0, s00);
            s01 = x.fma(w1, s01);
            x = FloatVector.broadcast(FLOATS, a[aAt + aStep + offset]);
            s10 = x.fma(w0, s10);
            s11 = x.fma(w1, s11);
            x = FloatVector.broadcast(FLOATS, a[aAt + 2 * aStep + offset]);
            s20 = x.fma(w0, s20);
            s21 = x.fma(w1, s21);
            x = FloatVector.broadcast(FLOATS, a[aAt + 3 * aStep + offset]);
            s30 = x.fma(w0, s30);
            s31 = x.fma(w1, s31);
            x = FloatVector.broadcast(FLOATS, a[aAt + 4 * aStep + offset]);
            s40 = x.fma(w0, s40);
            s41 = x.fma(w1, s41);
            x = FloatVector.broadcast(FLOATS, a[aAt + 5 * aStep + offset]);
            s50 = x.fma(w0, s50);
            s51 = x.fma(w1, s51);
            x = FloatVector.broadcast(FLOATS, a[aAt + 6 * aStep + offset]);
            s60 = x.fma(w0, s60);
            s61 = x.fma(w1, s61);
            p += 2 * LANES;
        }
        s00.intoArray(out, outAt);
        s01.intoArray(out, outAt + LANES);
        s10.intoArray(out, outAt + outStep);
        s11.intoArray(out, outAt + outStep + LANES);
        s20.intoArray(out, outAt + 2 * outStep);
        s21.intoArray(out, outAt + 2 * outStep + LANES);
        s30.intoArray(out, outAt + 3 * outStep);
        s31.intoArray(out, outAt + 3 * outStep + LANES);
        s40.intoArray(out, outAt + 4 * outStep);
        s41.intoArray(out, outAt + 4 * outStep + LANES);
        s50.intoArray(out, outAt + 5 * outStep);
        s51.intoArray(out, outAt + 5 * outStep + LANES);
        s60.intoArray(out, outAt + 6 * outStep);
        s61.intoArray(out, outAt + 6 * outStep + LANES);
    }

    private static void gather1(float[] a, int aAt, int aStep, int[] offsets, float[] panel, int panelAt, float[] out,
            int outAt, int outStep) {
        FloatVector s00 = FloatVector.fromArray(FLOATS, panel, panelAt);
        FloatVector s10 = s00;
        FloatVector s20 = s00;
        FloatVector s30 = s00;
        FloatVector s40 = s00;
        FloatVector s50 = s00;
        FloatVector s60 = s00;
        int p = panelAt + LANES;
        for (int offset : offsets) {
            FloatVector w0 = FloatVector.fromArray(FLOATS, panel, p);
            FloatVector x = FloatVector.broadcast(FLOATS, a[aAt + offset]);
            s00 = x.fma(w0, s00);
            x = FloatVector.broadcast(FLOATS, a[aAt + aStep + offset]);
            s10 = x.fma(w0, s10);
            x = FloatVector.broadcast(FLOATS, a[aAt + 2 * aStep + offset]);
            s20 = x.fma(w0, s20);
            x = FloatVector.broadcast(FLOATS, a[aAt + 3 * aStep + offset]);
            s30 = x.fma(w0, s30);
            x = FloatVector.broadcast(FLOATS, a[aAt + 4 * aStep + offset]);
            s40 = x.fma(w0, s40);
            x = FloatVector.broadcast(FLOATS, a[aAt + 5 * aStep + offset]);
            s50 = x.fma(w0, s50);
            x = FloatVector.broadcast(FLOATS, a[aAt + 6 * aStep + offset]);
            s60 = x.fma(w0, s60);
            p += LANES;
        }
        s00.intoArray(out, outAt);
        s10.intoArray(out, outAt + outStep);
        s20.intoArray(out, outAt + 2 * outStep);
        s30.intoArray(out, outAt + 3 * outStep);
        s40.intoArray(out, outAt + 4 * outStep);
        s50.intoArray(out, outAt + 5 * outStep);
        s60.intoArray(out, outAt + 6 * outStep);
    }
}
