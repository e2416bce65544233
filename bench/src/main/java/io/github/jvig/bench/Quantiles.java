package io.github.jvig.bench;

import java.util.Arrays;

/** Where values lie, in order. */
final class Quantiles {
    private final double[] sorted;

    /** @throws IllegalArgumentException when there is no value */
    Quantiles(double[] values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("no values have no quantiles");
        }
        sorted = values.clone();
        Arrays.sort(sorted);
    }

    double median() {
        return at(0.5);
    }

    /** The value at a share of the way from the smallest to the largest, between two of them by the straight line. */
    double at(double share) {
        double place = share * (sorted.length - 1);
        int below = (int) place;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }
}
