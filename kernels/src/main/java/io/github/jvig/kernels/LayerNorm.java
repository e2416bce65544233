package io.github.jvig.kernels;

import java.util.List;

/**
 * Layer normalization of each pixel by itself, over its channels: {@code out[p][c] = (in[p][c] - mean) / sqrt(variance + epsilon) *
 * weight[c] + bias[c]} with mean and variance (of all channels, not of all less one) of pixel p. Weights: {@code [channels]}.
 *
 * <p>Ba, Kiros and Hinton, arXiv 1607.06450.
 *
 * @param epsilon what keeps the root away from zero, positive
 */
public record LayerNorm(MapLayout in, MapLayout out, double epsilon) implements Spec {
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

    public LayerNorm(MapLayout in, double epsilon) {
        this(in, in, epsilon);
    }

    @Override
    public int firstInputRow(int y) {
        return y;
    }

    @Override
    public int lastInputRow(int y) {
        return y;
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
