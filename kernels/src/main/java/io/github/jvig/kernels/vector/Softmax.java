package io.github.jvig.kernels.vector;

import static io.github.jvig.kernels.vector.VectorConfig.FLOATS;
import static io.github.jvig.kernels.vector.VectorConfig.LANES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Softmax over rows in place. The maximum is subtracted first, so that no exponential overflows.
 *
 * <p>{@code exp(x) = 2^k exp(r)} with k the integer nearest to {@code x / ln 2} and {@code |r| <= ln(2) / 2}: the reduction of Cody and
 * Waite, "Software Manual for the Elementary Functions", 1980. {@code exp(r) = 1 + r + r^2 q(r)} with q fitted for the minimal relative
 * error; with rounding, the whole is within 7.6e-8 of the exact value (0.64 of a unit in the last place of 1).
 */
final class Softmax {
    /** Below it the result would be subnormal; it is zero here. */
    private static final float MIN_INPUT = -87.33654f;
    private static final float LOG2_E = 1.442695f;
    /** ln 2 in two parts, of which the first is so short that its product with any k is exact. */
    private static final float LN2_HIGH = 0.693359375f;
    private static final float LN2_LOW = (float) (Math.log(2) - LN2_HIGH);
    /** 1.5 * 2^23: a sum with it is rounded to an integer, which is then in its lowest bits. */
    private static final float ROUNDING = 0x1.8p23f;
    private static final int MANTISSA_BITS = 23;
    private static final int EXPONENT_OF_ONE = 127;
    private static final float Q0 = 0.49999994f;
    private static final float Q1 = 0.16666521f;
    private static final float Q2 = 0.04166839f;
    private static final float Q3 = 0.0083687166f;
    private static final float Q4 = 0.0013814599f;

    private Softmax() {
    }

    /**
     * {@code x[r] = softmax(factor * x[r] + bias[r])}. A lane whose bias is negative infinity comes out as zero.
     *
     * @param step     floats of a row, a whole number of vectors
     * @param biasStep floats from the biases of a row to those of the next; 0 if all rows have the same
     * @param lanes where in {@code x} as many floats as a vector has may be overwritten
     */
    static void rows(float[] x, int offset, int step, int rows, float factor, float[] bias, int biasOffset,
            int biasStep, int lanes) {
        for (int r = 0; r < rows; r++) {
            int row = offset + r * step;
            float max = shift(x, row, step, factor, bias, biasOffset + r * biasStep);
            exponentials(x, row, step, max, lanes);
            // In the lanes' order: reduceLanes may take any.
            double sum = 0;
            for (int i = lanes; i < lanes + LANES; i++) {
                sum += x[i];
            }
            scale(x, row, step, (float) (1 / sum));
        }
    }

    /** Multiplies, adds the bias and gives the maximum; by compare and blend, which is cheaper than a float maximum. */
    private static float shift(float[] x, int offset, int length, float factor, float[] bias, int biasOffset) {
        FloatVector max = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
        FloatVector f = FloatVector.broadcast(FLOATS, factor);
        for (int i = 0; i < length; i += LANES) {
            FloatVector v = FloatVector.fromArray(FLOATS, x, offset + i).fma(f,
                    FloatVector.fromArray(FLOATS, bias, biasOffset + i));
            v.intoArray(x, offset + i);
            max = max.blend(v, v.compare(VectorOperators.GT, max));
        }
        return max.reduceLanes(VectorOperators.MAX);
    }

    /** {@code exp(x - max)} in place, and each lane's sum of them. */
    private static void exponentials(float[] x, int offset, int length, float max, int lanes) {
        FloatVector sum = FloatVector.zero(FLOATS);
        for (int i = offset; i < offset + length; i += LANES) {
            FloatVector v = FloatVector.fromArray(FLOATS, x, i).sub(max);
            FloatVector rounded = v.fma(FloatVector.broadcast(FLOATS, LOG2_E),
                    FloatVector.broadcast(FLOATS, ROUNDING));
            FloatVector k = rounded.sub(ROUNDING);
            FloatVector r = k.fma(FloatVector.broadcast(FLOATS, -LN2_HIGH), v);
            r = k.fma(FloatVector.broadcast(FLOATS, -LN2_LOW), r);
            FloatVector e = r.fma(FloatVector.broadcast(FLOATS, Q4), FloatVector.broadcast(FLOATS, Q3));
            e = e.fma(r, FloatVector.broadcast(FLOATS, Q2));
            e = e.fma(r, FloatVector.broadcast(FLOATS, Q1));
            e = e.fma(r, FloatVector.broadcast(FLOATS, Q0));
            e = e.fma(r, FloatVector.broadcast(FLOATS, 1f));
            e = e.fma(r, FloatVector.broadcast(FLOATS, 1f));
            // k in the lowest bits of what was rounded, made the exponent of a power of two. A product, not a sum of bits: it keeps NaN.
            IntVector power = rounded.reinterpretAsInts().add(EXPONENT_OF_ONE).lanewise(VectorOperators.LSHL,
                    MANTISSA_BITS);
            e = e.mul(power.reinterpretAsFloats());
            e = e.blend(0f, v.compare(VectorOperators.LT, MIN_INPUT));
            e.intoArray(x, i);
            sum = sum.add(e);
        }
        sum.intoArray(x, lanes);
    }

    private static void scale(float[] x, int offset, int length, float factor) {
        for (int i = offset; i < offset + length; i += LANES) {
            FloatVector.fromArray(FLOATS, x, i).mul(factor).intoArray(x, i);
        }
    }
}
