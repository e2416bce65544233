package io.github.jvig.kernels;

import java.util.List;

/**
 * The average over a square around each pixel, mixed channel by channel with the pixel itself:
 * {@code out[p][c] = poolScale[c] * average(in, around p, c) + selfScale[c] * in[p][c]}. Pixels outside the input are not counted. Weights:
 * {@code poolScale[channels]}, then {@code selfScale[channels]}. No bias.
 *
 * <p>With {@code poolScale = 1, selfScale = 0} it is an average pool of stride 1. The token mixer of PoolFormer (Yu et al., arXiv 2111.11418) with its
 * layer scale s and its shortcut, {@code x + s * (pool(x) - x)}, is {@code poolScale = s, selfScale = 1 - s}.
 *
 * <p>Rounding: the scalar kernel computes in double, in the order of the pixels, and rounds once. The vector kernel computes in float and
 * adds down the columns first; sums beyond the range of float become infinite.
 *
 * <p>NaN in a pixel makes that channel NaN in every pixel of the result whose square holds it, even where a factor is zero; so does an
 * infinity that meets a factor of zero or an infinity of the other sign.
 *
 * @param in     shape of the input
 * @param out    shape of the result, equal to {@code in}
 * @param kernel pixels along a side of the square, odd
 */
public record AvgPoolBlend(MapLayout in, MapLayout out, int kernel) implements Spec {
    /**
     * Checks the shapes and the size of the square.
     *
     * @throws IllegalArgumentException when the maps differ or are not padded, or {@code kernel} is even, below 1 or above 1024
     */
    public AvgPoolBlend {
        in.requirePadded();
        out.requirePadded();
        // Refuses an even or senseless size.
        Window.same(kernel);
        if (!out.equals(in)) {
            throw new IllegalArgumentException("a mix with the average of " + in + " does not give " + out);
        }
    }

    /**
     * The average of a square mixed with its middle; the result has the input's layout.
     *
     * @param in     shape of the input and of the result
     * @param kernel pixels along a side of the square, odd
     * @throws IllegalArgumentException when the map is not padded, or {@code kernel} is even, below 1 or above 1024
     */
    public AvgPoolBlend(MapLayout in, int kernel) {
        this(in, in, kernel);
    }

    @Override
    public int firstInputRow(int y) {
        return Math.max(0, y - kernel / 2);
    }

    @Override
    public int lastInputRow(int y) {
        return Math.min(in.height() - 1, y + kernel / 2);
    }

    @Override
    public String operation() {
        return "avg-pool-blend";
    }

    @Override
    public List<MapLayout> inputs() {
        return List.of(in);
    }

    @Override
    public int weightCount() {
        return 2 * in.channels();
    }

    @Override
    public String toString() {
        return "avg-pool-blend " + kernel + "x" + kernel + " " + in;
    }
}
