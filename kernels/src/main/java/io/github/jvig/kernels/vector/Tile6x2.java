package io.github.jvig.kernels.vector;

import static io.github.jvig.kernels.vector.Isa.FLOATS;
import static io.github.jvig.kernels.vector.Isa.LANES;

import jdk.incubator.vector.FloatVector;

/**
 * Six rows by two vectors, 12 sums: the tile for 16 registers, of which it uses 15.
 */
final class Tile6x2 extends Tile {
    Tile6x2() {
        super(6, 2, 64);
    }

    @Override
    boolean suits(int registers) {
        return registers < 32;
    }

    @Override
    void multiply(int height, int width, float[] a, int aAt, int aStep, int depth, float[] panel, int panelAt,
            float[] out, int outAt, int outStep) {
        switch (width) {
            case 2 -> multiply2(a, aAt, aStep, depth, panel, panelAt, out, outAt, outStep);
            default -> multiply1(a, aAt, aStep, depth, panel, panelAt, out, outAt, outStep);
        }
    }

    @Override
    void gather(int width, float[] a, int aAt, int aStep, int[] offsets, float[] panel, int panelAt, float[] out,
            int outAt, int outStep) {
        switch (width) {
            case 2 -> gather2(a, aAt, aStep, offsets, panel, panelAt, out, outAt, outStep);
            default -> gather1(a, aAt, aStep, offsets, panel, panelAt, out, outAt, outStep);
        }
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
    }

    private static void multiply1(float[] a, int aAt, int aStep, int depth, float[] panel, int panelAt, float[] out,
            int outAt, int outStep) {
        FloatVector s00 = FloatVector.fromArray(FLOATS, panel, panelAt);
        FloatVector s10 = s00;
        FloatVector s20 = s00;
        FloatVector s30 = s00;
        FloatVector s40 = s00;
        FloatVector s50 = s00;
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
            p += LANES;
        }
        s00.intoArray(out, outAt);
        s10.intoArray(out, outAt + outStep);
        s20.intoArray(out, outAt + 2 * outStep);
        s30.intoArray(out, outAt + 3 * outStep);
        s40.intoArray(out, outAt + 4 * outStep);
        s50.intoArray(out, outAt + 5 * outStep);
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
    }

    private static void gather1(float[] a, int aAt, int aStep, int[] offsets, float[] panel, int panelAt, float[] out,
            int outAt, int outStep) {
        FloatVector s00 = FloatVector.fromArray(FLOATS, panel, panelAt);
        FloatVector s10 = s00;
        FloatVector s20 = s00;
        FloatVector s30 = s00;
        FloatVector s40 = s00;
        FloatVector s50 = s00;
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
            p += LANES;
        }
        s00.intoArray(out, outAt);
        s10.intoArray(out, outAt + outStep);
        s20.intoArray(out, outAt + 2 * outStep);
        s30.intoArray(out, outAt + 3 * outStep);
        s40.intoArray(out, outAt + 4 * outStep);
        s50.intoArray(out, outAt + 5 * outStep);
    }
}
