package io.github.jvig.kernels;

import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * Normalization by a statistic of the whole map, or of groups of its channels. Weights and biases: {@code [channels]} each, but none for {@link Kind#L2}.
 *
 * <p>Rounding: the scalar kernel computes in double and rounds once. The vector kernel adds the values of a row of the map in float and the
 * rows in double, in an order that is fixed for one vector width; variances are sums of squared deviations from the mean of their row, put
 * together by Chan, Golub and LeVeque, "Algorithms for Computing the Sample Variance", 1983. With several groups it adds the deviations from
 * a first mean, and their squares, in float for each channel and in double for the group. Where a sum overflows, it computes the map as the
 * scalar kernel does.
 *
 * <p>NaN or an infinity anywhere makes the whole result of its group NaN for {@link Kind#GROUP}; for {@link Kind#RESPONSE} NaN makes the
 * whole result NaN, and for {@link Kind#L2} its channel.
 *
 * @param in      shape of the input and of the result
 * @param kind    which statistic, and what is done with it
 * @param groups  groups of adjacent channels that {@link Kind#GROUP} normalizes by themselves, a divisor of the channels; 1 for the others
 * @param epsilon keeps divisors away from zero; positive and finite
 */
public record MapNorm(MapLayout in, Kind kind, int groups, double epsilon) implements Spec {
    /** The statistic. */
    public enum Kind {
        /**
         * Group normalization, mean and variance over all pixels and the channels of a group:
         * {@code out[p][c] = (in[p][c] - mean) / sqrt(variance + epsilon) * weight[c] + bias[c]}, the variance being the mean of the squared
         * deviations. Wu and He, arXiv 1803.08494.
         */
        GROUP,
        /**
         * Global response normalization: with {@code g[c]} the root of the sum over all pixels of {@code in[p][c]^2}, and
         * {@code n[c] = g[c] / (mean over c of g + epsilon)}, {@code out[p][c] = in[p][c] + weight[c] * in[p][c] * n[c] + bias[c]}. Woo et
         * al., arXiv 2301.00808.
         */
        RESPONSE,
        /** The length of each channel: {@code out[p][c] = in[p][c] / max(g[c], epsilon)} with g as above, as PyTorch's normalize. */
        L2
    }

    /**
     * Checks the shape, the groups and epsilon.
     *
     * @throws IllegalArgumentException when the map is not padded, the groups do not divide the channels, there are several of another kind
     *                                  than {@link Kind#GROUP}, or epsilon is NaN, infinite or not above 0
     */
    public MapNorm {
        in.requirePadded();
        Objects.requireNonNull(kind, "kind");
        ChannelNorm.requireEpsilon(epsilon);
        if (groups < 1 || in.channels() % groups > 0 || groups > 1 && kind != Kind.GROUP) {
            throw new IllegalArgumentException("a norm " + kind + " of " + in + " can't have " + groups + " groups");
        }
    }

    /**
     * A normalization of the whole map, in one group.
     *
     * @param in      shape of the input and of the result
     * @param kind    which statistic, and what is done with it
     * @param epsilon keeps divisors away from zero; positive and finite
     * @throws IllegalArgumentException when the map is not padded, or epsilon is NaN, infinite or not above 0
     */
    public MapNorm(MapLayout in, Kind kind, double epsilon) {
        this(in, kind, 1, epsilon);
    }

    @Override
    public MapLayout out() {
        return in;
    }

    @Override
    public String operation() {
        return "map-norm";
    }

    @Override
    public List<MapLayout> inputs() {
        return List.of(in);
    }

    @Override
    public int weightCount() {
        return kind == Kind.L2 ? 0 : in.channels();
    }

    @Override
    public int biasCount() {
        return weightCount();
    }

    @Override
    public String toString() {
        return "map-norm " + kind.name().toLowerCase(Locale.ROOT) + " " + in
                + (groups > 1 ? ", " + groups + " groups" : "");
    }
}
