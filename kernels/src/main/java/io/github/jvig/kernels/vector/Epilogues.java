package io.github.jvig.kernels.vector;

import static io.github.jvig.kernels.vector.Isa.FLOATS;
import static io.github.jvig.kernels.vector.Isa.LANES;

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
    private static final float FLOOR = -5.5f;
    /** Coefficients of q, constant first; fitted to the exact GELU, greatest error of the whole 3.5e-7. */
    private static final float Q0 = 0.917005181312561f;
    private static final float Q1 = 0.0914720818400383f;
    private static final float Q2 = -0.03186645731329918f;
    private static final float Q3 = 0.0007925541140139103f;
    private static final float Q4 = 0.0016303985612466931f;
    private static final float Q5 = 3.9932616346050054e-05f;
    private static final float Q6 = -3.5692024539457634e-05f;
    private static final float Q7 = -3.2383059078711085e-06f;

    private Epilogues() {
    }

    /**
     * Activation, then residual, in place on {@code rows} rows of the output.
     *
     * @param residualAt where the residual's rows start, if there is one
     * @param outAt      where the rows start
     * @param step       floats from one row to the next
     * @param width      floats of a row, a whole number of vectors
     */
    static void apply(Epilogue epilogue, float[] residual, int residualAt, float[] out, int outAt, int step, int rows,
            int width) {
        activate(epilogue.activation(), out, outAt, step, rows, width);
        if (epilogue.residual()) {
            add(residual, residualAt, out, outAt, step, rows, width);
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
            case GELU -> gelu(x, at, step, rows, width);
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
     * {@code gelu(x) = relu(x) + n q(n)^8} with {@code n = max(-|x|, FLOOR)}. The maximum is taken on the bits: negative floats are
     * ordered as integers the other way round, and setting the sign makes every x one of them. NaN comes out through relu(x).
     */
    private static void gelu(float[] x, int at, int step, int rows, int width) {
        int floor = Float.floatToRawIntBits(FLOOR);
        for (int r = 0, row = at; r < rows; r++, row += step) {
            for (int i = row; i < row + width; i += LANES) {
                FloatVector v = FloatVector.fromArray(FLOATS, x, i);
                IntVector bits = v.reinterpretAsInts().lanewise(VectorOperators.OR, SIGN);
                FloatVector n = bits.lanewise(VectorOperators.MIN, floor).reinterpretAsFloats();
                FloatVector q = FloatVector.broadcast(FLOATS, Q7);
                q = q.fma(n, FloatVector.broadcast(FLOATS, Q6));
                q = q.fma(n, FloatVector.broadcast(FLOATS, Q5));
                q = q.fma(n, FloatVector.broadcast(FLOATS, Q4));
                q = q.fma(n, FloatVector.broadcast(FLOATS, Q3));
                q = q.fma(n, FloatVector.broadcast(FLOATS, Q2));
                q = q.fma(n, FloatVector.broadcast(FLOATS, Q1));
                q = q.fma(n, FloatVector.broadcast(FLOATS, Q0));
                q = q.mul(q);
                q = q.mul(q);
                q = q.mul(q);
                FloatVector relu = v.blend(0f, v.compare(VectorOperators.LE, 0f));
                n.fma(q, relu).intoArray(x, i);
            }
        }
    }

    private static void add(float[] from, int fromAt, float[] to, int toAt, int step, int rows, int width) {
        for (int r = 0; r < rows; r++) {
            int a = fromAt + r * step;
            int b = toAt + r * step;
            for (int i = 0; i < width; i += LANES) {
                FloatVector.fromArray(FLOATS, to, b + i).add(FloatVector.fromArray(FLOATS, from, a + i)).intoArray(to,
                        b + i);
            }
        }
    }
}
