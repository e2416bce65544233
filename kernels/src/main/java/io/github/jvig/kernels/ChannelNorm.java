package io.github.jvig.kernels;

import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * Normalization of each pixel by itself, by the length of its channels as a vector; {@link LayerNorm} subtracts the mean as well. Weights:
 * {@code [channels]} for {@link Kind#RMS}, none for {@link Kind#L2}. No biases.
 *
 * <p>Rounding: the scalar kernel computes in double and rounds once. The vector kernel adds squares in float, in an order that is fixed for
 * one vector width. Where they overflow, it computes that pixel as the scalar kernel does.
 *
 * <p>NaN in a pixel makes all channels of that pixel NaN, and no other pixel; so does an infinity, but for the channels that are finite, which
 * become zero.
 *
 * @param in      shape of the input and of the result
 * @param kind    what each pixel is divided by
 * @param epsilon keeps the divisor away from zero; positive and finite
 */
public record ChannelNorm(MapLayout in, Kind kind, double epsilon) implements PixelSpec {
    /** What each pixel is divided by. */
    public enum Kind {
        /**
         * The root of the mean square: {@code out[p][c] = in[p][c] / sqrt(mean over c of in[p][c]^2 + epsilon) * weight[c]}. Zhang and
         * Sennrich, arXiv 1910.07467.
         */
        RMS,
        /** The Euclidean length: {@code out[p][c] = in[p][c] / max(sqrt(sum over c of in[p][c]^2), epsilon)}, as PyTorch's normalize. */
        L2
    }

    /**
     * Checks the shape and epsilon.
     *
     * @throws IllegalArgumentException when the map is not padded, or epsilon is NaN, infinite or not above 0
     */
    public ChannelNorm {
        in.requirePadded();
        Objects.requireNonNull(kind, "kind");
        requireEpsilon(epsilon);
    }

    static void requireEpsilon(double epsilon) {
        if (!(epsilon > 0 && epsilon < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("a normalization's epsilon is positive, not " + epsilon);
        }
    }

    @Override
    public MapLayout out() {
        return in;
    }

    @Override
    public String operation() {
        return "channel-norm";
    }

    @Override
    public List<MapLayout> inputs() {
        return List.of(in);
    }

    @Override
    public int weightCount() {
        return kind == Kind.RMS ? in.channels() : 0;
    }

    @Override
    public String toString() {
        return "channel-norm " + kind.name().toLowerCase(Locale.ROOT) + " " + in;
    }
}
