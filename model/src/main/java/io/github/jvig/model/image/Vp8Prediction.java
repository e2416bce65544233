package io.github.jvig.model.image;

import java.util.Arrays;

/** The predictions of blocks from the samples above and at the left of them (RFC 6386, section 12). */
final class Vp8Prediction {
    /** The modes, in the order of the tree's probabilities; the first four are those of whole macroblocks too. */
    static final int DC = 0;
    static final int TRUE_MOTION = 1;
    static final int VERTICAL = 2;
    static final int HORIZONTAL = 3;
    static final int DOWN_RIGHT = 4;
    static final int VERTICAL_RIGHT = 5;
    static final int DOWN_LEFT = 6;
    static final int VERTICAL_LEFT = 7;
    static final int HORIZONTAL_DOWN = 8;
    static final int HORIZONTAL_UP = 9;
    /** How many there are. */
    static final int MODES = 10;

    /** Where the corner lies among the {@linkplain #edge neighbors} of a subblock. */
    private static final int CORNER = 4;

    /** The neighbors of a subblock: four at the left from the bottom up, the corner, eight above from the left. */
    private final int[] edge = new int[13];

    /**
     * A block of luma or chroma of a whole macroblock.
     *
     * @param log2  of the side of the block
     * @param above whether there is a macroblock above
     * @param left  whether there is one at the left
     */
    static void block(Vp8Plane plane, int at, int log2, int mode, boolean above, boolean left) {
        byte[] samples = plane.samples;
        int stride = plane.stride;
        int size = 1 << log2;
        int end = at + size * stride;
        switch (mode) {
            case DC -> {
                byte mean = (byte) mean(plane, at, log2, above, left);
                for (int row = at; row < end; row += stride) {
                    Arrays.fill(samples, row, row + size, mean);
                }
            }
            case TRUE_MOTION -> trueMotion(plane, at, size);
            case VERTICAL -> {
                for (int row = at; row < end; row += stride) {
                    System.arraycopy(samples, at - stride, samples, row, size);
                }
            }
            default -> {
                for (int row = at; row < end; row += stride) {
                    Arrays.fill(samples, row, row + size, samples[row - 1]);
                }
            }
        }
    }

    private static int mean(Vp8Plane plane, int at, int log2, boolean above, boolean left) {
        if (!above && !left) {
            return 128;
        }
        int size = 1 << log2;
        int sum = 0;
        for (int i = 0; i < size; i++) {
            sum += above ? plane.samples[at - plane.stride + i] & 0xff : 0;
            sum += left ? plane.samples[at + i * plane.stride - 1] & 0xff : 0;
        }
        int shift = above && left ? log2 + 1 : log2;
        return sum + (1 << shift - 1) >> shift;
    }

    private static void trueMotion(Vp8Plane plane, int at, int size) {
        byte[] samples = plane.samples;
        int top = at - plane.stride;
        int corner = samples[top - 1] & 0xff;
        for (int y = 0, row = at; y < size; y++, row += plane.stride) {
            int offset = (samples[row - 1] & 0xff) - corner;
            for (int x = 0; x < size; x++) {
                samples[row + x] = clip((samples[top + x] & 0xff) + offset);
            }
        }
    }

    /**
     * A subblock of 4x4 samples.
     *
     * @param aboveRight where the four samples above and to the right of it begin; they may lie further up than the others
     */
    void subblock(Vp8Plane plane, int at, int aboveRight, int mode) {
        byte[] to = plane.samples;
        int stride = plane.stride;
        int[] e = edge;
        for (int i = 0; i < 4; i++) {
            e[3 - i] = to[at + i * stride - 1] & 0xff;
            e[CORNER + 1 + i] = to[at - stride + i] & 0xff;
            e[CORNER + 5 + i] = to[aboveRight + i] & 0xff;
        }
        e[CORNER] = to[at - stride - 1] & 0xff;
        switch (mode) {
            case DC -> {
                int sum = 4;
                for (int i = 0; i < 4; i++) {
                    sum += e[i] + e[CORNER + 1 + i];
                }
                for (int y = 0; y < 4; y++) {
                    Arrays.fill(to, at + y * stride, at + y * stride + 4, (byte) (sum >> 3));
                }
            }
            case TRUE_MOTION -> trueMotion(plane, at, 4);
            case VERTICAL -> {
                for (int x = 0; x < 4; x++) {
                    byte value = smooth(CORNER + 1 + x);
                    for (int y = 0; y < 4; y++) {
                        to[at + y * stride + x] = value;
                    }
                }
            }
            case HORIZONTAL -> {
                for (int y = 0; y < 4; y++) {
                    // The lowest one has no neighbor below, and counts for it.
                    byte value = y < 3 ? smooth(3 - y) : (byte) (e[1] + 3 * e[0] + 2 >> 2);
                    Arrays.fill(to, at + y * stride, at + y * stride + 4, value);
                }
            }
            case DOWN_RIGHT -> {
                for (int i = 0; i < 16; i++) {
                    to[at + (i >> 2) * stride + (i & 3)] = smooth(CORNER + (i & 3) - (i >> 2));
                }
            }
            case DOWN_LEFT -> {
                for (int i = 0; i < 16; i++) {
                    int along = (i & 3) + (i >> 2);
                    to[at + (i >> 2) * stride + (i & 3)] = along < 6
                            ? smooth(CORNER + 2 + along)
                            : (byte) (e[11] + 3 * e[12] + 2 >> 2);
                }
            }
            case VERTICAL_RIGHT -> {
                for (int i = 0; i < 16; i++) {
                    int x = i & 3;
                    int y = i >> 2;
                    int along = x - (y >> 1);
                    to[at + y * stride + x] = along < 0
                            ? smooth(CORNER + 1 - y)
                            : (y & 1) == 0 ? middle(CORNER + along) : smooth(CORNER + along);
                }
            }
            case VERTICAL_LEFT -> {
                for (int i = 0; i < 16; i++) {
                    int x = i & 3;
                    int y = i >> 2;
                    int along = CORNER + 1 + x + (y >> 1);
                    to[at + y * stride + x] = (y & 1) == 0 ? middle(along) : smooth(along + 1);
                }
                // The two that would need a ninth sample above are taken from the slope of the others.
                to[at + 2 * stride + 3] = smooth(CORNER + 6);
                to[at + 3 * stride + 3] = smooth(CORNER + 7);
            }
            case HORIZONTAL_DOWN -> {
                for (int i = 0; i < 16; i++) {
                    int x = i & 3;
                    int y = i >> 2;
                    int along = y - (x >> 1);
                    to[at + y * stride + x] = along < 0
                            ? smooth(CORNER - 1 + x)
                            : (x & 1) == 0 ? middle(CORNER - 1 - along) : smooth(CORNER - along);
                }
            }
            default -> {
                for (int i = 0; i < 16; i++) {
                    int along = 2 * (i >> 2) + (i & 3);
                    int from = 3 - (along >> 1);
                    to[at + (i >> 2) * stride + (i & 3)] = along > 5
                            ? (byte) e[0]
                            : (along & 1) == 0
                                    ? middle(from - 1)
                                    : from > 1 ? smooth(from - 1) : (byte) (e[1] + 3 * e[0] + 2 >> 2);
                }
            }
        }
    }

    /** The mean of two neighbors. */
    private byte middle(int at) {
        return (byte) (edge[at] + edge[at + 1] + 1 >> 1);
    }

    /** The mean of three neighbors, the middle one counting twice. */
    private byte smooth(int at) {
        return (byte) (edge[at - 1] + 2 * edge[at] + edge[at + 1] + 2 >> 2);
    }

    private static byte clip(int value) {
        return (byte) Math.max(0, Math.min(255, value));
    }
}
