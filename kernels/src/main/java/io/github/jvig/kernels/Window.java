package io.github.jvig.kernels;

import java.util.Objects;

/**
 * The window of a convolution or a pool: what it does along the height, and along the width.
 *
 * @param rows    along the height
 * @param columns along the width
 */
public record Window(Axis rows, Axis columns) {
    private static final int MAX = 1024;

    /**
     * A window along one side of a map.
     *
     * @param kernel    taps, at least 1
     * @param stride    pixels of the input from one output to the next, at least 1
     * @param padBefore zero pixels in front of the input; below zero, pixels of the input that are skipped
     * @param padAfter  zero pixels behind the input; below zero, pixels of the input that are not read
     * @param dilation  pixels from one tap to the next, at least 1
     */
    public record Axis(int kernel, int stride, int padBefore, int padAfter, int dilation) {
        /**
         * Checks the numbers.
         *
         * @throws IllegalArgumentException when a number is below its minimum, above 1024, or a padding below -1024
         */
        public Axis {
            if (kernel < 1 || stride < 1 || dilation < 1) {
                throw new IllegalArgumentException("no such window: kernel " + kernel + ", stride " + stride
                        + ", dilation " + dilation);
            }
            if (kernel > MAX || stride > MAX || Math.abs(padBefore) > MAX || Math.abs(padAfter) > MAX
                    || dilation > MAX) {
                throw new IllegalArgumentException(
                        "a window's kernel, stride, padding and dilation are at most " + MAX);
            }
        }

        /**
         * The axis that gives {@code ceil(size / stride)} outputs, TensorFlow's "SAME": as much padding as that takes, the odd pixel behind.
         *
         * @param size     pixels of the input
         * @param kernel   taps, at least 1
         * @param stride   pixels of the input from one output to the next, at least 1
         * @param dilation pixels from one tap to the next, at least 1
         * @return the axis
         * @throws IllegalArgumentException when a number is out of its range
         */
        public static Axis same(int size, int kernel, int stride, int dilation) {
            int padding = Math.max(0, (Math.ceilDiv(size, stride) - 1) * stride + (kernel - 1) * dilation + 1 - size);
            return new Axis(kernel, stride, padding / 2, padding - padding / 2, dilation);
        }

        /** {@return the pixels from the first tap to the last, both counted} */
        public int extent() {
            return (kernel - 1) * dilation + 1;
        }

        /**
         * Output size.
         *
         * @param size pixels of the input
         * @return pixels of the output: {@code floor((size + padBefore + padAfter - extent()) / stride) + 1}
         * @throws IllegalArgumentException when the padded input is smaller than the window
         */
        public int outputSize(int size) {
            int reach = size + padBefore + padAfter - extent();
            if (reach < 0) {
                throw new IllegalArgumentException("an input side of " + size + " is too small for a window of "
                        + extent() + " with padding " + padBefore + (padAfter == padBefore ? "" : " and " + padAfter));
            }
            return reach / stride + 1;
        }

        /**
         * Where the window of an output starts.
         *
         * @param i output, from 0
         * @return the input pixel of its first tap; below zero in the padding
         */
        public int start(int i) {
            return i * stride - padBefore;
        }

        /**
         * The first tap that does not lie in the padding in front.
         *
         * @param i output, from 0
         * @return tap, from 0; {@link #kernel} or more when all lie there
         */
        public int firstTap(int i) {
            return Math.max(0, Math.ceilDiv(-start(i), dilation));
        }

        /**
         * The end of the taps that do not lie in the padding behind.
         *
         * @param i    output, from 0
         * @param size pixels of the input
         * @return one past the last such tap; 0 when all lie there
         */
        public int endTap(int i, int size) {
            return Math.clamp(Math.ceilDiv(size - start(i), dilation), 0, kernel);
        }

        /** The first input that output {@code i} sees, of an input side of {@code size}. */
        int firstInput(int i, int size) {
            return Math.clamp(start(i), 0, size - 1);
        }

        /** The last input that output {@code i} sees. */
        int lastInput(int i, int size) {
            return Math.clamp(start(i) + extent() - 1, 0, size - 1);
        }
    }

    /** Refuses what is null. */
    public Window {
        Objects.requireNonNull(rows, "rows");
        Objects.requireNonNull(columns, "columns");
    }

    /**
     * A square window, the same along height and width and padded alike on all sides.
     *
     * @param kernel   taps along one side, at least 1
     * @param stride   pixels of the input from one output to the next, at least 1
     * @param padding  zero pixels around the input
     * @param dilation pixels from one tap to the next, at least 1
     * @throws IllegalArgumentException when a number is out of its range
     */
    public Window(int kernel, int stride, int padding, int dilation) {
        this(new Axis(kernel, stride, padding, padding, dilation),
                new Axis(kernel, stride, padding, padding, dilation));
    }

    /**
     * A square window without dilation.
     *
     * @param kernel  taps along one side, at least 1
     * @param stride  pixels of the input from one output to the next, at least 1
     * @param padding zero pixels around the input
     * @return the window
     * @throws IllegalArgumentException when a number is out of its range
     */
    public static Window of(int kernel, int stride, int padding) {
        return new Window(kernel, stride, padding, 1);
    }

    /**
     * A square window of stride 1, padded so that the output has the input's size.
     *
     * @param kernel taps along one side, odd
     * @return the window
     * @throws IllegalArgumentException when {@code kernel} is even, below 1 or above 1024
     */
    public static Window same(int kernel) {
        return same(kernel, kernel);
    }

    /**
     * A window of stride 1, padded so that the output has the input's size.
     *
     * @param height taps along the height, odd
     * @param width  taps along the width, odd
     * @return the window
     * @throws IllegalArgumentException when a number is even, below 1 or above 1024
     */
    public static Window same(int height, int width) {
        if (height % 2 == 0 || width % 2 == 0) {
            throw new IllegalArgumentException(
                    "only an odd kernel keeps the size, not " + (height % 2 == 0 ? height : width));
        }
        return new Window(new Axis(height, 1, height / 2, height / 2, 1), new Axis(width, 1, width / 2, width / 2, 1));
    }

    /** {@return the taps of the whole window: those along the height times those along the width} */
    public int taps() {
        return rows.kernel() * columns.kernel();
    }

    /** {@return whether it is the same along height and width, and padded alike on all sides} */
    public boolean isSquare() {
        return rows.equals(columns) && rows.padBefore() == rows.padAfter();
    }

    /** {@return whether this is the window of a pointwise operation: one tap, stride 1, no padding} */
    public boolean isPointwise() {
        return equals(same(1));
    }

    /** {@code "3x3s2p1"}, with {@code "d2"} behind it when dilated; what differs by side is separated by commas: {@code "1x5s1p0,2,0,2"}. */
    @Override
    public String toString() {
        String kernel = rows.kernel() + "x" + columns.kernel();
        String padding = rows.padBefore() + "," + columns.padBefore() + "," + rows.padAfter() + ","
                + columns.padAfter();
        boolean alike = rows.padBefore() == rows.padAfter() && rows.padBefore() == columns.padBefore()
                && rows.padBefore() == columns.padAfter();
        String dilation = rows.dilation() == 1 && columns.dilation() == 1
                ? ""
                : "d" + pair(rows.dilation(), columns.dilation());
        return kernel + "s" + pair(rows.stride(), columns.stride()) + "p" + (alike ? rows.padBefore() : padding)
                + dilation;
    }

    private static String pair(int a, int b) {
        return a == b ? String.valueOf(a) : a + "," + b;
    }
}
