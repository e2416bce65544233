package io.github.jvig.model.image;

import java.util.Arrays;

/**
 * An image of 8-bit RGB samples. Immutable, so it may be shared between threads.
 *
 * <p>Samples are unsigned: a {@code byte} of -1 is 255. Rows run from top to bottom, pixels from left to right. They are taken as they are:
 * no color space is converted, and alpha is dropped, not blended.
 */
public final class RgbImage {
    private static final int CHANNELS = 3;

    private final int width;
    private final int height;
    /** {@code rgb[(y * width + x) * 3 + channel]}. */
    private final byte[] rgb;

    /**
     * Takes an array over without a copy.
     *
     * @throws IllegalArgumentException when a side is below 1 or the array's length is not {@code 3 * width * height}
     */
    RgbImage(int width, int height, byte[] rgb) {
        checkLength(rgb.length, "bytes", width, height, CHANNELS);
        this.width = width;
        this.height = height;
        this.rgb = rgb;
    }

    /**
     * An image from packed bytes, such as PIL's {@code tobytes()} and NumPy's [H, W, 3] have.
     *
     * @param width  pixels, at least 1
     * @param height pixels, at least 1
     * @param rgb    {@code rgb[(y * width + x) * 3 + c]} with c = 0, 1, 2 for red, green, blue; copied
     * @return the image
     * @throws IllegalArgumentException when a side is below 1 or the array's length is not {@code 3 * width * height}
     */
    public static RgbImage ofRgb(int width, int height, byte[] rgb) {
        return new RgbImage(width, height, rgb.clone());
    }

    /**
     * An image from planes of bytes, such as NumPy's [3, H, W] has.
     *
     * @param width  pixels, at least 1
     * @param height pixels, at least 1
     * @param planes {@code planes[(c * height + y) * width + x]} with c = 0, 1, 2 for red, green, blue; copied
     * @return the image
     * @throws IllegalArgumentException when a side is below 1 or the array's length is not {@code 3 * width * height}
     */
    public static RgbImage ofPlanes(int width, int height, byte[] planes) {
        checkLength(planes.length, "bytes", width, height, CHANNELS);
        int pixels = width * height;
        byte[] rgb = new byte[planes.length];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = planes[i % CHANNELS * pixels + i / CHANNELS];
        }
        return new RgbImage(width, height, rgb);
    }

    /**
     * An image from one {@code int} for each pixel, as {@link java.awt.image.BufferedImage#getRGB} and Android's {@code Bitmap.getPixels}
     * give them.
     *
     * @param width  pixels, at least 1
     * @param height pixels, at least 1
     * @param argb   {@code argb[y * width + x]}, each {@code 0xAARRGGBB}; the alpha in the upper 8 bits is ignored; copied
     * @return the image
     * @throws IllegalArgumentException when a side is below 1 or the array's length is not {@code width * height}, or there are more pixels
     *                                  than one array can hold
     */
    public static RgbImage ofArgb(int width, int height, int[] argb) {
        checkLength(argb.length, "pixels", width, height, 1);
        byte[] rgb = allocate(width, height);
        for (int i = 0; i < argb.length; i++) {
            put(rgb, CHANNELS * i, argb[i]);
        }
        return new RgbImage(width, height, rgb);
    }

    private static void checkLength(int length, String unit, int width, int height, int perPixel) {
        if (width < 1 || height < 1 || length != (long) perPixel * width * height) {
            throw new IllegalArgumentException(
                    length + " " + unit + " do not make an RGB image of " + width + "x" + height + " pixels");
        }
    }

    /** Room for the packed bytes of an image. */
    static byte[] allocate(int width, int height) {
        if ((long) CHANNELS * width * height > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException(
                    "an RGB image of " + width + "x" + height + " pixels is larger than one Java array can be");
        }
        return new byte[CHANNELS * width * height];
    }

    /** Stores a pixel of {@code 0xRRGGBB}, whatever is above, and gives the offset behind it. */
    static int put(byte[] rgb, int offset, int pixel) {
        rgb[offset] = (byte) (pixel >> 16);
        rgb[offset + 1] = (byte) (pixel >> 8);
        rgb[offset + 2] = (byte) pixel;
        return offset + CHANNELS;
    }

    /**
     * Pixels in a row.
     *
     * @return at least 1
     */
    public int width() {
        return width;
    }

    /**
     * Rows.
     *
     * @return at least 1
     */
    public int height() {
        return height;
    }

    /**
     * All samples, packed.
     *
     * @return a copy, {@code rgb[(y * width + x) * 3 + c]} with c = 0, 1, 2 for red, green, blue
     */
    public byte[] toRgb() {
        return rgb.clone();
    }

    /**
     * All pixels.
     *
     * @return a new array, {@code argb[y * width + x]}, each {@code 0xFFRRGGBB}
     */
    public int[] toArgb() {
        int[] argb = new int[width * height];
        for (int i = 0; i < argb.length; i++) {
            argb[i] = argb(i);
        }
        return argb;
    }

    /**
     * One pixel.
     *
     * @param x column from the left, from 0
     * @param y row from the top, from 0
     * @return {@code 0xFFRRGGBB}
     * @throws IndexOutOfBoundsException when there is no such pixel
     */
    public int argb(int x, int y) {
        if (x < 0 || x >= width || y < 0 || y >= height) {
            throw new IndexOutOfBoundsException(
                    "pixel (" + x + ", " + y + ") of an image of " + width + "x" + height);
        }
        return argb(y * width + x);
    }

    private int argb(int pixel) {
        int offset = CHANNELS * pixel;
        return 0xff << 24 | (rgb[offset] & 0xff) << 16 | (rgb[offset + 1] & 0xff) << 8 | rgb[offset + 2] & 0xff;
    }

    /** The samples as in {@link #toRgb}, not a copy: to be read only. */
    byte[] rgb() {
        return rgb;
    }

    /**
     * PIL's luma (ITU-R 601-2, 16-bit fixed point) of each pixel; gray stays as it is.
     *
     * @return a new array, {@code luma[y * width + x]}
     */
    public byte[] toLuma() {
        byte[] luma = new byte[width * height];
        for (int i = 0; i < luma.length; i++) {
            int red = rgb[3 * i] & 0xff;
            int green = rgb[3 * i + 1] & 0xff;
            int blue = rgb[3 * i + 2] & 0xff;
            luma[i] = (byte) (red * 19595 + green * 38470 + blue * 7471 + 0x8000 >> 16);
        }
        return luma;
    }

    /** Whether the other one is an image of the same size and samples. */
    @Override
    public boolean equals(Object other) {
        return other instanceof RgbImage image && width == image.width && height == image.height
                && Arrays.equals(rgb, image.rgb);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * width + height) + Arrays.hashCode(rgb);
    }

    /** Its size, such as {@code RGB image of 640x480 pixels}. */
    @Override
    public String toString() {
        return "RGB image of " + width + "x" + height + " pixels";
    }
}
