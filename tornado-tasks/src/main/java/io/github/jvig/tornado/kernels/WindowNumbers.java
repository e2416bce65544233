package io.github.jvig.tornado.kernels;

import io.github.jvig.kernels.Window;

/**
 * A window as three numbers, because the number of arguments of a task is limited: one for each of its two axes, and one for its padding in
 * front of both. The padding behind follows from the sizes of the maps. {@link Window} limits each number to 1024.
 */
public final class WindowNumbers {
    private static final int BITS = 10;
    private static final int MASK = (1 << BITS) - 1;
    private static final int PADDING_BITS = 12;
    /** Added to a padding, which may be negative. */
    private static final int PADDING_ZERO = 1024;

    private WindowNumbers() {
    }

    /** Taps, stride and dilation along one side. */
    public static int axis(Window.Axis axis) {
        return axis.kernel() - 1 << 2 * BITS | axis.stride() - 1 << BITS | axis.dilation() - 1;
    }

    /** The padding above and on the left. */
    public static int padding(Window window) {
        return window.rows().padBefore() + PADDING_ZERO << PADDING_BITS | window.columns().padBefore() + PADDING_ZERO;
    }

    /** Taps of an axis. */
    static int taps(int axis) {
        return (axis >> 2 * BITS) + 1;
    }

    static int stride(int axis) {
        return (axis >> BITS & MASK) + 1;
    }

    static int dilation(int axis) {
        return (axis & MASK) + 1;
    }

    /** Padding above the input. */
    static int above(int padding) {
        return (padding >> PADDING_BITS) - PADDING_ZERO;
    }

    /** Padding on the left of the input. */
    static int left(int padding) {
        return (padding & (1 << PADDING_BITS) - 1) - PADDING_ZERO;
    }

    /** The first tap that does not lie in front of the input, of a window that starts at {@code start}. */
    static int firstTap(int start, int dilation) {
        return Math.max(0, (dilation - 1 - start) / dilation);
    }

    /** The end of the taps that do not lie behind the input. */
    static int endTap(int start, int dilation, int size, int taps) {
        return Math.min(taps, (size - start + dilation - 1) / dilation);
    }
}
