package io.github.jvig.kernels.vector;

import static io.github.jvig.kernels.vector.Isa.FLOATS;
import static io.github.jvig.kernels.vector.Isa.LANES;

import jdk.incubator.vector.FloatVector;

/**
 * One row, for maps with fewer pixels than the other tiles have rows (a classifier's head). It reads every weight once, so memory is
 * its limit, not the width of its code.
 */
final class Tile1x4 extends Tile {
    Tile1x4() {
        super(1, 4, 64);
    }

    @Override
    boolean suits(int registers) {
        return true;
    }

    @Override
    void multiply(int height, int width, float[] a, int aAt, int aStep, int depth, float[] panel, int panelAt,
            float[] out, int outAt, int outStep) {
        if (width == vectors) {
            multiply4(a, aAt, depth, panel, panelAt, out, outAt);
        } else {
            for (int v = 0; v < width; v++) {
                multiply1(a, aAt, depth, panel, panelAt + v * LANES, width * LANES, out, outAt + v * LANES);
            }
        }
    }

    @Override
    void gather(int width, float[] a, int aAt, int aStep, int[] offsets, float[] panel, int panelAt, float[] out,
            int outAt, int outStep) {
        if (width == vectors) {
            gather4(a, aAt, offsets, panel, panelAt, out, outAt);
        } else {
            for (int v = 0; v < width; v++) {
                gather1(a, aAt, offsets, panel, panelAt + v * LANES, width * LANES, out, outAt + v * LANES);
            }
        }
    }

    private static void multiply4(float[] a, int aAt, int depth, float[] panel, int panelAt, float[] out, int outAt) {
        FloatVector s00 = FloatVector.fromArray(FLOATS, panel, panelAt);
        FloatVector s01 = FloatVector.fromArray(FLOATS, panel, panelAt + LANES);
        FloatVector s02 = FloatVector.fromArray(FLOATS, panel, panelAt + 2 * LANES);
        FloatVector s03 = FloatVector.fromArray(FLOATS, panel, panelAt + 3 * LANES);
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
            p += 4 * LANES;
        }
        s00.intoArray(out, outAt);
        s01.intoArray(out, outAt + LANES);
        s02.intoArray(out, outAt + 2 * LANES);
        s03.intoArray(out, outAt + 3 * LANES);
    }

    private static void multiply1(float[] a, int aAt, int depth, float[] panel, int panelAt, int panelStep, float[] out,
            int outAt) {
        FloatVector s00 = FloatVector.fromArray(FLOATS, panel, panelAt);
        int p = panelAt + panelStep;
        for (int k = 0; k < depth; k++) {
            FloatVector w0 = FloatVector.fromArray(FLOATS, panel, p);
            FloatVector x = FloatVector.broadcast(FLOATS, a[aAt + k]);
            s00 = x.fma(w0, s00);
            p += panelStep;
        }
        s00.intoArray(out, outAt);
    }

    private static void gather4(float[] a, int aAt, int[] offsets, float[] panel, int panelAt, float[] out, int outAt) {
        FloatVector s00 = FloatVector.fromArray(FLOATS, panel, panelAt);
        FloatVector s01 = FloatVector.fromArray(FLOATS, panel, panelAt + LANES);
        FloatVector s02 = FloatVector.fromArray(FLOATS, panel, panelAt + 2 * LANES);
        FloatVector s03 = FloatVector.fromArray(FLOATS, panel, panelAt + 3 * LANES);
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
            p += 4 * LANES;
        }
        s00.intoArray(out, outAt);
        s01.intoArray(out, outAt + LANES);
        s02.intoArray(out, outAt + 2 * LANES);
        s03.intoArray(out, outAt + 3 * LANES);
    }

    private static void gather1(float[] a, int aAt, int[] offsets, float[] panel, int panelAt, int panelStep,
            float[] out, int outAt) {
        FloatVector s00 = FloatVector.fromArray(FLOATS, panel, panelAt);
        int p = panelAt + panelStep;
        for (int offset : offsets) {
            FloatVector w0 = FloatVector.fromArray(FLOATS, panel, p);
            FloatVector x = FloatVector.broadcast(FLOATS, a[aAt + offset]);
            s00 = x.fma(w0, s00);
            p += panelStep;
        }
        s00.intoArray(out, outAt);
    }
}
