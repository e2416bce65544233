package io.github.jvig.kernels;

/**
 * The square window of a convolution, the same along height and width.
 *
 * @param kernel   taps along one side, at least 1
 * @param stride   pixels of the input from one output to the next, at least 1
 * @param padding  zero pixels around the input, at least 0
 * @param dilation pixels from one tap to the next, at least 1
 */
public record Window(int kernel, int stride, int padding, int dilation) {
    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException when a number is below its minimum or above 1024
     */
    public Window {
        if (kernel < 1 || stride < 1 || padding < 0 || dilation < 1) {
            throw new IllegalArgumentException(
                    "no such window: kernel " + kernel + ", stride " + stride + ", padding " + padding
                            + ", dilation " + dilation);
        }
        if (kernel > 1024 || stride > 1024 || padding > 1024 || dilation > 1024) {
            throw new IllegalArgumentException("a window's kernel, stride, padding and dilation are at most 1024");
        }
    }

    /**
     * A window without dilation.
     *
     * @param kernel  taps along one side, at least 1
     * @param stride  pixels of the input from one output to the next, at least 1
     * @param padding zero pixels around the input, at least 0
     * @return the window
     * @throws IllegalArgumentException when a number is below its minimum or above 1024
     */
    public static Window of(int kernel, int stride, int padding) {
        return new Window(kernel, stride, padding, 1);
    }

    /**
     * A window of stride 1, padded so that the output has the input's size.
     *
     * @param kernel taps along one side, odd
     * @return the window
     * @throws IllegalArgumentException when {@code kernel} is even, below 1 or above 1024
     */
    public static Window same(int kernel) {
        if (kernel % 2 == 0) {
            throw new IllegalArgumentException("only an odd kernel keeps the size, not " + kernel);
        }
        return of(kernel, 1, kernel / 2);
    }

    /** {@return the taps of the whole window: {@code kernel * kernel}} */
    public int taps() {
        return kernel * kernel;
    }

    /** {@return the pixels from the first tap to the last along one side, both counted} */
    public int extent() {
        return (kernel - 1) * dilation + 1;
    }

    /**
     * Output size along one side.
     *
     * @param size pixels of the input along that side
     * @return pixels of the output: {@code floor((size + 2 * padding - extent()) / stride) + 1}
     * @throws IllegalArgumentException when the padded input is smaller than the window
     */
    public int outputSize(int size) {
        int reach = size + 2 * padding - extent();
        if (reach < 0) {
            throw new IllegalArgumentException("an input side of " + size + " is too small for a window of " + extent()
                    + " with padding " + padding);
        }
        return reach / stride + 1;
    }

    /** The first input that output {@code i} sees, of an input side of {@code size}. */
    int firstInput(int i, int size) {
        return Math.clamp(i * stride - padding, 0, size - 1);
    }

    /** The last input that output {@code i} sees. */
    int lastInput(int i, int size) {
        return Math.clamp(i * stride - padding + extent() - 1, 0, size - 1);
    }

    /** {@code "3x3s2p1"}, with {@code "d2"} behind it when dilated. */
    @Override
    public String toString() {
        return kernel + "x" + kernel + "s" + stride + "p" + padding + (dilation > 1 ? "d" + dilation : "");
    }
}
