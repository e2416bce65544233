package io.github.jvig.model.image;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DirectColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;

/**
 * Java's many pixel layouts as plain RGB bytes, the way PIL's {@code convert("RGB")} gives them: samples are taken as they are, never
 * through a color space (Java's gray is linear, so its conversion would change the values), alpha is dropped without blending, and
 * 16-bit samples keep their high byte.
 */
final class Rasters {
    private Rasters() {
    }

    static RgbImage rgb(BufferedImage image) {
        ColorModel colors = image.getColorModel();
        int space = colors.getColorSpace().getType();
        // Premultiplied samples are not the colors; Java's own conversion divides them by alpha again.
        if (!colors.isAlphaPremultiplied()) {
            if (colors instanceof IndexColorModel palette) {
                return indexed(image.getRaster(), palette);
            }
            if (colors instanceof DirectColorModel && space == ColorSpace.TYPE_RGB) {
                return samples(image.getRaster(), 3, colors.getComponentSize());
            }
            if (colors instanceof ComponentColorModel && isUnsigned(colors)) {
                if (space == ColorSpace.TYPE_RGB) {
                    return samples(image.getRaster(), 3, colors.getComponentSize());
                }
                if (space == ColorSpace.TYPE_GRAY) {
                    return samples(image.getRaster(), 1, colors.getComponentSize());
                }
            }
        }
        return converted(image);
    }

    private static boolean isUnsigned(ColorModel colors) {
        int type = colors.getTransferType();
        return type == DataBuffer.TYPE_BYTE || type == DataBuffer.TYPE_USHORT;
    }

    /** The palette's colors, those of transparent entries included. */
    private static RgbImage indexed(Raster raster, IndexColorModel palette) {
        int[] colors = new int[1 << palette.getPixelSize()];
        for (int i = 0; i < Math.min(colors.length, palette.getMapSize()); i++) {
            colors[i] = palette.getRGB(i);
        }
        int width = raster.getWidth();
        byte[] rgb = RgbImage.allocate(width, raster.getHeight());
        int[] row = new int[width];
        for (int y = 0, offset = 0; y < raster.getHeight(); y++) {
            raster.getSamples(raster.getMinX(), raster.getMinY() + y, width, 1, 0, row);
            for (int index : row) {
                offset = RgbImage.put(rgb, offset, colors[index]);
            }
        }
        return new RgbImage(width, raster.getHeight(), rgb);
    }

    /**
     * Samples that are the colors: the first {@code channels} bands (1 is gray, 3 is RGB) of a raster; what follows them is alpha.
     * Above 8 bits the high ones are kept; below, the range is stretched to 0..255, rounding down.
     */
    private static RgbImage samples(Raster raster, int channels, int[] bits) {
        int width = raster.getWidth();
        byte[] rgb = RgbImage.allocate(width, raster.getHeight());
        int bands = raster.getNumBands();
        int[] row = new int[width * bands];
        for (int y = 0, offset = 0; y < raster.getHeight(); y++) {
            raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
            for (int x = 0; x < row.length; x += bands) {
                for (int c = 0; c < 3; c++) {
                    int band = channels == 1 ? 0 : c;
                    rgb[offset++] = toByte(row[x + band], bits[band]);
                }
            }
        }
        return new RgbImage(width, raster.getHeight(), rgb);
    }

    private static byte toByte(int sample, int bits) {
        return (byte) (bits >= 8 ? sample >> bits - 8 : sample * 255 / ((1 << bits) - 1));
    }

    /** All others (premultiplied alpha, other color spaces): Java's own conversion to sRGB. */
    private static RgbImage converted(BufferedImage image) {
        int width = image.getWidth();
        byte[] rgb = RgbImage.allocate(width, image.getHeight());
        int[] row = new int[width];
        for (int y = 0, offset = 0; y < image.getHeight(); y++) {
            image.getRGB(0, y, width, 1, row, 0, width);
            for (int pixel : row) {
                offset = RgbImage.put(rgb, offset, pixel);
            }
        }
        return new RgbImage(width, image.getHeight(), rgb);
    }
}
