package io.github.jvig.kernels.vector;

import static io.github.jvig.kernels.vector.Isa.FLOATS;
import static io.github.jvig.kernels.vector.Isa.LANES;

import jdk.incubator.vector.FloatVector;

/**
 * Five rows by four vectors, 20 sums: for 32 registers and outputs that four vectors divide. It reads fewer values of the map per
 * product than {@link Tile7x3} and never has a narrow panel.
 */
final class Tile5x4 extends Tile {
    Tile5x4() {
        super(5, 4);
    }

    @Override
    boolean suits(int registers) {
        return registers >= 32;
    }

    @Override
    boolean fits(int pixels, int columns) {
        return super.fits(pixels, columns) && columns % vectors == 0;
    }

    @Override
    void multiply(int width, float[] a, int aAt, int aStep, int depth, float[] panel, int panelAt, float[] out,
            int outAt, int outStep) {
        multiply4(a, aAt, aStep, depth, panel, panelAt, out, outAt, outStep);
    }

    @Override
    void gather(int width, float[] a, int aAt, int aStep, int[] offsets, float[] panel, int panelAt, float[] out,
            int outAt, int outStep) {
        gather4(a, aAt, aStep, offsets, panel, panelAt, out, outAt, outStep);
    }

    private static void multiply4(float[] a, int aAt, int aStep, int depth, float[] panel, int panelAt, float[] out,
            int outAt, int outStep) {
        int a1 = aAt + aStep;
        int a2 = aAt + 2 * aStep;
        int a3 = aAt + 3 * aStep;
        int a4 = aAt + 4 * aStep;
        FloatVector s00 = FloatVector.fromArray(FLOATS, panel, panelAt);
        FloatVector s01 = FloatVector.fromArray(FLOATS, panel, panelAt + LANES);
        FloatVector s02 = FloatVector.fromArray(FLOATS, panel, panelAt + 2 * LANES);
        FloatVector s03 = FloatVector.fromArray(FLOATS, panel, panelAt + 3 * LANES);
        FloatVector s10 = s00;
        FloatVector s11 = s01;
        FloatVector s12 = s02;
        FloatVector s13 = s03;
        FloatVector s20 = s00;
        FloatVector s21 = s01;
        FloatVector s22 = s02;
        FloatVector s23 = s03;
        FloatVector s30 = s00;
        FloatVector s31 = s01;
        FloatVector s32 = s02;
        FloatVector s33 = s03;
        FloatVector s40 = s00;
        FloatVector s41 = s01;
        FloatVector s42 = s02;
        FloatVector s43 = s03;
        int p = panelAt + 4 * LANES;
        for (int k = 0; k < depth; k++) {
            FloatVector w0 = FloatVector.fromArray(FLOATS, panel, p);
            FloatVector w1 = FloatVector.fromArray(FLOATS, panel, p + LANES);
            FloatVector w2 = FloatVector.fromArray(FLOATS, panel, p + 2 * LANES);
            FloatVector w3 = FloatVector.fromArray(FLOATS, panel, p + 3 * LANES);
            FloatVector x = FloatVector.broadcast(FLOATS, a[aAt + k]);
            s00 = x.fma(w0, s00);
            s01 = x.fma(w1, s01);
            s02 = x.fma(w2, s02);
            s03 = x.fma(w3, s03);
            x = FloatVector.broadcast(FLOATS, a[a1 + k]);
            s10 = x.fma(w0, s10);
            s11 = x.fma(w1, s11);
            s12 = x.fma(w2, s12);
            s13 = x.fma(w3, s13);
            x = FloatVector.broadcast(FLOATS, a[a2 + k]);
            s20 = x.fma(w0, s20);
            s21 = x.fma(w1, s21);
            s22 = x.fma(w2, s22);
            s23 = x.fma(w3, s23);
            x = FloatVector.broadcast(FLOATS, a[a3 + k]);
            s30 = x.fma(w0, s30);
            s31 = x.fma(w1, s31);
            s32 = x.fma(w2, s32);
            s33 = x.fma(w3, s33);
            x = FloatVector.broadcast(FLOATS, a[a4 + k]);
            s40 = x.fma(w0, s40);
            s41 = x.fma(w1, s41);
            s42 = x.fma(w2, s42);
            s43 = x.fma(w3, s43);
            p += 4 * LANES;
        }
        s00.intoArray(out, outAt);
        s01.intoArray(out, outAt + LANES);
        s02.intoArray(out, outAt + 2 * LANES);
        s03.intoArray(out, outAt + 3 * LANES);
        int o1 = outAt + outStep;
        s10.intoArray(out, o1);
        s11.intoArray(out, o1 + LANES);
        s12.intoArray(out, o1 + 2 * LANES);
        s13.intoArray(out, o1 + 3 * LANES);
        int o2 = o1 + outStep;
        s20.intoArray(out, o2);
        s21.intoArray(out, o2 + LANES);
        s22.intoArray(out, o2 + 2 * LANES);
        s23.intoArray(out, o2 + 3 * LANES);
        int o3 = o2 + outStep;
        s30.intoArray(out, o3);
        s31.intoArray(out, o3 + LANES);
        s32.intoArray(out, o3 + 2 * LANES);
        s33.intoArray(out, o3 + 3 * LANES);
        int o4 = o3 + outStep;
        s40.intoArray(out, o4);
        s41.intoArray(out, o4 + LANES);
        s42.intoArray(out, o4 + 2 * LANES);
        s43.intoArray(out, o4 + 3 * LANES);
    }

    private static void gather4(float[] a, int aAt, int aStep, int[] offsets, float[] panel, int panelAt, float[] out,
            int outAt, int outStep) {
        int a1 = aAt + aStep;
        int a2 = aAt + 2 * aStep;
        int a3 = aAt + 3 * aStep;
        int a4 = aAt + 4 * aStep;
        FloatVector s00 = FloatVector.fromArray(FLOATS, panel, panelAt);
        FloatVector s01 = FloatVector.fromArray(FLOATS, panel, panelAt + LANES);
        FloatVector s02 = FloatVector.fromArray(FLOATS, panel, panelAt + 2 * LANES);
        FloatVector s03 = FloatVector.fromArray(FLOATS, panel, panelAt + 3 * LANES);
        FloatVector s10 = s00;
        FloatVector s11 = s01;
        FloatVector s12 = s02;
        FloatVector s13 = s03;
        FloatVector s20 = s00;
        FloatVector s21 = s01;
        FloatVector s22 = s02;
        FloatVector s23 = s03;
        FloatVector s30 = s00;
        FloatVector s31 = s01;
        FloatVector s32 = s02;
        FloatVector s33 = s03;
        FloatVector s40 = s00;
        FloatVector s41 = s01;
        FloatVector s42 = s02;
        FloatVector s43 = s03;
        int p = panelAt + 4 * LANES;
        for (int offset : offsets) {
            FloatVector w0 = FloatVector.fromArray(FLOATS, panel, p);
            FloatVector w1 = FloatVector.fromArray(FLOATS, panel, p + LANES);
            FloatVector w2 = FloatVector.fromArray(FLOATS, panel, p + 2 * LANES);
            FloatVector w3 = FloatVector.fromArray(FLOATS, panel, p + 3 * LANES);
            FloatVector x = FloatVector.broadcast(FLOATS, a[aAt + offset]);
            s00 = x.fma(w0, s00);
            s01 = x.fma(w1, s01);
            s02 = x.fma(w2, s02);
            s03 = x.fma(w3, s03);
            x = FloatVector.broadcast(FLOATS, a[a1 + offset]);
            s10 = x.fma(w0, s10);
            s11 = x.fma(w1, s11);
            s12 = x.fma(w2, s12);
            s13 = x.fma(w3, s13);
            x = FloatVector.broadcast(FLOATS, a[a2 + offset]);
            s20 = x.fma(w0, s20);
            s21 = x.fma(w1, s21);
            s22 = x.fma(w2, s22);
            s23 = x.fma(w3, s23);
            x = FloatVector.broadcast(FLOATS, a[a3 + offset]);
            s30 = x.fma(w0, s30);
            s31 = x.fma(w1, s31);
            s32 = x.fma(w2, s32);
            s33 = x.fma(w3, s33);
            x = FloatVector.broadcast(FLOATS, a[a4 + offset]);
            s40 = x.fma(w0, s40);
            s41 = x.fma(w1, s41);
            s42 = x.fma(w2, s42);
            s43 = x.fma(w3, s43);
            p += 4 * LANES;
        }
        s00.intoArray(out, outAt);
        s01.intoArray(out, outAt + LANES);
        s02.intoArray(out, outAt + 2 * LANES);
        s03.intoArray(out, outAt + 3 * LANES);
        int o1 = outAt + outStep;
        s10.intoArray(out, o1);
        s11.intoArray(out, o1 + LANES);
        s12.intoArray(out, o1 + 2 * LANES);
        s13.intoArray(out, o1 + 3 * LANES);
        int o2 = o1 + outStep;
        s20.intoArray(out, o2);
        s21.intoArray(out, o2 + LANES);
        s22.intoArray(out, o2 + 2 * LANES);
        s23.intoArray(out, o2 + 3 * LANES);
        int o3 = o2 + outStep;
        s30.intoArray(out, o3);
        s31.intoArray(out, o3 + LANES);
        s32.intoArray(out, o3 + 2 * LANES);
        s33.intoArray(out, o3 + 3 * LANES);
        int o4 = o3 + outStep;
        s40.intoArray(out, o4);
        s41.intoArray(out, o4 + LANES);
        s42.intoArray(out, o4 + 2 * LANES);
        s43.intoArray(out, o4 + 3 * LANES);
    }
}
