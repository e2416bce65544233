package io.github.jvig.kernels.vector;

import static io.github.jvig.kernels.vector.Isa.FLOATS;
import static io.github.jvig.kernels.vector.Isa.LANES;

import jdk.incubator.vector.FloatVector;

/**
 * Seven rows by three vectors, 21 sums: the tile for 32 registers. With the three weights and one broadcast value 25 are in use; maps of
 * mobile nets have a multiple of 49 pixels, so its rows divide them.
 */
final class Tile7x3 extends Tile {
    Tile7x3() {
        super(7, 3);
    }

    @Override
    boolean suits(int registers) {
        return registers >= 32;
    }

    @Override
    void multiply(int width, float[] a, int aAt, int aStep, int depth, float[] panel, int panelAt, float[] out,
            int outAt, int outStep) {
        switch (width) {
            case 3 -> multiply3(a, aAt, aStep, depth, panel, panelAt, out, outAt, outStep);
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

    private static void multiply3(float[] a, int aAt, int aStep, int depth, float[] panel, int panelAt, float[] out,
            int outAt, int outStep) {
        int a1 = aAt + aStep;
        int a2 = aAt + 2 * aStep;
        int a3 = aAt + 3 * aStep;
        int a4 = aAt + 4 * aStep;
        int a5 = aAt + 5 * aStep;
        int a6 = aAt + 6 * aStep;
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
        for (int k = 0; k < depth; k++) {
            FloatVector w0 = FloatVector.fromArray(FLOATS, panel, p);
            FloatVector w1 = FloatVector.fromArray(FLOATS, panel, p + LANES);
            FloatVector w2 = FloatVector.fromArray(FLOATS, panel, p + 2 * LANES);
            FloatVector x = FloatVector.broadcast(FLOATS, a[aAt + k]);
            s00 = x.fma(w0, s00);
            s01 = x.fma(w1, s01);
            s02 = x.fma(w2, s02);
            x = FloatVector.broadcast(FLOATS, a[a1 + k]);
            s10 = x.fma(w0, s10);
            s11 = x.fma(w1, s11);
            s12 = x.fma(w2, s12);
            x = FloatVector.broadcast(FLOATS, a[a2 + k]);
            s20 = x.fma(w0, s20);
            s21 = x.fma(w1, s21);
            s22 = x.fma(w2, s22);
            x = FloatVector.broadcast(FLOATS, a[a3 + k]);
            s30 = x.fma(w0, s30);
            s31 = x.fma(w1, s31);
            s32 = x.fma(w2, s32);
            x = FloatVector.broadcast(FLOATS, a[a4 + k]);
            s40 = x.fma(w0, s40);
            s41 = x.fma(w1, s41);
            s42 = x.fma(w2, s42);
            x = FloatVector.broadcast(FLOATS, a[a5 + k]);
            s50 = x.fma(w0, s50);
            s51 = x.fma(w1, s51);
            s52 = x.fma(w2, s52);
            x = FloatVector.broadcast(FLOATS, a[a6 + k]);
            s60 = x.fma(w0, s60);
            s61 = x.fma(w1, s61);
            s62 = x.fma(w2, s62);
            p += 3 * LANES;
        }
        s00.intoArray(out, outAt);
        s01.intoArray(out, outAt + LANES);
        s02.intoArray(out, outAt + 2 * LANES);
        int o1 = outAt + outStep;
        s10.intoArray(out, o1);
        s11.intoArray(out, o1 + LANES);
        s12.intoArray(out, o1 + 2 * LANES);
        int o2 = o1 + outStep;
        s20.intoArray(out, o2);
        s21.intoArray(out, o2 + LANES);
        s22.intoArray(out, o2 + 2 * LANES);
        int o3 = o2 + outStep;
        s30.intoArray(out, o3);
        s31.intoArray(out, o3 + LANES);
        s32.intoArray(out, o3 + 2 * LANES);
        int o4 = o3 + outStep;
        s40.intoArray(out, o4);
        s41.intoArray(out, o4 + LANES);
        s42.intoArray(out, o4 + 2 * LANES);
        int o5 = o4 + outStep;
        s50.intoArray(out, o5);
        s51.intoArray(out, o5 + LANES);
        s52.intoArray(out, o5 + 2 * LANES);
        int o6 = o5 + outStep;
        s60.intoArray(out, o6);
        s61.intoArray(out, o6 + LANES);
        s62.intoArray(out, o6 + 2 * LANES);
    }

    private static void multiply2(float[] a, int aAt, int aStep, int depth, float[] panel, int panelAt, float[] out,
            int outAt, int outStep) {
        int a1 = aAt + aStep;
        int a2 = aAt + 2 * aStep;
        int a3 = aAt + 3 * aStep;
        int a4 = aAt + 4 * aStep;
        int a5 = aAt + 5 * aStep;
        int a6 = aAt + 6 * aStep;
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
            x = FloatVector.broadcast(FLOATS, a[a1 + k]);
            s10 = x.fma(w0, s10);
            s11 = x.fma(w1, s11);
            x = FloatVector.broadcast(FLOATS, a[a2 + k]);
            s20 = x.fma(w0, s20);
            s21 = x.fma(w1, s21);
            x = FloatVector.broadcast(FLOATS, a[a3 + k]);
            s30 = x.fma(w0, s30);
            s31 = x.fma(w1, s31);
            x = FloatVector.broadcast(FLOATS, a[a4 + k]);
            s40 = x.fma(w0, s40);
            s41 = x.fma(w1, s41);
            x = FloatVector.broadcast(FLOATS, a[a5 + k]);
            s50 = x.fma(w0, s50);
            s51 = x.fma(w1, s51);
            x = FloatVector.broadcast(FLOATS, a[a6 + k]);
            s60 = x.fma(w0, s60);
            s61 = x.fma(w1, s61);
            p += 2 * LANES;
        }
        s00.intoArray(out, outAt);
        s01.intoArray(out, outAt + LANES);
        int o1 = outAt + outStep;
        s10.intoArray(out, o1);
        s11.intoArray(out, o1 + LANES);
        int o2 = o1 + outStep;
        s20.intoArray(out, o2);
        s21.intoArray(out, o2 + LANES);
        int o3 = o2 + outStep;
        s30.intoArray(out, o3);
        s31.intoArray(out, o3 + LANES);
        int o4 = o3 + outStep;
        s40.intoArray(out, o4);
        s41.intoArray(out, o4 + LANES);
        int o5 = o4 + outStep;
        s50.intoArray(out, o5);
        s51.intoArray(out, o5 + LANES);
        int o6 = o5 + outStep;
        s60.intoArray(out, o6);
        s61.intoArray(out, o6 + LANES);
    }

    private static void multiply1(float[] a, int aAt, int aStep, int depth, float[] panel, int panelAt, float[] out,
            int outAt, int outStep) {
        int a1 = aAt + aStep;
        int a2 = aAt + 2 * aStep;
        int a3 = aAt + 3 * aStep;
        int a4 = aAt + 4 * aStep;
        int a5 = aAt + 5 * aStep;
        int a6 = aAt + 6 * aStep;
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
            x = FloatVector.broadcast(FLOATS, a[a1 + k]);
            s10 = x.fma(w0, s10);
            x = FloatVector.broadcast(FLOATS, a[a2 + k]);
            s20 = x.fma(w0, s20);
            x = FloatVector.broadcast(FLOATS, a[a3 + k]);
            s30 = x.fma(w0, s30);
            x = FloatVector.broadcast(FLOATS, a[a4 + k]);
            s40 = x.fma(w0, s40);
            x = FloatVector.broadcast(FLOATS, a[a5 + k]);
            s50 = x.fma(w0, s50);
            x = FloatVector.broadcast(FLOATS, a[a6 + k]);
            s60 = x.fma(w0, s60);
            p += LANES;
        }
        s00.intoArray(out, outAt);
        int o1 = outAt + outStep;
        s10.intoArray(out, o1);
        int o2 = o1 + outStep;
        s20.intoArray(out, o2);
        int o3 = o2 + outStep;
        s30.intoArray(out, o3);
        int o4 = o3 + outStep;
        s40.intoArray(out, o4);
        int o5 = o4 + outStep;
        s50.intoArray(out, o5);
        int o6 = o5 + outStep;
        s60.intoArray(out, o6);
    }

    private static void gather3(float[] a, int aAt, int aStep, int[] offsets, float[] panel, int panelAt, float[] out,
            int outAt, int outStep) {
        int a1 = aAt + aStep;
        int a2 = aAt + 2 * aStep;
        int a3 = aAt + 3 * aStep;
        int a4 = aAt + 4 * aStep;
        int a5 = aAt + 5 * aStep;
        int a6 = aAt + 6 * aStep;
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
            x = FloatVector.broadcast(FLOATS, a[a1 + offset]);
            s10 = x.fma(w0, s10);
            s11 = x.fma(w1, s11);
            s12 = x.fma(w2, s12);
            x = FloatVector.broadcast(FLOATS, a[a2 + offset]);
            s20 = x.fma(w0, s20);
            s21 = x.fma(w1, s21);
            s22 = x.fma(w2, s22);
            x = FloatVector.broadcast(FLOATS, a[a3 + offset]);
            s30 = x.fma(w0, s30);
            s31 = x.fma(w1, s31);
            s32 = x.fma(w2, s32);
            x = FloatVector.broadcast(FLOATS, a[a4 + offset]);
            s40 = x.fma(w0, s40);
            s41 = x.fma(w1, s41);
            s42 = x.fma(w2, s42);
            x = FloatVector.broadcast(FLOATS, a[a5 + offset]);
            s50 = x.fma(w0, s50);
            s51 = x.fma(w1, s51);
            s52 = x.fma(w2, s52);
            x = FloatVector.broadcast(FLOATS, a[a6 + offset]);
            s60 = x.fma(w0, s60);
            s61 = x.fma(w1, s61);
            s62 = x.fma(w2, s62);
            p += 3 * LANES;
        }
        s00.intoArray(out, outAt);
        s01.intoArray(out, outAt + LANES);
        s02.intoArray(out, outAt + 2 * LANES);
        int o1 = outAt + outStep;
        s10.intoArray(out, o1);
        s11.intoArray(out, o1 + LANES);
        s12.intoArray(out, o1 + 2 * LANES);
        int o2 = o1 + outStep;
        s20.intoArray(out, o2);
        s21.intoArray(out, o2 + LANES);
        s22.intoArray(out, o2 + 2 * LANES);
        int o3 = o2 + outStep;
        s30.intoArray(out, o3);
        s31.intoArray(out, o3 + LANES);
        s32.intoArray(out, o3 + 2 * LANES);
        int o4 = o3 + outStep;
        s40.intoArray(out, o4);
        s41.intoArray(out, o4 + LANES);
        s42.intoArray(out, o4 + 2 * LANES);
        int o5 = o4 + outStep;
        s50.intoArray(out, o5);
        s51.intoArray(out, o5 + LANES);
        s52.intoArray(out, o5 + 2 * LANES);
        int o6 = o5 + outStep;
        s60.intoArray(out, o6);
        s61.intoArray(out, o6 + LANES);
        s62.intoArray(out, o6 + 2 * LANES);
    }

    private static void gather2(float[] a, int aAt, int aStep, int[] offsets, float[] panel, int panelAt, float[] out,
            int outAt, int outStep) {
        int a1 = aAt + aStep;
        int a2 = aAt + 2 * aStep;
        int a3 = aAt + 3 * aStep;
        int a4 = aAt + 4 * aStep;
        int a5 = aAt + 5 * aStep;
        int a6 = aAt + 6 * aStep;
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
            x = FloatVector.broadcast(FLOATS, a[a1 + offset]);
            s10 = x.fma(w0, s10);
            s11 = x.fma(w1, s11);
            x = FloatVector.broadcast(FLOATS, a[a2 + offset]);
            s20 = x.fma(w0, s20);
            s21 = x.fma(w1, s21);
            x = FloatVector.broadcast(FLOATS, a[a3 + offset]);
            s30 = x.fma(w0, s30);
            s31 = x.fma(w1, s31);
            x = FloatVector.broadcast(FLOATS, a[a4 + offset]);
            s40 = x.fma(w0, s40);
            s41 = x.fma(w1, s41);
            x = FloatVector.broadcast(FLOATS, a[a5 + offset]);
            s50 = x.fma(w0, s50);
            s51 = x.fma(w1, s51);
            x = FloatVector.broadcast(FLOATS, a[a6 + offset]);
            s60 = x.fma(w0, s60);
            s61 = x.fma(w1, s61);
            p += 2 * LANES;
        }
        s00.intoArray(out, outAt);
        s01.intoArray(out, outAt + LANES);
        int o1 = outAt + outStep;
        s10.intoArray(out, o1);
        s11.intoArray(out, o1 + LANES);
        int o2 = o1 + outStep;
        s20.intoArray(out, o2);
        s21.intoArray(out, o2 + LANES);
        int o3 = o2 + outStep;
        s30.intoArray(out, o3);
        s31.intoArray(out, o3 + LANES);
        int o4 = o3 + outStep;
        s40.intoArray(out, o4);
        s41.intoArray(out, o4 + LANES);
        int o5 = o4 + outStep;
        s50.intoArray(out, o5);
        s51.intoArray(out, o5 + LANES);
        int o6 = o5 + outStep;
        s60.intoArray(out, o6);
        s61.intoArray(out, o6 + LANES);
    }

    private static void gather1(float[] a, int aAt, int aStep, int[] offsets, float[] panel, int panelAt, float[] out,
            int outAt, int outStep) {
        int a1 = aAt + aStep;
        int a2 = aAt + 2 * aStep;
        int a3 = aAt + 3 * aStep;
        int a4 = aAt + 4 * aStep;
        int a5 = aAt + 5 * aStep;
        int a6 = aAt + 6 * aStep;
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
            x = FloatVector.broadcast(FLOATS, a[a1 + offset]);
            s10 = x.fma(w0, s10);
            x = FloatVector.broadcast(FLOATS, a[a2 + offset]);
            s20 = x.fma(w0, s20);
            x = FloatVector.broadcast(FLOATS, a[a3 + offset]);
            s30 = x.fma(w0, s30);
            x = FloatVector.broadcast(FLOATS, a[a4 + offset]);
            s40 = x.fma(w0, s40);
            x = FloatVector.broadcast(FLOATS, a[a5 + offset]);
            s50 = x.fma(w0, s50);
            x = FloatVector.broadcast(FLOATS, a[a6 + offset]);
            s60 = x.fma(w0, s60);
            p += LANES;
        }
        s00.intoArray(out, outAt);
        int o1 = outAt + outStep;
        s10.intoArray(out, o1);
        int o2 = o1 + outStep;
        s20.intoArray(out, o2);
        int o3 = o2 + outStep;
        s30.intoArray(out, o3);
        int o4 = o3 + outStep;
        s40.intoArray(out, o4);
        int o5 = o4 + outStep;
        s50.intoArray(out, o5);
        int o6 = o5 + outStep;
        s60.intoArray(out, o6);
    }
}
