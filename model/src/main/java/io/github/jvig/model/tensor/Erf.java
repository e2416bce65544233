package io.github.jvig.model.tensor;

/** The error function. */
final class Erf {
    private Erf() {
    }

    /**
     * By its series near zero and its continued fraction farther out: Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.6 and
     * 7.1.14.
     */
    static double of(double x) {
        double a = Math.abs(x);
        if (Double.isNaN(x)) {
            return x;
        }
        if (a > 6) {
            return Math.signum(x);
        }
        if (a < 2.5) {
            double term = x;
            double sum = x;
            for (int n = 1; Math.abs(term) > 1e-12 * Math.abs(sum); n++) {
                term *= 2 * x * x / (2 * n + 1);
                sum += term;
            }
            return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
        }
        double fraction = a;
        for (int n = 30; n > 0; n--) {
            fraction = a + n / 2.0 / fraction;
        }
        return Math.copySign(1 - Math.exp(-a * a) / (Math.sqrt(Math.PI) * fraction), x);
    }
}
