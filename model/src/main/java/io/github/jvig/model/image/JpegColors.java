package io.github.jvig.model.image;

/**
 * The meaning of a JPEG's components, and their conversion to RGB in the integer arithmetic of libjpeg and PIL, so that the bytes are the
 * same. Four components hold inverted ink, as Adobe writes them and PIL reads them.
 */
enum JpegColors {
    /** No conversion: as many bytes for each pixel as there are components. */
    AS_STORED {
        @Override
        void convert(byte[][] rows, int[] offsets, int width, byte[] rgb, int to) {
            for (int c = 0; c < rows.length; c++) {
                for (int x = 0; x < width; x++) {
                    rgb[to + x * rows.length + c] = rows[c][offsets[c] + x];
                }
            }
        }
    },
    GRAY {
        @Override
        void convert(byte[][] rows, int[] offsets, int width, byte[] rgb, int to) {
            for (int x = 0; x < width; x++, to += 3) {
                byte gray = rows[0][offsets[0] + x];
                rgb[to] = gray;
                rgb[to + 1] = gray;
                rgb[to + 2] = gray;
            }
        }
    },
    RGB {
        @Override
        void convert(byte[][] rows, int[] offsets, int width, byte[] rgb, int to) {
            for (int x = 0; x < width; x++, to += 3) {
                rgb[to] = rows[0][offsets[0] + x];
                rgb[to + 1] = rows[1][offsets[1] + x];
                rgb[to + 2] = rows[2][offsets[2] + x];
            }
        }
    },
    YCBCR {
        @Override
        void convert(byte[][] rows, int[] offsets, int width, byte[] rgb, int to) {
            fromYcc(rows, offsets, width, rgb, to);
        }
    },
    CMYK {
        @Override
        void convert(byte[][] rows, int[] offsets, int width, byte[] rgb, int to) {
            for (int x = 0; x < width; x++, to += 3) {
                int light = rows[3][offsets[3] + x] & 0xff;
                for (int c = 0; c < 3; c++) {
                    rgb[to + c] = (byte) (light - scaled(255 - (rows[c][offsets[c] + x] & 0xff), light));
                }
            }
        }
    },
    YCCK {
        @Override
        void convert(byte[][] rows, int[] offsets, int width, byte[] rgb, int to) {
            fromYcc(rows, offsets, width, rgb, to);
            for (int x = 0; x < width; x++, to += 3) {
                int light = rows[3][offsets[3] + x] & 0xff;
                // YCC codes the inverse of the stored inks.
                for (int c = 0; c < 3; c++) {
                    rgb[to + c] = (byte) (light - scaled(rgb[to + c] & 0xff, light));
                }
            }
        }
    };

    private static final int FIXED_BITS = 16;
    private static final int HALF = 1 << FIXED_BITS - 1;
    private static final int CR_TO_RED = fixed(1.40200);
    private static final int CB_TO_GREEN = fixed(0.34414);
    private static final int CR_TO_GREEN = fixed(0.71414);
    private static final int CB_TO_BLUE = fixed(1.77200);

    /**
     * Converts a row.
     *
     * @param rows    a row of each component, at full size
     * @param offsets where each begins
     * @param rgb     gets {@code 3 * width} bytes from {@code to} on
     */
    abstract void convert(byte[][] rows, int[] offsets, int width, byte[] rgb, int to);

    /** ITU-R BT.601 in full range, each product rounded as libjpeg's tables round it. */
    private static void fromYcc(byte[][] rows, int[] offsets, int width, byte[] rgb, int to) {
        byte[] luma = rows[0];
        byte[] blue = rows[1];
        byte[] red = rows[2];
        int lumaAt = offsets[0];
        int blueAt = offsets[1];
        int redAt = offsets[2];
        for (int x = 0; x < width; x++, to += 3) {
            int y = luma[lumaAt + x] & 0xff;
            int cb = (blue[blueAt + x] & 0xff) - 128;
            int cr = (red[redAt + x] & 0xff) - 128;
            rgb[to] = clip(y + (CR_TO_RED * cr + HALF >> FIXED_BITS));
            rgb[to + 1] = clip(y + (-CB_TO_GREEN * cb - CR_TO_GREEN * cr + HALF >> FIXED_BITS));
            rgb[to + 2] = clip(y + (CB_TO_BLUE * cb + HALF >> FIXED_BITS));
        }
    }

    private static int fixed(double value) {
        return (int) (value * (1 << FIXED_BITS) + 0.5);
    }

    private static byte clip(int value) {
        return (byte) Math.max(0, Math.min(255, value));
    }

    /** {@code a * b / 255}, rounded. */
    static int scaled(int a, int b) {
        int product = a * b + 128;
        return (product >> 8) + product >> 8;
    }
}
