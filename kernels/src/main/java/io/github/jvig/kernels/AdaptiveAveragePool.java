package io.github.jvig.kernels;

import java.util.List;
import java.util.Optional;

/**
 * A map divided into windows, and the mean of each: PyTorch's {@code AdaptiveAvgPool2d}. Row i of the result is the mean of rows
 * {@code floor(i * H / h)} up to, not including, {@code ceil((i + 1) * H / h)}, and alike along columns, so windows overlap where h does not
 * divide H. No weights.
 *
 * <p>Rounding: the scalar kernel adds in double and rounds once. The vector kernel adds in float, row by row. The tests allow
 * {@code (rows + columns + 4) * 2^-24} of a window times the mean of the absolute values.
 *
 * <p>NaN in a pixel makes the means of its channel NaN whose windows it lies in.
 *
 * @param in      shape of the input
 * @param out     shape of the result: any size, as many channels
 * @param sizedAs the map whose height and width the result has, when these come from a map: it becomes the second input, whose values are not
 *                read; empty when the size is given otherwise
 */
public record AdaptiveAveragePool(MapLayout in, MapLayout out, Optional<MapLayout> sizedAs) implements Spec {
    /**
     * Checks the shapes.
     *
     * @throws IllegalArgumentException when a map is not padded, the channels differ, or the result does not have the size of the map that it
     *                                  should have
     */
    public AdaptiveAveragePool {
        in.requirePadded();
        out.requirePadded();
        if (in.channels() != out.channels()) {
            throw new IllegalArgumentException("an average of " + in + " does not give " + out);
        }
        sizedAs.filter(map -> map.height() != out.height() || map.width() != out.width()).ifPresent(map -> {
            throw new IllegalArgumentException("an average of " + in + " in the size of " + map + " is not " + out);
        });
    }

    /**
     * A map of a given size.
     *
     * @param in  shape of the input
     * @param out shape of the result
     * @throws IllegalArgumentException when a map is not padded, or the channels differ
     */
    public AdaptiveAveragePool(MapLayout in, MapLayout out) {
        this(in, out, Optional.empty());
    }

    /** {@return whether the result has the size of the input: each window is a pixel} */
    public boolean isIdle() {
        return in.height() == out.height() && in.width() == out.width();
    }

    /**
     * The first pixel of a window along one side.
     *
     * @param i    row or column of the result
     * @param size rows or columns of the input
     * @param of   rows or columns of the result
     * @return row or column of the input
     */
    public static int start(int i, int size, int of) {
        return (int) ((long) i * size / of);
    }

    /**
     * One past the last pixel of a window along one side.
     *
     * @param i    row or column of the result
     * @param size rows or columns of the input
     * @param of   rows or columns of the result
     * @return row or column of the input
     */
    public static int end(int i, int size, int of) {
        return Math.toIntExact(Math.ceilDiv((i + 1L) * size, (long) of));
    }

    @Override
    public String operation() {
        return "adaptive-average-pool";
    }

    @Override
    public List<MapLayout> inputs() {
        return sizedAs.map(map -> List.of(in, map)).orElse(List.of(in));
    }

    @Override
    public int firstInputRow(int y) {
        return start(y, in.height(), out.height());
    }

    @Override
    public int lastInputRow(int y) {
        return end(y, in.height(), out.height()) - 1;
    }

    @Override
    public String toString() {
        return "adaptive-average-pool " + in + " to " + out.height() + "x" + out.width();
    }
}
