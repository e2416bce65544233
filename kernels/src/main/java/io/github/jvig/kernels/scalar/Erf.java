package io.github.jvig.kernels.scalar;

/** The error function in double, and the exact GELU by it. */
final class Erf {
    /** Beyond this, {@code 1 - erf} is below a double's resolution next to 1. */
    private static final double ONE = 6;
    /** Where the series needs more terms than the fraction. */
    private static final double SERIES = 2.5;
    private static final int FRACTION_DEPTH = 40;

    private Erf() {
    }

    /** {@code x * Phi(x)}, Phi the normal distribution: {@code 0.5 x erfc(-x / sqrt 2)}. */
    static double gelu(double x) {
        if (x == Double.NEGATIVE_INFINITY) {
            return 0;
        }
        return 0.5 * x * erfc(-x * Math.sqrt(0.5));
    }

    /** {@code 1 - erf(x)}, without loss for large x. */
    static double erfc(double x) {
        if (Double.isNaN(x)) {
            return x;
        }
        if (x < -ONE) {
            return 2;
        }
        if (x < SERIES) {
            return x < -SERIES ? 2 - fraction(-x) : 1 - series(x);
        }
        return fraction(x);
    }

    /** erf by Abramowitz and Stegun 7.1.6: {@code 2/sqrt(pi) exp(-x^2) sum of 2^n x^(2n+1) / (2n+1)!!}, all terms of one sign. */
    private static double series(double x) {
        double term = x;
        double sum = x;
        for (int n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
            term *= 2 * x * x / (2 * n + 1);
            sum += term;
        }
        return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
    }

    /** erfc for positive x by Abramowitz and Stegun 7.1.14: {@code exp(-x^2)/sqrt(pi) * 1/(x + (1/2)/(x + 1/(x + (3/2)/(x + ...))))}. */
    private static double fraction(double x) {
        double tail = x;
        for (int n = FRACTION_DEPTH; n > 0; n--) {
            tail = x + 0.5 * n / tail;
        }
        return Math.exp(-x * x) / (Math.sqrt(Math.PI) * tail);
    }
}
