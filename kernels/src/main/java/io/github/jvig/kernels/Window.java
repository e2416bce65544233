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

    /** Without dilation. */
    public static Window of(int kernel, int stride, int padding) {
        return new Window(kernel, stride, padding, 1);
    }

    /** Stride 1 and an odd kernel, padded so that the output has the input's size. */
    public static Window same(int kernel) {
        if (kernel % 2 == 0) {
            throw new IllegalArgumentException("only an odd kernel keeps the size, not " + kernel);
        }
        return of(kernel, 1, kernel / 2);
    }

    /** Taps of the whole window: {@code kernel * kernel}. */
    public int taps() {
        return kernel * kernel;
    }

    /** Pixels from the first tap to the last, both counted. */
    public int extent() {
        return (kernel - 1) * dilation + 1;
    }

    /**
     * Output size along one side for an input of {@code size}.
     *
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
