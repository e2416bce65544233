package io.github.jvig.kernels;

import java.util.List;

/**
 * Layer normalization of each pixel by itself, over its channels: {@code out[p][c] = (in[p][c] - mean) / sqrt(variance + epsilon) *
 * weight[c] + bias[c]} with mean and variance of pixel p, the variance being the mean of the squared deviations (divided by the number of
 * channels, not by one less). Weights: {@code [channels]}; biases: {@code [channels]}.
 *
 * <p>Ba, Kiros and Hinton, arXiv 1607.06450.
 *
 * <p>Rounding: the scalar kernel computes in double and rounds once. The vector kernel adds in float, in an order that is fixed for one
 * vector width, and rounds mean and factor to float. Where its squares overflow, it computes that pixel as the scalar kernel does.
 *
 * <p>NaN or an infinity in a pixel makes all channels of that pixel NaN, and no other pixel.
 *
 * @param in      shape of the input
 * @param out     shape of the result, equal to {@code in}
 * @param epsilon added to the variance, which keeps the root away from zero; positive and finite
 */
public record LayerNorm(MapLayout in, MapLayout out, double epsilon) implements PixelSpec {
    /**
     * Checks the shapes and epsilon.
     *
     * @throws IllegalArgumentException when the maps differ or are not padded, or epsilon is NaN, infinite or not above 0
     */
    public LayerNorm {
        in.requirePadded();
        out.requirePadded();
        if (!out.equals(in)) {
            throw new IllegalArgumentException("a layer normalization of " + in + " does not give " + out);
        }
        if (!(epsilon > 0 && epsilon < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("a layer normalization's epsilon is positive, not " + epsilon);
        }
    }

    /**
     * A layer normalization whose result has the input's layout.
     *
     * @param in      shape of the input and of the result
     * @param epsilon added to the variance, positive and finite
     * @throws IllegalArgumentException when the map is not padded, or epsilon is NaN, infinite or not above 0
     */
    public LayerNorm(MapLayout in, double epsilon) {
        this(in, in, epsilon);
    }

    @Override
    public String operation() {
        return "layer-norm";
    }

    @Override
    public List<MapLayout> inputs() {
        return List.of(in);
    }

    @Override
    public int weightCount() {
        return in.channels();
    }

    @Override
    public int biasCount() {
        return in.channels();
    }

    @Override
    public String toString() {
        return "layer-norm " + in;
    }
}
