package io.github.jvig.kernels;

import java.util.List;

/**
 * The average over runs of pixels in the order of the raster: {@code out[0][i][c]} is the mean of pixels {@code i * length} to
 * {@code (i + 1) * length - 1}, row by row, channel by channel. A run may go over the end of a row. Pixels behind the last whole run are left
 * out. No weights.
 *
 * <p>It is PyTorch's {@code AvgPool1d} with a stride of its kernel on the tokens of a map, which Next-ViT (Li et al., arXiv 2207.05501) takes
 * its keys and values from.
 *
 * <p>Rounding, NaN and infinities: as in an average of {@link Pool2d}.
 *
 * @param in     shape of the input
 * @param out    shape of the result: one row of {@code pixels / length} pixels, with the input's channels and pixel stride
 * @param length pixels of a run, 1 to 1024
 */
public record TokenPool(MapLayout in, MapLayout out, int length) implements Spec {
    /**
     * Checks the shapes.
     *
     * @throws IllegalArgumentException when a map is not padded, the length is out of its range or above the number of pixels, or the result
     *                                  is not one pixel for each run
     */
    public TokenPool {
        in.requirePadded();
        if (!out.equals(out(in, length))) {
            throw new IllegalArgumentException(
                    "the averages of " + length + " pixels at a time of " + in + " are not " + out);
        }
    }

    /**
     * The averages over runs of a map's pixels.
     *
     * @param in     shape of the input
     * @param length pixels of a run, 1 to 1024
     * @throws IllegalArgumentException when the map is not padded, or the length is out of its range or above the number of pixels
     */
    public TokenPool(MapLayout in, int length) {
        this(in, out(in, length), length);
    }

    private static MapLayout out(MapLayout in, int length) {
        if (length < 1 || length > in.pixels() || length > 1024) {
            throw new IllegalArgumentException(
                    "a run of pixels to average has 1 to 1024 of the map's " + in.pixels() + ", not " + length);
        }
        return new MapLayout(1, in.pixels() / length, in.channels(), in.stride());
    }

    /**
     * The same on the same numbers in memory: a run as a row of a map, and the results as a column.
     *
     * @return a pool with an input of {@code pixels / length} rows of {@code length} pixels, which may be shorter than this one's
     */
    public Pool2d asPool2d() {
        Window.Axis along = new Window.Axis(length, length, 0, 0, 1);
        return new Pool2d(new MapLayout(out.width(), length, in.channels(), in.stride()),
                new Window(new Window.Axis(1, 1, 0, 0, 1), along), Pool2d.Mode.AVERAGE, Activation.NONE);
    }

    @Override
    public String operation() {
        return "token-pool";
    }

    @Override
    public List<MapLayout> inputs() {
        return List.of(in);
    }

    @Override
    public String toString() {
        return "token-pool " + length + " " + in;
    }
}
