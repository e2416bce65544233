package io.github.jvig.kernels;

import java.util.List;

/**
 * The mean of a map of one channel minus its standard deviation, with Bessel's correction:
 * {@code mean - sqrt(sum of (x - mean)^2 / (n - 1))}, n the number of pixels. Of a single pixel it is NaN, as it is with {@code torch.std}.
 * No weights.
 *
 * <p>Rounding: the scalar and the vector provider both add in double, in the order of the pixels, and round once.
 *
 * <p>NaN or an infinity in any pixel gives NaN.
 *
 * @param in  shape of the input: one channel
 * @param out shape of the result: one pixel, one channel
 */
public record MeanMinusStd(MapLayout in, MapLayout out) implements Spec {
    /**
     * Checks the shapes.
     *
     * @throws IllegalArgumentException when a map is not padded, the input has several channels, or the result is not one number
     */
    public MeanMinusStd {
        in.requirePadded();
        out.requirePadded();
        if (in.channels() != 1) {
            throw new IllegalArgumentException("a mean less deviation is that of one channel, not of " + in);
        }
        if (!out.sameShape(MapLayout.of(1, 1, 1))) {
            throw new IllegalArgumentException("a mean less deviation is one number, not " + out);
        }
    }

    /**
     * The statistic of a map of one channel.
     *
     * @param in shape of the input: one channel
     * @throws IllegalArgumentException when the input is not padded or has several channels
     */
    public MeanMinusStd(MapLayout in) {
        this(in, MapLayout.of(1, 1, 1));
    }

    @Override
    public String operation() {
        return "mean-minus-std";
    }

    @Override
    public List<MapLayout> inputs() {
        return List.of(in);
    }

    @Override
    public String toString() {
        return "mean-minus-std " + in;
    }
}
