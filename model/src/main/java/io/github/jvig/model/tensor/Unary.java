package io.github.jvig.model.tensor;

import io.github.jvig.kernels.ArrayMath;
import java.util.Locale;

/** Operators of one operand, some with one or two numbers. NaN gives NaN unless said otherwise. */
public enum Unary {
    /** The value itself. */
    IDENTITY((x, p, q) -> x),
    /** max(0, x). */
    RELU((x, p, q) -> Math.max(0, x)),
    /** x, or p x below zero. */
    LEAKY_RELU((x, p, q) -> x < 0 ? p * x : x),
    /** x, or p (exp(x) - 1) below zero. */
    ELU((x, p, q) -> x < 0 ? (float) (p * Math.expm1(x)) : x),
    /** q x, or q p (exp(x) - 1) below zero. */
    SELU((x, p, q) -> x > 0 ? q * x : (float) (q * p * Math.expm1(x))),
    /** max(0, x) + min(0, p (exp(x / p) - 1)). */
    CELU((x, p, q) -> (float) (Math.max(0, x) + Math.min(0, p * Math.expm1(x / (double) p)))),
    /** x above p, else zero. */
    THRESHOLDED_RELU((x, p, q) -> x > p ? x : Float.isNaN(x) ? x : 0),
    /** x + p below -q, x - p above q, zero between. */
    SHRINK((x, p, q) -> x < -q ? x + p : x > q ? x - p : Float.isNaN(x) ? x : 0),
    /** The logistic function. */
    SIGMOID((x, p, q) -> (float) sigmoid(x)),
    /** max(0, min(1, p x + q)). */
    HARD_SIGMOID((x, p, q) -> Math.max(0, Math.min(1, p * x + q))),
    /** x max(0, min(1, x / 6 + 1 / 2)). */
    HARD_SWISH((x, p, q) -> x * Math.max(0, Math.min(1, x / 6 + 0.5f))),
    /** log(1 + exp(x)). */
    SOFTPLUS((x, p, q) -> (float) softplus(x)),
    /** x / (1 + |x|). */
    SOFTSIGN((x, p, q) -> x / (1 + Math.abs(x))),
    /** x tanh(softplus(x)). */
    MISH((x, p, q) -> (float) (x * Math.tanh(softplus(x)))),
    /** x sigmoid(p x). */
    SWISH((x, p, q) -> (float) (x * sigmoid(p * x))),
    /** x (1 + erf(x / sqrt(2))) / 2. */
    GELU((x, p, q) -> (float) (x * 0.5 * (1 + Erf.of(x * Math.sqrt(0.5))))),
    /** The approximation of GELU by tanh. */
    GELU_TANH((x, p, q) -> (float) (0.5 * x
            * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * (double) x * x))))),
    /** Hyperbolic tangent. */
    TANH((x, p, q) -> (float) Math.tanh(x)),
    /** Error function. */
    ERF((x, p, q) -> (float) Erf.of(x)),
    /** Exponential. */
    EXP((x, p, q) -> (float) Math.exp(x)),
    /** Natural logarithm. */
    LOG((x, p, q) -> (float) Math.log(x)),
    /** Square root. */
    SQRT((x, p, q) -> (float) Math.sqrt(x)),
    /** 1 / x. */
    RECIPROCAL((x, p, q) -> 1 / x),
    /** Absolute value. */
    ABS((x, p, q) -> Math.abs(x)),
    /** -x. */
    NEG((x, p, q) -> -x),
    /** -1, 0 or 1. */
    SIGN((x, p, q) -> Math.signum(x)),
    /** Down to a whole number. */
    FLOOR((x, p, q) -> (float) Math.floor(x)),
    /** Up to a whole number. */
    CEIL((x, p, q) -> (float) Math.ceil(x)),
    /** To the nearest whole number, half to even. */
    ROUND((x, p, q) -> (float) Math.rint(x)),
    /** Toward zero, NaN as zero: a real number to a whole one between p and q. */
    TRUNCATE((x, p, q) -> Float.isNaN(x) ? 0 : Math.clamp((float) (x < 0 ? Math.ceil(x) : Math.floor(x)), p, q)),
    /** The remainder from q on of a division by p: a whole number in fewer bits. */
    WRAP((x, p, q) -> (float) (x - p * Math.floor(((double) x - q) / p))),
    /** Between p and q; q where they cross. */
    CLIP((x, p, q) -> Math.min(q, Math.max(p, x))),
    /** x to the power p. */
    POWER((x, p, q) -> (float) Math.pow(x, p)),
    /** 1 unless x is zero. */
    TRUTH((x, p, q) -> x != 0 ? 1 : 0),
    /** 1 where x is zero. */
    NOT((x, p, q) -> x != 0 ? 0 : 1),
    /** Whether x is NaN. */
    IS_NAN((x, p, q) -> Float.isNaN(x) ? 1 : 0),
    /** Whether x is infinite; positive infinity counts if p is not zero, negative if q is not zero. */
    IS_INF((x, p, q) -> x == Float.POSITIVE_INFINITY && p != 0 || x == Float.NEGATIVE_INFINITY && q != 0 ? 1 : 0),
    /** p x. */
    SCALE((x, p, q) -> p * x),
    /** |x| to the power p. */
    ABS_POWER((x, p, q) -> (float) Math.pow(Math.abs(x), p)),
    /** p tanh(x / p). */
    SOFT_CAP((x, p, q) -> (float) (p * Math.tanh(x / (double) p))),
    /** Trigonometry. */
    SIN((x, p, q) -> (float) Math.sin(x)),
    /** Trigonometry. */
    COS((x, p, q) -> (float) Math.cos(x)),
    /** Trigonometry. */
    TAN((x, p, q) -> (float) Math.tan(x)),
    /** Trigonometry. */
    ASIN((x, p, q) -> (float) Math.asin(x)),
    /** Trigonometry. */
    ACOS((x, p, q) -> (float) Math.acos(x)),
    /** Trigonometry. */
    ATAN((x, p, q) -> (float) Math.atan(x)),
    /** Hyperbolic sine. */
    SINH((x, p, q) -> (float) Math.sinh(x)),
    /** Hyperbolic cosine. */
    COSH((x, p, q) -> (float) Math.cosh(x)),
    /** Inverse of the hyperbolic sine. */
    ASINH((x, p, q) -> (float) Math.copySign(Math.log(Math.abs(x) + Math.sqrt((double) x * x + 1)), x)),
    /** Inverse of the hyperbolic cosine. */
    ACOSH((x, p, q) -> (float) Math.log(x + Math.sqrt((double) x * x - 1))),
    /** Inverse of the hyperbolic tangent. */
    ATANH((x, p, q) -> (float) (0.5 * Math.log((1 + (double) x) / (1 - (double) x))));

    /** Of one element. */
    @FunctionalInterface
    private interface Function {
        float of(float x, float p, float q);
    }

    private final Function function;

    Unary(Function function) {
        this.function = function;
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    private static double softplus(double x) {
        return Math.max(0, x) + Math.log1p(Math.exp(-Math.abs(x)));
    }

    /**
     * The operator with its numbers.
     *
     * @param p first number
     * @param q second number
     * @return what {@link Elementwise} takes
     */
    public Pointwise with(float p, float q) {
        return new Call(this, p, q);
    }

    /**
     * The operator without numbers.
     *
     * @return what {@link Elementwise} takes
     */
    public Pointwise plain() {
        return with(0, 0);
    }

    private record Call(Unary operator, float p, float q) implements Pointwise {
        @Override
        public int arity() {
            return 1;
        }

        @Override
        public String describe() {
            return operator.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }

        @Override
        public ArrayMath.Function function() {
            return switch (operator) {
                case EXP -> ArrayMath.Function.EXP;
                case TANH -> ArrayMath.Function.TANH;
                case SIGMOID -> ArrayMath.Function.SIGMOID;
                case SWISH -> p == 1 ? ArrayMath.Function.SWISH : null;
                case GELU -> ArrayMath.Function.GELU;
                case GELU_TANH -> ArrayMath.Function.GELU_TANH;
                default -> null;
            };
        }

        @Override
        public void apply(float[] a, int ia, float[] b, int ib, float[] c, int ic, float[] out, int io, int n) {
            Function function = operator.function;
            switch (operator) {
                case RELU -> {
                    for (int i = 0; i < n; i++) {
                        out[io + i] = Math.max(0, a[ia + i]);
                    }
                }
                case SQRT -> {
                    for (int i = 0; i < n; i++) {
                        out[io + i] = (float) Math.sqrt(a[ia + i]);
                    }
                }
                case NEG -> {
                    for (int i = 0; i < n; i++) {
                        out[io + i] = -a[ia + i];
                    }
                }
                case POWER -> power(a, ia, out, io, n);
                case SCALE -> {
                    for (int i = 0; i < n; i++) {
                        out[io + i] = p * a[ia + i];
                    }
                }
                default -> {
                    for (int i = 0; i < n; i++) {
                        out[io + i] = function.of(a[ia + i], p, q);
                    }
                }
            }
        }

        /** Squares, cubes and roots, which nets have, without the general power. */
        private void power(float[] a, int ia, float[] out, int io, int n) {
            if (p == 2) {
                for (int i = 0; i < n; i++) {
                    out[io + i] = a[ia + i] * a[ia + i];
                }
            } else if (p == 3) {
                for (int i = 0; i < n; i++) {
                    double x = a[ia + i];
                    out[io + i] = (float) (x * x * x);
                }
            } else {
                for (int i = 0; i < n; i++) {
                    out[io + i] = operator.function.of(a[ia + i], p, q);
                }
            }
        }
    }
}
