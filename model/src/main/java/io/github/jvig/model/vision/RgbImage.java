package io.github.jvig.model.vision;

/**
 * An image as 8-bit RGB.
 *
 * @param width  pixels, at least 1
 * @param height pixels, at least 1
 * @param rgb    {@code rgb[(y * width + x) * 3 + channel]}, unsigned; not copied, so treat it as read-only
 */
public record RgbImage(int width, int height, byte[] rgb) {
    /** @throws IllegalArgumentException when a side is below 1 or the array's length is not {@code width * height * 3} */
    public RgbImage {
        if (width < 1 || height < 1 || rgb.length != 3L * width * height) {
            throw new IllegalArgumentException(
                    rgb.length + " bytes do not make an RGB image of " + width + "x" + height + " pixels");
        }
    }

    /** PIL's luma (ITU-R 601-2, 16-bit fixed point) per pixel, row by row; what is grey stays as it is. */
    byte[] luma() {
        byte[] luma = new byte[width * height];
        for (int i = 0; i < luma.length; i++) {
            int red = rgb[3 * i] & 0xff;
            int green = rgb[3 * i + 1] & 0xff;
            int blue = rgb[3 * i + 2] & 0xff;
            luma[i] = (byte) (red * 19595 + green * 38470 + blue * 7471 + 0x8000 >> 16);
        }
        return luma;
    }
}
