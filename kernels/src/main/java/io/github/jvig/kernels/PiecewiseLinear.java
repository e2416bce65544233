package io.github.jvig.kernels;

import java.util.List;

/**
 * An activation of two straight pieces, of its own for each channel: {@code out = slope * (in - knee[c]) + value[c]}, where the slope is
 * {@code above[c]} if {@code in - knee[c] >= 0} and {@code below[c]} otherwise. With knee and value 0 and above 1 it is PReLU (He et al.,
 * arXiv 1502.01852); in general it is DPReLU (Zhang et al., PokeBNN, arXiv 2112.00133), whose {@code bias_x} is the knee and whose
 * {@code bias_y} is {@code -value}. Weights: {@code [4][channels]}: knee, below, above, value. No bias.
 *
 * <p>Rounding: the scalar kernel rounds difference, product and sum to float; others may round product and sum together (fused
 * multiply-add). NaN gives NaN; infinities follow IEEE 754.
 *
 * @param in shape of the map and of the result
 */
public record PiecewiseLinear(MapLayout in) implements PixelSpec {
    /** Numbers for each channel. */
    public static final int PARAMETERS = 4;

    /**
     * Checks the shape.
     *
     * @throws IllegalArgumentException when the map is not padded
     */
    public PiecewiseLinear {
        in.requirePadded();
    }

    @Override
    public MapLayout out() {
        return in;
    }

    @Override
    public String operation() {
        return "piecewise-linear";
    }

    @Override
    public List<MapLayout> inputs() {
        return List.of(in);
    }

    @Override
    public int weightCount() {
        return Math.multiplyExact(PARAMETERS, in.channels());
    }

    @Override
    public String toString() {
        return "piecewise-linear " + in;
    }
}
