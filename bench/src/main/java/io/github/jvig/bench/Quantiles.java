package io.github.jvig.bench;

import java.util.Arrays;

/** Quantiles of a sample. */
final class Quantiles {
    private final double[] sorted;

    /** @throws IllegalArgumentException if there are no values */
    Quantiles(double[] values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("quantiles need at least one value");
        }
        sorted = values.clone();
        Arrays.sort(sorted);
    }

    double median() {
        return at(0.5);
    }

    /** The quantile for a share from 0 to 1, linearly interpolated between values. */
    double at(double share) {
        double position = share * (sorted.length - 1);
        int below = (int) position;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }
}
