package io.github.jvig.kernels;

import java.util.List;

/**
 * The softmax over all pixels, channel by channel: {@code out[p][c] = exp(in[p][c]) / sum over pixels q of exp(in[q][c])}. The maximum of the
 * channel is subtracted first, so that no exponential overflows. No weights. An attention map of one plane (ULSAM, Saini et al., arXiv
 * 2006.15102) or of one plane for each head.
 *
 * <p>Rounding: the scalar kernel computes in double and rounds once. The vector kernel has exponentials of a relative error below 1.2e-7 and
 * adds them in float, row by row. The tests allow the result a relative error of {@code (H + W + 8) * 2^-24 + 2.4e-7}.
 *
 * <p>NaN or positive infinity in a pixel makes its channel NaN, and so does a channel that holds nothing but negative infinity.
 *
 * @param in shape of the input and of the result
 */
public record SpatialSoftmax(MapLayout in) implements Spec {
    /**
     * Checks the shape.
     *
     * @throws IllegalArgumentException when the map is not padded
     */
    public SpatialSoftmax {
        in.requirePadded();
    }

    @Override
    public MapLayout out() {
        return in;
    }

    @Override
    public String operation() {
        return "spatial-softmax";
    }

    @Override
    public List<MapLayout> inputs() {
        return List.of(in);
    }

    @Override
    public String toString() {
        return "spatial-softmax " + in;
    }
}
