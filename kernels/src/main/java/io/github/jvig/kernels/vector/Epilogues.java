package io.github.jvig.kernels.vector;

import static io.github.jvig.kernels.vector.VectorConfig.FLOATS;
import static io.github.jvig.kernels.vector.VectorConfig.LANES;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.Epilogue;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** What comes after the sums: a pass over a tile that has just been written and still lies in the nearest cache. */
final class Epilogues {
    private static final int SIGN = 0x80000000;
    /** Below it the normal distribution is taken as it is here. */
    private static final float FLOOR = -5.4f;
    /**
     * Constants of the steps towards the normal distribution, in their order; fitted together to the exact GELU, greatest error of the
     * whole 3.9e-7, of which 1.8e-7 would be left without rounding.
     */
    private static final float C0 = -0.00589838158339262f;
    private static final float C1 = -0.05693943798542023f;
    private static final float C2 = 0.1594734638929367f;
    private static final float C3 = 0.023263370618224144f;
    private static final float C4 = 0.9267105460166931f;
    private static final float C5 = 0.07082198560237885f;
    private static final float C6 = -0.023408569395542145f;
    private static final float C7 = 0.00021044998720753938f;
    private static final float C8 = -6.244967920565614e-08f;

    private Epilogues() {
    }

    /**
     * Activation, then residual, in place on {@code rows} rows of the output.
     *
     * @param residualOffset where the residual's rows start, if there is one
     * @param outOffset      where the rows start
     * @param step       floats from one row to the next
     * @param width      floats of a row, a whole number of vectors
     */
    static void apply(Epilogue epilogue, float[] residual, int residualOffset, float[] out, int outOffset, int step,
            int rows,
            int width) {
        activate(epilogue.activation(), out, outOffset, step, rows, width);
        if (epilogue.residual()) {
            add(residual, residualOffset, out, outOffset, step, rows, width);
        }
    }

    /** The activation alone. */
    static void activate(Activation activation, float[] x, int at, int step, int rows, int width) {
        if (step == width && rows > 1) {
            activate(activation, x, at, step, 1, rows * width);
            return;
        }
        switch (activation) {
            case NONE -> {
            }
            case RELU -> relu(x, at, step, rows, width);
            case RELU6 -> relu6(x, at, step, rows, width);
            case GELU -> {
                if (width == 3 * LANES) {
                    gelu3(x, at, step, rows);
                } else if (width == 2 * LANES) {
                    gelu2(x, at, step, rows);
                } else {
                    gelu(x, at, step, rows, width);
                }
            }
        }
    }

    /** Sets the lanes of each row from {@code width} to {@code step} to zero. */
    static void clear(float[] x, int at, int step, int rows, int width) {
        if (width < step) {
            for (int r = 0; r < rows; r++) {
                Arrays.fill(x, at + r * step + width, at + (r + 1) * step, 0f);
            }
        }
    }

    /** By compare and blend, which leaves NaN alone and is two instructions where a float maximum is several. */
    private static void relu(float[] x, int at, int step, int rows, int width) {
        for (int r = 0, row = at; r < rows; r++, row += step) {
            for (int i = row; i < row + width; i += LANES) {
                FloatVector v = FloatVector.fromArray(FLOATS, x, i);
                v.blend(0f, v.compare(VectorOperators.LE, 0f)).intoArray(x, i);
            }
        }
    }

    private static void relu6(float[] x, int at, int step, int rows, int width) {
        for (int r = 0, row = at; r < rows; r++, row += step) {
            for (int i = row; i < row + width; i += LANES) {
                FloatVector v = FloatVector.fromArray(FLOATS, x, i);
                v = v.blend(0f, v.compare(VectorOperators.LE, 0f));
                v.blend(6f, v.compare(VectorOperators.GT, 6f)).intoArray(x, i);
            }
        }
    }

    /**
     * {@code gelu(x) = relu(x) + n t(n)} with {@code n = max(-|x|, FLOOR)} and t the normal distribution, a polynomial of degree 80 by
     * eight multiply-adds: squaring again and again gives the steep flank, and what a step adds costs nothing. The maximum is taken on the
     * bits: negative floats are ordered as integers the other way round, and setting the sign makes every x one of them. NaN comes out
     * through relu(x).
     */
    private static void gelu(float[] x, int at, int step, int rows, int width) {
        int floor = Float.floatToRawIntBits(FLOOR);
        for (int r = 0, row = at; r < rows; r++, row += step) {
            for (int i = row; i < row + width; i += LANES) {
                FloatVector v = FloatVector.fromArray(FLOATS, x, i);
                IntVector bits = v.reinterpretAsInts().lanewise(VectorOperators.OR, SIGN);
                FloatVector n = bits.lanewise(VectorOperators.MIN, floor).reinterpretAsFloats();
                FloatVector t = n.fma(FloatVector.broadcast(FLOATS, C0), FloatVector.broadcast(FLOATS, C1));
                t = t.fma(n, FloatVector.broadcast(FLOATS, C2));
                t = t.fma(t, FloatVector.broadcast(FLOATS, C3));
                t = t.fma(n, FloatVector.broadcast(FLOATS, C4));
                t = t.fma(t, FloatVector.broadcast(FLOATS, C5));
                t = t.fma(t, FloatVector.broadcast(FLOATS, C6));
                t = t.fma(t, FloatVector.broadcast(FLOATS, C7));
                t = t.fma(t, FloatVector.broadcast(FLOATS, C8));
                FloatVector relu = v.blend(0f, v.compare(VectorOperators.LE, 0f));
                n.fma(t, relu).intoArray(x, i);
            }
        }
    }

    /**
     * The same, step by step, for rows of three vectors, which is what a tile of the usual width leaves: an inner loop of so few turns takes
     * longer to enter and to leave than what it does, 7 % of a whole expansion to 192 channels.
     */
    private static void gelu3(float[] x, int at, int step, int rows) {
        int floor = Float.floatToRawIntBits(FLOOR);
        for (int r = 0, i = at; r < rows; r++, i += step) {
            FloatVector v0 = FloatVector.fromArray(FLOATS, x, i);
            FloatVector v1 = FloatVector.fromArray(FLOATS, x, i + LANES);
            FloatVector v2 = FloatVector.fromArray(FLOATS, x, i + 2 * LANES);
            IntVector bits0 = v0.reinterpretAsInts().lanewise(VectorOperators.OR, SIGN);
            IntVector bits1 = v1.reinterpretAsInts().lanewise(VectorOperators.OR, SIGN);
            IntVector bits2 = v2.reinterpretAsInts().lanewise(VectorOperators.OR, SIGN);
            FloatVector n0 = bits0.lanewise(VectorOperators.MIN, floor).reinterpretAsFloats();
            FloatVector n1 = bits1.lanewise(VectorOperators.MIN, floor).reinterpretAsFloats();
            FloatVector n2 = bits2.lanewise(VectorOperators.MIN, floor).reinterpretAsFloats();
            FloatVector c = FloatVector.broadcast(FLOATS, C0);
            FloatVector d = FloatVector.broadcast(FLOATS, C1);
            FloatVector t0 = n0.fma(c, d);
            FloatVector t1 = n1.fma(c, d);
            FloatVector t2 = n2.fma(c, d);
            c = FloatVector.broadcast(FLOATS, C2);
            t0 = t0.fma(n0, c);
            t1 = t1.fma(n1, c);
            t2 = t2.fma(n2, c);
            c = FloatVector.broadcast(FLOATS, C3);
            t0 = t0.fma(t0, c);
            t1 = t1.fma(t1, c);
            t2 = t2.fma(t2, c);
            c = FloatVector.broadcast(FLOATS, C4);
            t0 = t0.fma(n0, c);
            t1 = t1.fma(n1, c);
            t2 = t2.fma(n2, c);
            c = FloatVector.broadcast(FLOATS, C5);
            t0 = t0.fma(t0, c);
            t1 = t1.fma(t1, c);
            t2 = t2.fma(t2, c);
            c = FloatVector.broadcast(FLOATS, C6);
            t0 = t0.fma(t0, c);
            t1 = t1.fma(t1, c);
            t2 = t2.fma(t2, c);
            c = FloatVector.broadcast(FLOATS, C7);
            t0 = t0.fma(t0, c);
            t1 = t1.fma(t1, c);
            t2 = t2.fma(t2, c);
            c = FloatVector.broadcast(FLOATS, C8);
            t0 = t0.fma(t0, c);
            t1 = t1.fma(t1, c);
            t2 = t2.fma(t2, c);
            v0 = v0.blend(0f, v0.compare(VectorOperators.LE, 0f));
            v1 = v1.blend(0f, v1.compare(VectorOperators.LE, 0f));
            v2 = v2.blend(0f, v2.compare(VectorOperators.LE, 0f));
            n0.fma(t0, v0).intoArray(x, i);
            n1.fma(t1, v1).intoArray(x, i + LANES);
            n2.fma(t2, v2).intoArray(x, i + 2 * LANES);
        }
    }

    /** The same for rows of two vectors, which the tile for 16 registers leaves, and others where outputs do not fill three. */
    private static void gelu2(float[] x, int at, int step, int rows) {
        int floor = Float.floatToRawIntBits(FLOOR);
        for (int r = 0, i = at; r < rows; r++, i += step) {
            FloatVector v0 = FloatVector.fromArray(FLOATS, x, i);
            FloatVector v1 = FloatVector.fromArray(FLOATS, x, i + LANES);
            IntVector bits0 = v0.reinterpretAsInts().lanewise(VectorOperators.OR, SIGN);
            IntVector bits1 = v1.reinterpretAsInts().lanewise(VectorOperators.OR, SIGN);
            FloatVector n0 = bits0.lanewise(VectorOperators.MIN, floor).reinterpretAsFloats();
            FloatVector n1 = bits1.lanewise(VectorOperators.MIN, floor).reinterpretAsFloats();
            FloatVector c = FloatVector.broadcast(FLOATS, C0);
            FloatVector d = FloatVector.broadcast(FLOATS, C1);
            FloatVector t0 = n0.fma(c, d);
            FloatVector t1 = n1.fma(c, d);
            c = FloatVector.broadcast(FLOATS, C2);
            t0 = t0.fma(n0, c);
            t1 = t1.fma(n1, c);
            c = FloatVector.broadcast(FLOATS, C3);
            t0 = t0.fma(t0, c);
            t1 = t1.fma(t1, c);
            c = FloatVector.broadcast(FLOATS, C4);
            t0 = t0.fma(n0, c);
            t1 = t1.fma(n1, c);
            c = FloatVector.broadcast(FLOATS, C5);
            t0 = t0.fma(t0, c);
            t1 = t1.fma(t1, c);
            c = FloatVector.broadcast(FLOATS, C6);
            t0 = t0.fma(t0, c);
            t1 = t1.fma(t1, c);
            c = FloatVector.broadcast(FLOATS, C7);
            t0 = t0.fma(t0, c);
            t1 = t1.fma(t1, c);
            c = FloatVector.broadcast(FLOATS, C8);
            t0 = t0.fma(t0, c);
            t1 = t1.fma(t1, c);
            v0 = v0.blend(0f, v0.compare(VectorOperators.LE, 0f));
            v1 = v1.blend(0f, v1.compare(VectorOperators.LE, 0f));
            n0.fma(t0, v0).intoArray(x, i);
            n1.fma(t1, v1).intoArray(x, i + LANES);
        }
    }

    private static void add(float[] from, int fromOffset, float[] to, int toOffset, int step, int rows, int width) {
        for (int r = 0; r < rows; r++) {
            int a = fromOffset + r * step;
            int b = toOffset + r * step;
            for (int i = 0; i < width; i += LANES) {
                FloatVector.fromArray(FLOATS, to, b + i).add(FloatVector.fromArray(FLOATS, from, a + i)).intoArray(to,
                        b + i);
            }
        }
    }
}
