package io.github.jvig.kernels;

import java.util.List;

/**
 * The mean over all pixels, channel by channel: {@code [H][W][C] -> [1][1][C]}. No weights.
 *
 * <p>Rounding: the scalar kernel adds in double, in the order of the pixels, and rounds once. The vector kernel adds in float, row by row;
 * a sum beyond the range of float becomes infinite. The tests allow {@code (H + W + 4) * 2^-24} times the mean of the absolute values.
 *
 * <p>NaN in a pixel makes the mean of its channel NaN; so do infinities of both signs.
 *
 * @param in  shape of the input
 * @param out shape of the result: one pixel with the input's channels and pixel stride
 */
public record GlobalAveragePool(MapLayout in, MapLayout out) implements Spec {
    /**
     * Checks the shapes.
     *
     * @throws IllegalArgumentException when a map is not padded, or the result is not one pixel of the input's channels and pixel stride
     */
    public GlobalAveragePool {
        in.requirePadded();
        out.requirePadded();
        if (!out.equals(new MapLayout(1, 1, in.channels(), in.stride()))) {
            throw new IllegalArgumentException("a global average pool of " + in + " does not give " + out);
        }
    }

    /**
     * The mean over a map.
     *
     * @param in shape of the input
     * @throws IllegalArgumentException when the input is not padded
     */
    public GlobalAveragePool(MapLayout in) {
        this(in, new MapLayout(1, 1, in.channels(), in.stride()));
    }

    @Override
    public String operation() {
        return "global-average-pool";
    }

    @Override
    public List<MapLayout> inputs() {
        return List.of(in);
    }

    @Override
    public String toString() {
        return "global-average-pool " + in;
    }
}
