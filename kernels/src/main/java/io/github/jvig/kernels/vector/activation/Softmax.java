package io.github.jvig.kernels.vector.activation;

import static io.github.jvig.kernels.vector.activation.ExpConstants.EXPONENT_OF_ONE;
import static io.github.jvig.kernels.vector.activation.ExpConstants.LOG2_E;
import static io.github.jvig.kernels.vector.activation.ExpConstants.MANTISSA_BITS;
import static io.github.jvig.kernels.vector.activation.ExpConstants.Q0;
import static io.github.jvig.kernels.vector.activation.ExpConstants.Q1;
import static io.github.jvig.kernels.vector.activation.ExpConstants.Q2;
import static io.github.jvig.kernels.vector.activation.ExpConstants.Q3;
import static io.github.jvig.kernels.vector.activation.ExpConstants.Q4;
import static io.github.jvig.kernels.vector.activation.ExpConstants.ROUNDING;
import static io.github.jvig.kernels.vector.common.KnownClass.known;
import static io.github.jvig.kernels.vector.common.VectorConfig.FLOATS;
import static io.github.jvig.kernels.vector.common.VectorConfig.LANES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Softmax over rows in place. The maximum is subtracted first, so that no exponential overflows.
 *
 * <p>The exponential is that of {@link ExpConstants} with ln 2 in two parts; with rounding, it is within 7.6e-8 of the exact value (0.64 of a
 * unit in the last place of 1).
 */
public final class Softmax {
    /** Below it the result would be subnormal; it is zero here. */
    public static final float MIN_INPUT = -87.33654f;
    /** ln 2 in two parts, of which the first is so short that its product with any k is exact. */
    public static final float LN2_HIGH = 0.693359375f;
    public static final float LN2_LOW = (float) (Math.log(2) - LN2_HIGH);

    private Softmax() {
    }

    /**
     * {@code x[r] = softmax(factor * x[r] + bias[r])}. A lane whose bias is negative infinity comes out as zero.
     *
     * @param step     floats of a row, a whole number of vectors
     * @param biasStep floats from the biases of a row to those of the next; 0 if all rows have the same
     * @param lanes where in {@code x} as many floats as a vector has may be overwritten
     */
    public static void rows(float[] x, int offset, int step, int rows, float factor, float[] bias, int biasOffset,
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
            max = known(max).blend(v, v.compare(VectorOperators.GT, max));
        }
        return max.reduceLanes(VectorOperators.MAX);
    }

    /** {@code exp(x - max)} in place, and each lane's sum of them. */
    public static void exponentials(float[] x, int offset, int length, float max, int lanes) {
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
            sum = e.add(sum);
        }
        sum.intoArray(x, lanes);
    }

    private static void scale(float[] x, int offset, int length, float factor) {
        for (int i = offset; i < offset + length; i += LANES) {
            FloatVector.fromArray(FLOATS, x, i).mul(factor).intoArray(x, i);
        }
    }
}
