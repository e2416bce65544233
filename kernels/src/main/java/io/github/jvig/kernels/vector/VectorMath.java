package io.github.jvig.kernels.vector;

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

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.ArrayMath;
import io.github.jvig.kernels.vector.activation.ActivationLoops;
import io.github.jvig.kernels.vector.activation.Epilogues;
import io.github.jvig.kernels.vector.activation.Softmax;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** {@link ArrayMath} by vectors, with the exponential of {@link Softmax} and the activations of the convolutions. */
public final class VectorMath implements ArrayMath {
    /** Above it the exponential is infinite. */
    private static final float MAX_INPUT = 88.72283f;
    private static final int ROUNDING_BITS = Float.floatToRawIntBits(ROUNDING);
    /** Above it tanh is 1 in float. */
    private static final float MAX_TANH = 9.1f;
    /** Below it tanh is a polynomial, whose first term left out is 2e-8 of the result. */
    private static final float SMALL_TANH = 0.3f;
    /** Numbers that are added in float before their sum is added in double, so that its error does not grow with their number. */
    private static final int SUMMED = 2048;
    /** The same for numbers of a column, whose parts are added in float, too. */
    private static final int SUMMED_ROWS = 256;

    /** For the lookup. */
    public VectorMath() {
    }

    @Override
    public void apply(Function function, float[] x, int at, int n) {
        switch (function) {
            case EXP -> exp(x, at, n);
            case TANH -> tanh(x, at, n);
            case SIGMOID -> ActivationLoops.sigmoid(x, at, n, 1, n);
            case SWISH -> ActivationLoops.silu(x, at, n, 1, n);
            case GELU -> Epilogues.activate(Activation.GELU, x, at, n, 1, n);
            case GELU_TANH -> ActivationLoops.geluTanh(x, at, n, 1, n);
        }
    }

    /** The power of two in two factors: one alone would be infinite where the result is just below. */
    private static void exp(float[] x, int at, int n) {
        for (int i = at; i < at + n; i += LANES) {
            FloatVector v = FloatVector.fromArray(FLOATS, x, i);
            FloatVector rounded = v.fma(FloatVector.broadcast(FLOATS, LOG2_E),
                    FloatVector.broadcast(FLOATS, ROUNDING));
            FloatVector k = rounded.sub(ROUNDING);
            FloatVector r = k.fma(FloatVector.broadcast(FLOATS, -Softmax.LN2_HIGH), v);
            r = k.fma(FloatVector.broadcast(FLOATS, -Softmax.LN2_LOW), r);
            FloatVector e = r.fma(FloatVector.broadcast(FLOATS, Q4), FloatVector.broadcast(FLOATS, Q3));
            e = e.fma(r, FloatVector.broadcast(FLOATS, Q2));
            e = e.fma(r, FloatVector.broadcast(FLOATS, Q1));
            e = e.fma(r, FloatVector.broadcast(FLOATS, Q0));
            e = e.fma(r, FloatVector.broadcast(FLOATS, 1f));
            e = e.fma(r, FloatVector.broadcast(FLOATS, 1f));
            IntVector power = rounded.reinterpretAsInts().sub(ROUNDING_BITS);
            IntVector half = power.lanewise(VectorOperators.ASHR, 1);
            power = power.sub(half).add(EXPONENT_OF_ONE).lanewise(VectorOperators.LSHL, MANTISSA_BITS);
            half = half.add(EXPONENT_OF_ONE).lanewise(VectorOperators.LSHL, MANTISSA_BITS);
            e = e.mul(power.reinterpretAsFloats()).mul(half.reinterpretAsFloats());
            e = e.blend(0f, v.compare(VectorOperators.LT, Softmax.MIN_INPUT));
            e.blend(Float.POSITIVE_INFINITY, v.compare(VectorOperators.GT, MAX_INPUT)).intoArray(x, i);
        }
    }

    /** {@code 1 - 2 / (exp(2 |x|) + 1)} with the sign of x; near zero, where that cancels, the series. */
    private static void tanh(float[] x, int at, int n) {
        for (int i = at; i < at + n; i += LANES) {
            FloatVector v = FloatVector.fromArray(FLOATS, x, i);
            FloatVector a = v.abs();
            FloatVector u = a.blend(MAX_TANH, a.compare(VectorOperators.GT, MAX_TANH)).mul(2f);
            FloatVector rounded = u.fma(FloatVector.broadcast(FLOATS, LOG2_E),
                    FloatVector.broadcast(FLOATS, ROUNDING));
            FloatVector k = rounded.sub(ROUNDING);
            FloatVector r = k.fma(FloatVector.broadcast(FLOATS, -Softmax.LN2_HIGH), u);
            r = k.fma(FloatVector.broadcast(FLOATS, -Softmax.LN2_LOW), r);
            FloatVector e = r.fma(FloatVector.broadcast(FLOATS, Q4), FloatVector.broadcast(FLOATS, Q3));
            e = e.fma(r, FloatVector.broadcast(FLOATS, Q2));
            e = e.fma(r, FloatVector.broadcast(FLOATS, Q1));
            e = e.fma(r, FloatVector.broadcast(FLOATS, Q0));
            e = e.fma(r, FloatVector.broadcast(FLOATS, 1f));
            e = e.fma(r, FloatVector.broadcast(FLOATS, 1f));
            IntVector power = rounded.reinterpretAsInts().add(EXPONENT_OF_ONE).lanewise(VectorOperators.LSHL,
                    MANTISSA_BITS);
            e = e.fma(power.reinterpretAsFloats(), FloatVector.broadcast(FLOATS, 1f));
            FloatVector large = FloatVector.broadcast(FLOATS, 1f).sub(FloatVector.broadcast(FLOATS, 2f).div(e));
            large = large.blend(large.neg(), v.compare(VectorOperators.LT, 0f));
            FloatVector square = v.mul(v);
            FloatVector s = square.fma(FloatVector.broadcast(FLOATS, 62f / 2835),
                    FloatVector.broadcast(FLOATS, -17f / 315));
            s = s.fma(square, FloatVector.broadcast(FLOATS, 2f / 15));
            s = s.fma(square, FloatVector.broadcast(FLOATS, -1f / 3));
            s = s.mul(square).fma(v, v);
            large.blend(s, a.compare(VectorOperators.LT, SMALL_TANH)).intoArray(x, i);
        }
    }

    @Override
    public void softmax(float[] x, int at, int n) {
        float max = max(x, at, n);
        Softmax.exponentials(x, at, n, max, at + n);
        double sum = 0;
        // In the lanes' order: reduceLanes may take any.
        for (int i = at + n; i < at + n + LANES; i++) {
            sum += x[i];
        }
        scale(x, at, n, (float) (1 / sum));
    }

    /** NaN is passed over: its exponential makes the sum NaN. */
    private static float max(float[] x, int at, int n) {
        FloatVector max = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
        for (int i = at; i < at + n; i += LANES) {
            FloatVector v = FloatVector.fromArray(FLOATS, x, i);
            max = known(max).blend(v, v.compare(VectorOperators.GT, max));
        }
        return max.reduceLanes(VectorOperators.MAX);
    }

    /** Products with numbers below the normal ones take long, so these become zero. */
    private static void scale(float[] x, int at, int n, float factor) {
        for (int i = at; i < at + n; i += LANES) {
            FloatVector v = FloatVector.fromArray(FLOATS, x, i).mul(factor);
            v.blend(0f, v.compare(VectorOperators.LT, Float.MIN_NORMAL)).intoArray(x, i);
        }
    }

    @Override
    public void softmaxColumns(float[] x, int at, int rows, int columns) {
        for (int c = at; c < at + columns; c += LANES) {
            columns(x, c, rows, columns);
        }
    }

    /** A vector of columns. */
    private static void columns(float[] x, int at, int rows, int step) {
        FloatVector max = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
        int end = at + rows * step;
        for (int i = at; i < end; i += step) {
            FloatVector v = FloatVector.fromArray(FLOATS, x, i);
            max = known(max).blend(v, v.compare(VectorOperators.GT, max));
        }
        FloatVector sum = FloatVector.zero(FLOATS);
        for (int first = at; first < end; first += SUMMED_ROWS * step) {
            FloatVector part = FloatVector.zero(FLOATS);
            int last = Math.min(first + SUMMED_ROWS * step, end);
            for (int i = first; i < last; i += step) {
                FloatVector v = FloatVector.fromArray(FLOATS, x, i).sub(max);
                FloatVector rounded = v.fma(FloatVector.broadcast(FLOATS, LOG2_E),
                        FloatVector.broadcast(FLOATS, ROUNDING));
                FloatVector k = rounded.sub(ROUNDING);
                FloatVector r = k.fma(FloatVector.broadcast(FLOATS, -Softmax.LN2_HIGH), v);
                r = k.fma(FloatVector.broadcast(FLOATS, -Softmax.LN2_LOW), r);
                FloatVector e = r.fma(FloatVector.broadcast(FLOATS, Q4), FloatVector.broadcast(FLOATS, Q3));
                e = e.fma(r, FloatVector.broadcast(FLOATS, Q2));
                e = e.fma(r, FloatVector.broadcast(FLOATS, Q1));
                e = e.fma(r, FloatVector.broadcast(FLOATS, Q0));
                e = e.fma(r, FloatVector.broadcast(FLOATS, 1f));
                e = e.fma(r, FloatVector.broadcast(FLOATS, 1f));
                IntVector power = rounded.reinterpretAsInts().add(EXPONENT_OF_ONE).lanewise(VectorOperators.LSHL,
                        MANTISSA_BITS);
                e = e.mul(power.reinterpretAsFloats());
                e = e.blend(0f, v.compare(VectorOperators.LT, Softmax.MIN_INPUT));
                e.intoArray(x, i);
                part = e.add(part);
            }
            sum = known(sum).add(part);
        }
        FloatVector factor = FloatVector.broadcast(FLOATS, 1f).div(sum);
        for (int i = at; i < end; i += step) {
            FloatVector v = FloatVector.fromArray(FLOATS, x, i).mul(factor);
            VectorMask<Float> tiny = v.compare(VectorOperators.LT, Float.MIN_NORMAL);
            v.blend(0f, tiny).intoArray(x, i);
        }
    }

    @Override
    public double sum(float[] x, int at, int n, float[] spare, int free) {
        int whole = at + n / LANES * LANES;
        double sum = 0;
        for (int i = at; i < whole; i += SUMMED) {
            add(x, i, Math.min(whole, i + SUMMED), spare, free);
            sum += lanes(spare, free);
        }
        for (int i = whole; i < at + n; i++) {
            sum += x[i];
        }
        return sum;
    }

    @Override
    public double squares(float[] x, int at, int n, float from, float[] spare, int free) {
        int whole = at + n / LANES * LANES;
        double sum = 0;
        for (int i = at; i < whole; i += SUMMED) {
            addSquares(x, i, Math.min(whole, i + SUMMED), from, spare, free);
            sum += lanes(spare, free);
        }
        for (int i = whole; i < at + n; i++) {
            double distance = x[i] - from;
            sum += distance * distance;
        }
        return sum;
    }

    private static double lanes(float[] x, int at) {
        double sum = 0;
        for (int i = at; i < at + LANES; i++) {
            sum += x[i];
        }
        return sum;
    }

    private static void add(float[] x, int from, int to, float[] spare, int free) {
        FloatVector sum = FloatVector.zero(FLOATS);
        for (int i = from; i < to; i += LANES) {
            sum = FloatVector.fromArray(FLOATS, x, i).add(sum);
        }
        sum.intoArray(spare, free);
    }

    private static void addSquares(float[] x, int from, int to, float shift, float[] spare, int free) {
        FloatVector sum = FloatVector.zero(FLOATS);
        for (int i = from; i < to; i += LANES) {
            FloatVector v = FloatVector.fromArray(FLOATS, x, i).sub(shift);
            sum = v.fma(v, sum);
        }
        sum.intoArray(spare, free);
    }
}
