package io.github.jvig.model.image;

import java.util.Arrays;

/**
 * The samples of luma or of one chroma component, in whole macroblocks, with a row above and a column at the left that hold what blocks at the
 * border are predicted from: 127 above, the corner included, and 129 at the left (RFC 6386, section 12.2). Four columns at the right are for
 * what lies above and to the right of the last macroblock of a row.
 */
final class Vp8Plane {
    private static final byte ABOVE = 127;
    private static final byte LEFT = (byte) 129;
    private static final int BEYOND = 4;

    final byte[] samples;
    final int stride;

    Vp8Plane(int width, int height) {
        stride = 1 + width + BEYOND;
        samples = new byte[Math.multiplyExact(stride, height + 1)];
        Arrays.fill(samples, 0, stride, ABOVE);
        for (int y = 1; y <= height; y++) {
            samples[y * stride] = LEFT;
        }
    }

    /** The offset of a sample. */
    int at(int x, int y) {
        return (y + 1) * stride + x + 1;
    }
}
