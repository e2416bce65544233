package io.github.jvig.model.tensor;

/** What {@link Reduce} makes of some elements. */
public enum Reduction {
    /** Sum. */
    SUM,
    /** Mean. */
    MEAN,
    /** Greatest; NaN where one is. */
    MAX,
    /** Least; NaN where one is. */
    MIN,
    /** Product. */
    PROD,
    /** Sum of absolute values. */
    L1,
    /** Root of the sum of squares. */
    L2,
    /** Logarithm of the sum. */
    LOG_SUM,
    /** Logarithm of the sum of exponentials; the greatest is taken off first, so that none overflows. */
    LOG_SUM_EXP,
    /** Sum of squares. */
    SUM_SQUARE;

    double start() {
        return switch (this) {
            case MAX -> Double.NEGATIVE_INFINITY;
            case MIN -> Double.POSITIVE_INFINITY;
            case PROD -> 1;
            default -> 0;
        };
    }

    double finish(double total, int count) {
        return switch (this) {
            case MEAN -> total / count;
            case L2 -> Math.sqrt(total);
            case LOG_SUM -> Math.log(total);
            default -> total;
        };
    }
}
