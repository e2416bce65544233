package io.github.jvig.model.image;

import java.util.Arrays;

/**
 * Antialiased resizing that gives PIL's bytes: the filter is stretched to cover all source pixels when shrinking, rows are filtered
 * first and columns second, each with weights in fixed point and its result rounded to 8 bits.
 *
 * <p>For an output pixel {@code i} of a side that goes from {@code in} to {@code out} pixels, with {@code scale = in / out} and
 * {@code stretch = max(scale, 1)}: the center is {@code (i + 0.5) * scale}, source pixel {@code j} has the weight
 * {@code filter((j + 0.5 - center) / stretch)}, and the weights are divided by their sum.
 */
public enum Interpolation {
    /** The tent, support 1. */
    BILINEAR(1) {
        @Override
        double filter(double x) {
            return Math.max(0, 1 - Math.abs(x));
        }
    },
    /** Keys' cubic convolution (1981) with a = -0.5, support 2. */
    BICUBIC(2) {
        @Override
        double filter(double x) {
            double t = Math.abs(x);
            if (t < 1) {
                return ((A + 2) * t - (A + 3)) * t * t + 1;
            }
            return t < 2 ? (((t - 5) * t + 8) * t - 4) * A : 0;
        }
    };

    private static final double A = -0.5;
    /** 32 bits minus 8 of the sample and 2 for sign and overshoot. */
    private static final int FIXED_BITS = 22;

    private final int support;

    Interpolation(int support) {
        this.support = support;
    }

    abstract double filter(double x);

    /**
     * Resizes an image.
     *
     * @param image  of any size
     * @param width  of the result in pixels, at least 1
     * @param height of the result in pixels, at least 1
     * @return the resized image
     * @throws IllegalArgumentException when a side is below 1
     */
    public RgbImage resize(RgbImage image, int width, int height) {
        return resize(image, width, height, new Crop(0, 0, width, height));
    }

    /**
     * A window of the resized image, at the cost of the window.
     *
     * @param image  of any size
     * @param width  of the whole resized image; may be beyond what an array can hold
     * @param height likewise
     * @param crop   the window, inside the resized image
     * @return the window's pixels
     * @throws IllegalArgumentException when a side of the window is below 1
     */
    public RgbImage resize(RgbImage image, long width, long height, Crop crop) {
        if (crop.width() < 1 || crop.height() < 1) {
            throw new IllegalArgumentException("can't resize to " + width + "x" + height + " pixels");
        }
        Taps columns = taps(image.width(), width, crop.left(), crop.width());
        Taps rows = taps(image.height(), height, crop.top(), crop.height());
        int firstRow = rows.first[0];
        int rowCount = rows.first[crop.height() - 1] + rows.weights[crop.height() - 1].length - firstRow;

        int rowBytes = 3 * crop.width();
        byte[] narrow = new byte[Math.multiplyExact(rowCount, rowBytes)];
        for (int y = 0; y < rowCount; y++) {
            filterRow(image.rgb(), (firstRow + y) * image.width() * 3, columns, narrow, y * rowBytes);
        }
        byte[] rgb = new byte[Math.multiplyExact(crop.height(), rowBytes)];
        int[] sums = new int[rowBytes];
        for (int y = 0; y < crop.height(); y++) {
            filterColumns(narrow, (rows.first[y] - firstRow) * rowBytes, rows.weights[y], sums, rgb, y * rowBytes);
        }
        return new RgbImage(crop.width(), crop.height(), rgb);
    }

    /** Per output pixel the first source pixel, and the fixed-point weights of it and those after it. */
    private record Taps(int[] first, int[][] weights) {}

    private Taps taps(int in, long out, long from, int count) {
        double scale = (double) in / out;
        double stretch = Math.max(scale, 1);
        double reach = support * stretch;
        int[] first = new int[count];
        int[][] weights = new int[count][];
        for (int i = 0; i < count; i++) {
            double center = (from + i + 0.5) * scale;
            int low = (int) Math.max(0, center - reach + 0.5);
            int high = (int) Math.min(in, center + reach + 0.5);
            double[] weight = new double[high - low];
            double sum = 0;
            for (int j = 0; j < weight.length; j++) {
                // The order of the operations is PIL's too: a weight at a rounding edge would move otherwise.
                weight[j] = filter((j + low - center + 0.5) * (1 / stretch));
                sum += weight[j];
            }
            first[i] = low;
            weights[i] = new int[weight.length];
            for (int j = 0; j < weight.length; j++) {
                double fixed = weight[j] / sum * (1 << FIXED_BITS);
                weights[i][j] = (int) (fixed < 0 ? fixed - 0.5 : fixed + 0.5);
            }
        }
        return new Taps(first, weights);
    }

    private static void filterRow(byte[] in, int row, Taps taps, byte[] out, int to) {
        for (int x = 0; x < taps.first.length; x++) {
            int[] weights = taps.weights[x];
            int offset = row + 3 * taps.first[x];
            int red = 1 << FIXED_BITS - 1;
            int green = red;
            int blue = red;
            for (int weight : weights) {
                red += (in[offset] & 0xff) * weight;
                green += (in[offset + 1] & 0xff) * weight;
                blue += (in[offset + 2] & 0xff) * weight;
                offset += 3;
            }
            out[to] = clip(red);
            out[to + 1] = clip(green);
            out[to + 2] = clip(blue);
            to += 3;
        }
    }

    private static void filterColumns(byte[] in, int from, int[] weights, int[] sums, byte[] out, int to) {
        Arrays.fill(sums, 1 << FIXED_BITS - 1);
        for (int weight : weights) {
            for (int i = 0; i < sums.length; i++) {
                sums[i] += (in[from + i] & 0xff) * weight;
            }
            from += sums.length;
        }
        for (int i = 0; i < sums.length; i++) {
            out[to + i] = clip(sums[i]);
        }
    }

    private static byte clip(int sum) {
        return (byte) Math.clamp(sum >> FIXED_BITS, 0, 255);
    }
}
