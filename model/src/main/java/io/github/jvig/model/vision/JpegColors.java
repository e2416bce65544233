package io.github.jvig.model.vision;

import java.awt.image.Raster;

/**
 * The meaning of a JPEG's components, and their conversion to RGB in the integer arithmetic of libjpeg and PIL, so that the bytes are the
 * same. Four components hold inverted ink, as Adobe writes them and PIL reads them.
 */
enum JpegColors {
    GRAY(1) {
        @Override
        void convert(byte[] in, int from, byte[] rgb, int to) {
            rgb[to] = in[from];
            rgb[to + 1] = in[from];
            rgb[to + 2] = in[from];
        }
    },
    RGB(3) {
        @Override
        void convert(byte[] in, int from, byte[] rgb, int to) {
            System.arraycopy(in, from, rgb, to, 3);
        }
    },
    YCBCR(3) {
        @Override
        void convert(byte[] in, int from, byte[] rgb, int to) {
            fromYcc(in, from, rgb, to);
        }
    },
    CMYK(4) {
        @Override
        void convert(byte[] in, int from, byte[] rgb, int to) {
            int light = in[from + 3] & 0xff;
            for (int c = 0; c < 3; c++) {
                rgb[to + c] = (byte) (light - scaled(255 - (in[from + c] & 0xff), light));
            }
        }
    },
    YCCK(4) {
        @Override
        void convert(byte[] in, int from, byte[] rgb, int to) {
            fromYcc(in, from, rgb, to);
            int light = in[from + 3] & 0xff;
            // YCC codes the inverse of the stored inks.
            for (int c = 0; c < 3; c++) {
                rgb[to + c] = (byte) (light - scaled(rgb[to + c] & 0xff, light));
            }
        }
    };

    private static final int FIXED_BITS = 16;
    private static final int HALF = 1 << FIXED_BITS - 1;

    private final int components;

    JpegColors(int components) {
        this.components = components;
    }

    abstract void convert(byte[] in, int from, byte[] rgb, int to);

    static RgbImage rgb(Raster raster, JpegColors colors) {
        if (raster.getNumBands() != colors.components) {
            throw new IllegalArgumentException(
                    raster.getNumBands() + " bands where " + colors.components + " are coded");
        }
        int width = raster.getWidth();
        byte[] rgb = RgbImage.allocate(width, raster.getHeight());
        byte[] row = new byte[width * colors.components];
        for (int y = 0, to = 0; y < raster.getHeight(); y++) {
            raster.getDataElements(raster.getMinX(), raster.getMinY() + y, width, 1, row);
            for (int from = 0; from < row.length; from += colors.components, to += 3) {
                colors.convert(row, from, rgb, to);
            }
        }
        return new RgbImage(width, raster.getHeight(), rgb);
    }

    /** ITU-R BT.601 in full range, each product rounded as libjpeg's tables round it. */
    private static void fromYcc(byte[] in, int from, byte[] rgb, int to) {
        int y = in[from] & 0xff;
        int cb = (in[from + 1] & 0xff) - 128;
        int cr = (in[from + 2] & 0xff) - 128;
        rgb[to] = clip(y + (fixed(1.40200) * cr + HALF >> FIXED_BITS));
        rgb[to + 1] = clip(y + (-fixed(0.34414) * cb - fixed(0.71414) * cr + HALF >> FIXED_BITS));
        rgb[to + 2] = clip(y + (fixed(1.77200) * cb + HALF >> FIXED_BITS));
    }

    private static int fixed(double value) {
        return (int) (value * (1 << FIXED_BITS) + 0.5);
    }

    private static byte clip(int value) {
        return (byte) Math.clamp(value, 0, 255);
    }

    /** {@code a * b / 255}, rounded. */
    private static int scaled(int a, int b) {
        int product = a * b + 128;
        return (product >> 8) + product >> 8;
    }
}
