package io.github.jvig.kernels;

import java.util.Arrays;

/**
 * How one image's activations lie in a {@code float[]}: pixels row by row, the channels of a pixel side by side (NHWC with N = 1).
 * Pixel {@code (y, x)} starts at {@code (y * width + x) * stride}; its lanes from {@code channels} up to {@code stride} are padding,
 * which holds zero and is kept so by every kernel.
 *
 * @param height   rows, at least 1
 * @param width    columns, at least 1
 * @param channels channels of a pixel, at least 1
 * @param stride   floats from one pixel to the next: a multiple of {@link #LANES}, at least {@code channels}; or just {@code channels},
 *                 which only the input of a {@link DenseConv} may have
 */
public record FeatureMap(int height, int width, int channels, int stride) {
    /** Channels are padded to a multiple of this: one 64-byte line of floats, the widest vector of any machine known. */
    public static final int LANES = 16;

    public FeatureMap {
        if (height < 1 || width < 1 || channels < 1) {
            throw new IllegalArgumentException(
                    "a feature map needs at least one row, column and channel: " + height + "x" + width + "x"
                            + channels);
        }
        if (stride < channels || stride % LANES != 0 && stride != channels) {
            throw new IllegalArgumentException("pixel stride " + stride + " is neither " + channels
                    + " channels nor a multiple of " + LANES + " that holds them");
        }
        if ((long) height * width * stride > Integer.MAX_VALUE - 64) {
            throw new IllegalArgumentException("a feature map of " + height + "x" + width + "x" + channels
                    + " is larger than one Java array can be");
        }
    }

    /** The map of this shape with the channels padded to the next multiple of {@link #LANES}. */
    public static FeatureMap of(int height, int width, int channels) {
        return new FeatureMap(height, width, channels, padded(channels));
    }

    /**
     * The map of this shape without padding between its pixels, for the input of a {@link DenseConv}: an image of 3 channels takes a fifth of
     * the memory so, and a window's rows lie in a near cache.
     */
    public static FeatureMap unpadded(int height, int width, int channels) {
        return new FeatureMap(height, width, channels, channels);
    }

    /** @throws IllegalArgumentException when pixels are not padded, as nearly all operations need them */
    void requirePadded() {
        if (stride % LANES != 0) {
            throw new IllegalArgumentException("only a dense convolution takes pixels without padding, not " + this
                    + " with a stride of " + stride);
        }
    }

    /** {@code channels} rounded up to a multiple of {@link #LANES}. */
    public static int padded(int channels) {
        return Math.addExact(channels, LANES - 1) / LANES * LANES;
    }

    /** Number of pixels. */
    public int pixels() {
        return height * width;
    }

    /** Floats that the map takes, padding included. */
    public int length() {
        return pixels() * stride;
    }

    /** The same size with other channels, padded anew. */
    public FeatureMap withChannels(int newChannels) {
        return of(height, width, newChannels);
    }

    /** Whether both have the same height, width and channels, however padded. */
    public boolean sameShape(FeatureMap other) {
        return height == other.height && width == other.width && channels == other.channels;
    }

    /**
     * Writes some rows of one image from planes into this layout, padding set to zero.
     *
     * @param chw   {@code [channels][height][width]}, C order, from {@code chwAt} on
     * @param map   where this layout is written, from {@code mapAt} on ({@link #length()} floats)
     * @param from  first row
     * @param to    row behind the last
     */
    public void fromPlanes(float[] chw, int chwAt, float[] map, int mapAt, int from, int to) {
        int row = width * stride;
        for (int y = from; y < to; y++) {
            if (stride > channels) {
                Arrays.fill(map, mapAt + y * row, mapAt + (y + 1) * row, 0f);
            }
            // A row of one channel at a time: the loop inside is then free of other loops and of calls.
            for (int c = 0; c < channels; c++) {
                int in = chwAt + c * pixels() + y * width;
                int out = mapAt + y * row + c;
                for (int x = 0; x < width; x++) {
                    map[out] = chw[in + x];
                    out += stride;
                }
            }
        }
    }

    /** All rows of {@link #fromPlanes(float[], int, float[], int, int, int)}. */
    public void fromPlanes(float[] chw, int chwAt, float[] map, int mapAt) {
        fromPlanes(chw, chwAt, map, mapAt, 0, height);
    }

    /** The inverse of {@link #fromPlanes}: reads this layout at {@code mapAt}, writes {@code [channels][height][width]}. */
    public void toPlanes(float[] map, int mapAt, float[] chw, int chwAt) {
        int plane = pixels();
        for (int p = 0; p < plane; p++) {
            int at = mapAt + p * stride;
            for (int c = 0; c < channels; c++) {
                chw[chwAt + c * plane + p] = map[at + c];
            }
        }
    }

    /** {@code "56x56x42"}: height, width, channels. */
    @Override
    public String toString() {
        return height + "x" + width + "x" + channels;
    }
}
