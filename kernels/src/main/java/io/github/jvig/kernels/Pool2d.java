package io.github.jvig.kernels;

import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * The maximum or the average over a window, channel by channel: {@code out[y][x][c] = activation(pool of in[y'][x'][c])} over the pixels
 * {@code (y', x')} of the input that the window of {@code (y, x)} covers. No weights.
 *
 * <p>There is no ceil mode. Where PyTorch's {@code ceil_mode} or TensorFlow's "SAME" is wanted, the window has the padding behind that they
 * come down to for the size of the input.
 *
 * <p>Rounding: a maximum is exact. For an average the scalar kernel adds in double, in the order of the pixels, and rounds once; the vector
 * kernel adds in float, down the columns first, and a sum beyond the range of float becomes infinite. For the activation see
 * {@link Activation}.
 *
 * <p>NaN in a pixel of a window gives NaN, in a maximum, too; infinities follow IEEE 754.
 *
 * @param in         shape of the input
 * @param out        shape of the result: a pixel for each window, with the input's channels and pixel stride
 * @param window     the window, each of which has to cover at least one pixel of the input; an average has no dilation
 * @param mode       what is taken of the pixels
 * @param activation applied to it
 */
public record Pool2d(MapLayout in, MapLayout out, Window window, Mode mode, Activation activation) implements Spec {
    /** What is taken of the pixels that a window covers. */
    public enum Mode {
        /** The greatest of the pixels inside the input: the padding never wins. */
        MAXIMUM,
        /** The average of the pixels inside the input: PyTorch's {@code count_include_pad = false}. */
        AVERAGE,
        /** The sum of the pixels inside the input, divided by the taps of the window: PyTorch's {@code count_include_pad = true}. */
        AVERAGE_WITH_PADDING
    }

    /**
     * Checks the shapes and the window.
     *
     * @throws IllegalArgumentException when a map is not padded, the result does not have the shape that the window gives, a window covers
     *                                  nothing but padding, or an average is dilated
     */
    public Pool2d {
        in.requirePadded();
        Objects.requireNonNull(mode, "mode");
        Objects.requireNonNull(activation, "activation");
        if (!out.equals(out(in, window))) {
            throw new IllegalArgumentException("a pool " + window + " of " + in + " does not give " + out);
        }
        if (mode != Mode.MAXIMUM && (window.rows().dilation() > 1 || window.columns().dilation() > 1)) {
            throw new IllegalArgumentException("an average pool has no dilation, not " + window);
        }
        requirePixels(window.rows(), in.height(), out.height());
        requirePixels(window.columns(), in.width(), out.width());
    }

    /**
     * A pool of a map.
     *
     * @param in         shape of the input
     * @param window     the window, each of which has to cover at least one pixel of the input; an average has no dilation
     * @param mode       what is taken of the pixels
     * @param activation applied to it
     * @throws IllegalArgumentException when the map is not padded or too small, a window covers nothing but padding, or an average is dilated
     */
    public Pool2d(MapLayout in, Window window, Mode mode, Activation activation) {
        this(in, out(in, window), window, mode, activation);
    }

    private static MapLayout out(MapLayout in, Window window) {
        return new MapLayout(window.rows().outputSize(in.height()), window.columns().outputSize(in.width()),
                in.channels(), in.stride());
    }

    private static void requirePixels(Window.Axis axis, int size, int outputs) {
        for (int i = 0; i < outputs; i++) {
            if (axis.firstTap(i) >= axis.endTap(i, size)) {
                throw new IllegalArgumentException("a window of a pool covers nothing but padding: output " + i
                        + " of " + outputs + " along a side of " + size + ", kernel " + axis.kernel() + ", stride "
                        + axis.stride() + ", padding " + axis.padBefore() + " and " + axis.padAfter());
            }
        }
    }

    @Override
    public int firstInputRow(int y) {
        return window.rows().firstInput(y, in.height());
    }

    @Override
    public int lastInputRow(int y) {
        return window.rows().lastInput(y, in.height());
    }

    @Override
    public String operation() {
        return "pool2d";
    }

    @Override
    public List<MapLayout> inputs() {
        return List.of(in);
    }

    @Override
    public String toString() {
        return "pool2d " + mode.name().toLowerCase(Locale.ROOT).replace('_', ' ') + " " + window + " " + in
                + Epilogue.of(activation);
    }
}
