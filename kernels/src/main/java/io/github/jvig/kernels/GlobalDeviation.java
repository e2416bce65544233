package io.github.jvig.kernels;

import java.util.List;

/**
 * The standard deviation over all pixels, channel by channel: {@code [H][W][C] -> [1][1][C]}, with n pixels and their mean m
 * {@code sqrt(sum of (x - m)^2 / (n - correction) + epsilon)}. No weights.
 *
 * <p>With a {@link GlobalAveragePool} it is the style pooling of SRM (Lee et al., arXiv 1903.10829). PyTorch's {@code std} has a correction of 1
 * unless told otherwise.
 *
 * <p>Rounding: two passes, so that a mean far from zero does no harm. The scalar kernel computes in double and rounds once; the vector kernel
 * adds in float, row by row, and corrects the sum of squares by the rounding error of the mean; where squares leave the range of float, it
 * computes that channel as the scalar kernel does.
 *
 * <p>NaN or an infinity in a pixel makes the result of its channel NaN; so does a correction of 1 where there is just one pixel.
 *
 * @param in         shape of the input
 * @param out        shape of the result: one pixel with the input's channels and pixel stride
 * @param correction what is taken off the number of pixels: 0, or 1 for the unbiased variance
 * @param epsilon    added to the variance, 0 or more
 */
public record GlobalDeviation(MapLayout in, MapLayout out, int correction, double epsilon) implements Spec {
    /**
     * Checks the shapes and the numbers.
     *
     * @throws IllegalArgumentException when a map is not padded, the result is not one pixel of the input's channels and pixel stride, or a
     *                                  number is out of its range
     */
    public GlobalDeviation {
        in.requirePadded();
        if (!out.equals(out(in))) {
            throw new IllegalArgumentException("the deviation over a map of " + in + " is not " + out);
        }
        if (correction != 0 && correction != 1) {
            throw new IllegalArgumentException("the correction of a deviation is 0 or 1, not " + correction);
        }
        if (!(epsilon >= 0 && epsilon < Float.MAX_VALUE)) {
            throw new IllegalArgumentException("the epsilon of a deviation is 0 or more, not " + epsilon);
        }
    }

    /**
     * The deviation over a map.
     *
     * @param in         shape of the input
     * @param correction what is taken off the number of pixels: 0, or 1 for the unbiased variance
     * @param epsilon    added to the variance, 0 or more
     * @throws IllegalArgumentException when the input is not padded, or a number is out of its range
     */
    public GlobalDeviation(MapLayout in, int correction, double epsilon) {
        this(in, out(in), correction, epsilon);
    }

    private static MapLayout out(MapLayout in) {
        return new MapLayout(1, 1, in.channels(), in.stride());
    }

    @Override
    public String operation() {
        return "global-deviation";
    }

    @Override
    public List<MapLayout> inputs() {
        return List.of(in);
    }

    @Override
    public String toString() {
        return "global-deviation " + in + ", correction " + correction;
    }
}
