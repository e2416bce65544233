package io.github.jvig.model.image;

/**
 * The colors of a lossy WebP as libwebp and so PIL make them: chroma is interpolated with the weights 9, 3, 3 and 1 sixteenths of the four
 * nearest samples, then BT.601 in studio range by fixed-point arithmetic of 14 bits.
 */
final class Vp8Colors {
    private static final int LUMA = 19077;
    private static final int CR_TO_RED = 26149;
    private static final int CB_TO_GREEN = 6419;
    private static final int CR_TO_GREEN = 13320;
    private static final int CB_TO_BLUE = 33050;
    // What 16 of luma and 128 of chroma come to, and half a unit.
    private static final int RED = -14234;
    private static final int GREEN = 8708;
    private static final int BLUE = -17685;
    private static final int FRACTION_BITS = 6;

    private Vp8Colors() {
    }

    static RgbImage image(Vp8Plane luma, Vp8Plane u, Vp8Plane v, int width, int height) {
        byte[] rgb = RgbImage.allocate(width, height);
        int chromaWidth = width + 1 >> 1;
        int chromaHeight = height + 1 >> 1;
        // A row of chroma between two rows, times 4, with the outer ones repeated at both ends.
        int[] us = new int[chromaWidth + 2];
        int[] vs = new int[chromaWidth + 2];
        for (int y = 0, to = 0; y < height; y++) {
            int near = y >> 1;
            int far = Math.max(0, Math.min(chromaHeight - 1, (y & 1) == 0 ? near - 1 : near + 1));
            blend(u, near, far, chromaWidth, us);
            blend(v, near, far, chromaWidth, vs);
            int from = luma.at(0, y);
            for (int x = 0; x < width; x++, to += 3) {
                int c = 1 + (x >> 1);
                int other = c - 1 + 2 * (x & 1);
                int cb = 3 * us[c] + us[other] + 8 >> 4;
                int cr = 3 * vs[c] + vs[other] + 8 >> 4;
                int light = (luma.samples[from + x] & 0xff) * LUMA >> 8;
                rgb[to] = clip(light + (cr * CR_TO_RED >> 8) + RED);
                rgb[to + 1] = clip(light - (cb * CB_TO_GREEN >> 8) - (cr * CR_TO_GREEN >> 8) + GREEN);
                rgb[to + 2] = clip(light + (cb * CB_TO_BLUE >> 8) + BLUE);
            }
        }
        return new RgbImage(width, height, rgb);
    }

    private static void blend(Vp8Plane plane, int near, int far, int width, int[] row) {
        int nearAt = plane.at(0, near);
        int farAt = plane.at(0, far);
        for (int x = 0; x < width; x++) {
            row[x + 1] = 3 * (plane.samples[nearAt + x] & 0xff) + (plane.samples[farAt + x] & 0xff);
        }
        row[0] = row[1];
        row[width + 1] = row[width];
    }

    private static byte clip(int value) {
        return (byte) Math.max(0, Math.min(255, value >> FRACTION_BITS));
    }
}
