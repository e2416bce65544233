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
 * @param stride   floats from one pixel to the next: a multiple of {@link #CHANNEL_ALIGNMENT}, at least {@code channels}; or just {@code channels},
 *                 which only the input of a {@link Conv2d} may have
 */
public record MapLayout(int height, int width, int channels, int stride) {
    /** Channels are padded to a multiple of this: one 64-byte line of floats, the widest vector of any machine known. */
    public static final int CHANNEL_ALIGNMENT = 16;

    /**
     * Floats of the largest map, 4 GiB. A map also has to begin before so many floats of its array: kernels add up offsets as ints, which can't
     * overflow then.
     */
    public static final int MAX_LENGTH = 1 << 30;

    /** Pixels whose channels are near while they go to their planes one after another. */
    private static final int BLOCK = 64;

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException when a size is below 1, the stride is neither {@code channels} nor a multiple of
     *                                  {@link #CHANNEL_ALIGNMENT} that holds them, or the map is longer than {@link #MAX_LENGTH}
     */
    public MapLayout {
        if (height < 1 || width < 1 || channels < 1) {
            throw new IllegalArgumentException(
                    "a feature map needs at least one row, column and channel: " + height + "x" + width + "x"
                            + channels);
        }
        if (stride < channels || stride % CHANNEL_ALIGNMENT != 0 && stride != channels) {
            throw new IllegalArgumentException("pixel stride " + stride + " is neither " + channels
                    + " channels nor a multiple of " + CHANNEL_ALIGNMENT + " that holds them");
        }
        if ((long) height * width * stride > MAX_LENGTH) {
            throw new IllegalArgumentException("a feature map of " + height + "x" + width + "x" + channels
                    + " is larger than 4 GiB");
        }
    }

    /**
     * The map of this shape with the channels padded to the next multiple of {@link #CHANNEL_ALIGNMENT}.
     *
     * @param height   rows, at least 1
     * @param width    columns, at least 1
     * @param channels channels of a pixel, at least 1
     * @return the layout
     * @throws IllegalArgumentException when a number is below 1 or the map is longer than {@link #MAX_LENGTH}
     */
    public static MapLayout of(int height, int width, int channels) {
        return new MapLayout(height, width, channels, padded(channels));
    }

    /**
     * The map of this shape without padding between its pixels, for the input of a {@link Conv2d}: an image of 3 channels takes a fifth of
     * the memory so, and a window's rows lie in a near cache.
     *
     * @param height   rows, at least 1
     * @param width    columns, at least 1
     * @param channels channels of a pixel, at least 1
     * @return the layout
     * @throws IllegalArgumentException when a number is below 1 or the map is longer than {@link #MAX_LENGTH}
     */
    public static MapLayout unpadded(int height, int width, int channels) {
        return new MapLayout(height, width, channels, channels);
    }

    /** @throws IllegalArgumentException when pixels are not padded, as nearly all operations need them */
    void requirePadded() {
        if (stride % CHANNEL_ALIGNMENT != 0) {
            throw new IllegalArgumentException("only a dense convolution takes pixels without padding, not " + this
                    + " with a stride of " + stride);
        }
    }

    /**
     * Rounds a number of channels up to a multiple of {@link #CHANNEL_ALIGNMENT}.
     *
     * @param channels channels of a pixel, at least 0
     * @return floats of a padded pixel
     * @throws ArithmeticException when the result does not fit an int
     */
    public static int padded(int channels) {
        return Math.addExact(channels, CHANNEL_ALIGNMENT - 1) / CHANNEL_ALIGNMENT * CHANNEL_ALIGNMENT;
    }

    /** {@return the number of pixels, {@code height * width}} */
    public int pixels() {
        return height * width;
    }

    /** {@return the floats that the map takes, padding included: {@code pixels() * stride}} */
    public int length() {
        return pixels() * stride;
    }

    /**
     * A map of the same height and width with other channels, padded anew.
     *
     * @param newChannels channels of a pixel, at least 1
     * @return the layout
     * @throws IllegalArgumentException when {@code newChannels} is below 1 or the map is longer than {@link #MAX_LENGTH}
     */
    public MapLayout withChannels(int newChannels) {
        return of(height, width, newChannels);
    }

    /**
     * Compares shapes without the padding.
     *
     * @param other the other layout
     * @return whether both have the same height, width and channels
     */
    public boolean sameShape(MapLayout other) {
        return height == other.height && width == other.width && channels == other.channels;
    }

    /**
     * Writes some rows of one image from planes into this layout, padding set to zero. Values are copied as they are.
     *
     * @param chw       source, {@code [channels][height][width]} in C order
     * @param chwOffset element of {@code chw} at which the planes start
     * @param map       target, {@link #length()} floats in this layout
     * @param mapOffset element of {@code map} at which the layout's row 0 starts
     * @param from      first row
     * @param to        one past the last row
     * @throws IndexOutOfBoundsException when an array is too short
     */
    public void fromPlanes(float[] chw, int chwOffset, float[] map, int mapOffset, int from, int to) {
        int plane = pixels();
        if (plane == 1 && from < to) {
            System.arraycopy(chw, chwOffset, map, mapOffset, channels);
            Arrays.fill(map, mapOffset + channels, mapOffset + stride, 0f);
            return;
        }
        for (int first = from * width; first < to * width; first += BLOCK) {
            int end = Math.min(first + BLOCK, to * width);
            if (stride > channels) {
                Arrays.fill(map, mapOffset + first * stride, mapOffset + end * stride, 0f);
            }
            // One channel at a time: the loop inside is then free of other loops and of calls.
            for (int c = 0; c < channels; c++) {
                int in = chwOffset + c * plane;
                int out = mapOffset + first * stride + c;
                for (int p = first; p < end; p++) {
                    map[out] = chw[in + p];
                    out += stride;
                }
            }
        }
    }

    /**
     * Writes all rows of one image from planes into this layout, padding set to zero.
     *
     * @param chw       source, {@code [channels][height][width]} in C order
     * @param chwOffset element of {@code chw} at which the planes start
     * @param map       target, {@link #length()} floats in this layout
     * @param mapOffset element of {@code map} at which the layout starts
     * @throws IndexOutOfBoundsException when an array is too short
     */
    public void fromPlanes(float[] chw, int chwOffset, float[] map, int mapOffset) {
        fromPlanes(chw, chwOffset, map, mapOffset, 0, height);
    }

    /**
     * The inverse of {@link #fromPlanes(float[], int, float[], int)}: writes one image from this layout into planes, without the padding.
     *
     * @param map       source, {@link #length()} floats in this layout
     * @param mapOffset element of {@code map} at which the layout starts
     * @param chw       target, {@code [channels][height][width]} in C order
     * @param chwOffset element of {@code chw} at which the planes start
     * @throws IndexOutOfBoundsException when an array is too short
     */
    public void toPlanes(float[] map, int mapOffset, float[] chw, int chwOffset) {
        int plane = pixels();
        if (plane == 1) {
            System.arraycopy(map, mapOffset, chw, chwOffset, channels);
            return;
        }
        for (int first = 0; first < plane; first += BLOCK) {
            int end = Math.min(first + BLOCK, plane);
            // One channel at a time: planes are often a multiple of 4 KiB apart, and written in turn they would drive each other out of the cache.
            for (int c = 0; c < channels; c++) {
                int in = mapOffset + first * stride + c;
                int out = chwOffset + c * plane;
                for (int p = first; p < end; p++) {
                    chw[out + p] = map[in];
                    in += stride;
                }
            }
        }
    }

    /** {@code "56x56x42"}: height, width, channels. */
    @Override
    public String toString() {
        return height + "x" + width + "x" + channels;
    }
}
