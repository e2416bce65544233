package io.github.jvig.model.image;

import java.util.Arrays;

/**
 * Lossy WebP ("VP8 ", RFC 6386): one key frame. Macroblocks are predicted from their neighbors, corrected by what the coefficients give, and
 * filtered across the borders of blocks when all are there. Every step is integer arithmetic that the format fixes, but for the colors; see
 * {@link Vp8Colors}.
 */
final class Vp8Decoder {
    /** Bits of modes that a macroblock takes at the least: its probabilities are fixed. */
    private static final int MIN_MODE_BITS = 3;
    private static final int[] ZIGZAG = {0, 1, 4, 8, 5, 2, 3, 6, 9, 12, 13, 10, 7, 11, 14, 15};
    /** The band of a coefficient's position; behind the last one, so that it need not be checked. */
    private static final int[] BANDS = {0, 1, 2, 3, 6, 4, 5, 6, 6, 6, 6, 6, 6, 6, 6, 7, 0};
    private static final int[][] LARGE = {{173, 148, 140}, {176, 155, 140, 135}, {180, 157, 141, 134, 130},
            {254, 254, 243, 230, 196, 177, 153, 140, 133, 130, 129}};

    // Kinds of blocks, as the probabilities distinguish them.
    private static final int LUMA_WITHOUT_DC = 0;
    private static final int SECOND = 1;
    private static final int CHROMA = 2;
    private static final int LUMA = 3;

    private static final int LUMA_BLOCKS = 16;
    private static final int CHROMA_BLOCKS = 4;
    private static final int BLOCKS = LUMA_BLOCKS + 2 * CHROMA_BLOCKS;
    /** Neighbors' flags in one direction: 4 of luma, 2 of each chroma component, 1 of the DC block. */
    private static final int CONTEXTS = 9;
    private static final int SECOND_CONTEXT = 8;

    private final Vp8Header header;
    private final int wide;
    private final int high;
    private final Vp8Plane luma;
    private final Vp8Plane[] chroma;
    private final Vp8Prediction prediction = new Vp8Prediction();

    /** Modes of the subblocks above, for the whole row, and at the left. */
    private final int[] modesAbove;
    private final int[] modesLeft = new int[4];
    /** Whether blocks above, for the whole row, and at the left have coefficients. */
    private final int[] filledAbove;
    private final int[] filledLeft = new int[CONTEXTS];

    // The macroblock that is being decoded.
    private final int[] modes = new int[LUMA_BLOCKS];
    private final int[] coefficients = new int[16 * BLOCKS];
    private final int[] second = new int[16];
    /** For each block whether it has nothing, a DC coefficient only, or others. */
    private final int[] content = new int[BLOCKS];

    private Vp8Decoder(byte[] file, int start, int length, int width, int height) {
        wide = width + 15 >> 4;
        high = height + 15 >> 4;
        header = new Vp8Header(file, start, length);
        if ((long) wide * high * MIN_MODE_BITS > 8L * length + 64) {
            throw new IllegalArgumentException("the coded data end before the image does");
        }
        luma = new Vp8Plane(16 * wide, 16 * high);
        chroma = new Vp8Plane[]{new Vp8Plane(8 * wide, 8 * high), new Vp8Plane(8 * wide, 8 * high)};
        modesAbove = new int[4 * wide];
        filledAbove = new int[CONTEXTS * wide];
    }

    /**
     * The picture of a bitstream.
     *
     * @param length bytes of it, at least {@value Vp8Header#TAG_BYTES}
     * @throws IllegalArgumentException when it is damaged or truncated
     */
    static RgbImage decode(byte[] file, int start, int length, int width, int height) {
        Vp8Decoder decoder = new Vp8Decoder(file, start, length, width, height);
        decoder.macroblocks();
        return Vp8Colors.image(decoder.luma, decoder.chroma[0], decoder.chroma[1], width, height);
    }

    private void macroblocks() {
        Vp8Filter filter = new Vp8Filter(header, luma, chroma, wide, high);
        for (int y = 0; y < high; y++) {
            Vp8Bits in = header.coefficients[y % header.coefficients.length];
            Arrays.fill(modesLeft, Vp8Prediction.DC);
            Arrays.fill(filledLeft, 0);
            for (int x = 0; x < wide; x++) {
                macroblock(in, x, y, filter);
            }
            if (header.modes.isBeyondEnd() || in.isBeyondEnd()) {
                throw new IllegalArgumentException("the coded data end before the image does");
            }
        }
        filter.run();
    }

    private void macroblock(Vp8Bits in, int x, int y, Vp8Filter filter) {
        Vp8Bits bits = header.modes;
        int segment = 0;
        if (header.hasSegmentMap) {
            int[] tree = header.segmentProbabilities;
            segment = bits.bit(tree[0]) == 0 ? bits.bit(tree[1]) : 2 + bits.bit(tree[2]);
        }
        boolean skipped = header.skipProbability >= 0 && bits.bit(header.skipProbability) != 0;
        boolean subblocks = bits.bit(145) == 0;
        if (subblocks) {
            subblockModes(bits, x);
        } else {
            int mode = bits.bit(156) != 0
                    ? bits.bit(128) != 0 ? Vp8Prediction.TRUE_MOTION : Vp8Prediction.HORIZONTAL
                    : bits.bit(163) != 0 ? Vp8Prediction.VERTICAL : Vp8Prediction.DC;
            Arrays.fill(modesAbove, 4 * x, 4 * x + 4, mode);
            Arrays.fill(modesLeft, mode);
            modes[0] = mode;
        }
        int chromaMode = bits.bit(142) == 0
                ? Vp8Prediction.DC
                : bits.bit(114) == 0
                        ? Vp8Prediction.VERTICAL
                        : bits.bit(183) != 0 ? Vp8Prediction.TRUE_MOTION : Vp8Prediction.HORIZONTAL;
        boolean filled = false;
        if (skipped) {
            skip(x, subblocks);
        } else {
            filled = residuals(in, x, subblocks, header.steps[segment]);
        }
        predictLuma(x, y, subblocks);
        for (int c = 0; c < 2; c++) {
            int at = chroma[c].at(8 * x, 8 * y);
            Vp8Prediction.block(chroma[c], at, 3, chromaMode, y > 0, x > 0);
            for (int i = 0; i < CHROMA_BLOCKS; i++) {
                add(LUMA_BLOCKS + CHROMA_BLOCKS * c + i, chroma[c], at + 4 * (i >> 1) * chroma[c].stride + 4 * (i & 1));
            }
        }
        filter.set(x, y, header.filters[segment][subblocks ? 1 : 0], subblocks || filled);
    }

    private void subblockModes(Vp8Bits bits, int x) {
        for (int i = 0; i < LUMA_BLOCKS; i++) {
            int above = 4 * x + (i & 3);
            int left = i >> 2;
            int at = (Vp8Prediction.MODES - 1) * (Vp8Prediction.MODES * modesAbove[above] + modesLeft[left]);
            int mode = subblockMode(bits, Vp8Tables.SUBBLOCK_MODES, at);
            modes[i] = mode;
            modesAbove[above] = mode;
            modesLeft[left] = mode;
        }
    }

    private static int subblockMode(Vp8Bits bits, int[] tree, int at) {
        if (bits.bit(tree[at]) == 0) {
            return Vp8Prediction.DC;
        }
        if (bits.bit(tree[at + 1]) == 0) {
            return Vp8Prediction.TRUE_MOTION;
        }
        if (bits.bit(tree[at + 2]) == 0) {
            return Vp8Prediction.VERTICAL;
        }
        if (bits.bit(tree[at + 3]) == 0) {
            if (bits.bit(tree[at + 4]) == 0) {
                return Vp8Prediction.HORIZONTAL;
            }
            return bits.bit(tree[at + 5]) == 0 ? Vp8Prediction.DOWN_RIGHT : Vp8Prediction.VERTICAL_RIGHT;
        }
        if (bits.bit(tree[at + 6]) == 0) {
            return Vp8Prediction.DOWN_LEFT;
        }
        if (bits.bit(tree[at + 7]) == 0) {
            return Vp8Prediction.VERTICAL_LEFT;
        }
        return bits.bit(tree[at + 8]) == 0 ? Vp8Prediction.HORIZONTAL_DOWN : Vp8Prediction.HORIZONTAL_UP;
    }

    /** A macroblock without coefficients. Where it has no DC block, what was said of the last one stays. */
    private void skip(int x, boolean subblocks) {
        int count = subblocks ? SECOND_CONTEXT : CONTEXTS;
        Arrays.fill(filledAbove, CONTEXTS * x, CONTEXTS * x + count, 0);
        Arrays.fill(filledLeft, 0, count, 0);
        Arrays.fill(content, 0);
    }

    /** Reads all coefficients of a macroblock, and tells whether one is not zero. */
    private boolean residuals(Vp8Bits in, int x, boolean subblocks, Vp8Header.Steps steps) {
        Arrays.fill(coefficients, 0);
        int above = CONTEXTS * x;
        int first = 0;
        if (!subblocks) {
            first = 1;
            Arrays.fill(second, 0);
            int context = filledAbove[above + SECOND_CONTEXT] + filledLeft[SECOND_CONTEXT];
            int count = coefficients(in, SECOND, context, 0, steps.secondDc(), steps.secondAc(), second, 0);
            int flag = count > 0 ? 1 : 0;
            filledAbove[above + SECOND_CONTEXT] = flag;
            filledLeft[SECOND_CONTEXT] = flag;
            Vp8Transform.walshHadamard(second, coefficients);
        }
        boolean filled = false;
        for (int i = 0; i < LUMA_BLOCKS; i++) {
            filled |= block(in, i, subblocks ? LUMA : LUMA_WITHOUT_DC, above + (i & 3), i >> 2, first, steps.lumaDc(),
                    steps.lumaAc());
        }
        for (int i = LUMA_BLOCKS; i < BLOCKS; i++) {
            int base = i < LUMA_BLOCKS + CHROMA_BLOCKS ? 4 : 6;
            filled |= block(in, i, CHROMA, above + base + (i & 1), base + (i >> 1 & 1), 0, steps.chromaDc(),
                    steps.chromaAc());
        }
        return filled;
    }

    private boolean block(Vp8Bits in, int block, int kind, int above, int left, int first, int dcStep, int acStep) {
        int context = filledAbove[above] + filledLeft[left];
        int count = coefficients(in, kind, context, first, dcStep, acStep, coefficients, 16 * block);
        int flag = count > first ? 1 : 0;
        filledAbove[above] = flag;
        filledLeft[left] = flag;
        content[block] = count > 1 ? 2 : coefficients[16 * block] != 0 ? 1 : 0;
        return content[block] != 0;
    }

    /** Reads a block's coefficients, multiplied by the steps, and gives the position behind the last one (section 13). */
    private int coefficients(Vp8Bits in, int kind, int context, int first, int dcStep, int acStep, int[] out, int at) {
        int[] p = header.probabilities;
        int ofKind = kind * Vp8Tables.BANDS;
        int n = first;
        int c = probabilities(ofKind, n, context);
        while (n < 16 && in.bit(p[c]) != 0) {
            while (in.bit(p[c + 1]) == 0) {
                n++;
                if (n == 16) {
                    return 16;
                }
                c = probabilities(ofKind, n, 0);
            }
            int value = 1;
            int next = 1;
            if (in.bit(p[c + 2]) != 0) {
                value = large(in, p, c);
                next = 2;
            }
            int signed = in.flag() ? -value : value;
            // The product of a damaged file may pass 16 bits.
            out[at + ZIGZAG[n]] = (short) (signed * (n > 0 ? acStep : dcStep));
            n++;
            c = probabilities(ofKind, n, next);
        }
        return n;
    }

    private static int probabilities(int ofKind, int position, int context) {
        return Vp8Tables.PROBABILITIES * (Vp8Tables.CONTEXTS * (ofKind + BANDS[position]) + context);
    }

    /** A value of 2 and more. */
    private static int large(Vp8Bits in, int[] p, int c) {
        if (in.bit(p[c + 3]) == 0) {
            return in.bit(p[c + 4]) == 0 ? 2 : 3 + in.bit(p[c + 5]);
        }
        if (in.bit(p[c + 6]) == 0) {
            if (in.bit(p[c + 7]) == 0) {
                return 5 + in.bit(159);
            }
            return 7 + 2 * in.bit(165) + in.bit(145);
        }
        int high = in.bit(p[c + 8]);
        int category = 2 * high + in.bit(p[c + 9 + high]);
        int value = 0;
        for (int probability : LARGE[category]) {
            value = 2 * value + in.bit(probability);
        }
        return value + 3 + (8 << category);
    }

    private void predictLuma(int x, int y, boolean subblocks) {
        int at = luma.at(16 * x, 16 * y);
        int stride = luma.stride;
        if (!subblocks) {
            Vp8Prediction.block(luma, at, 4, modes[0], y > 0, x > 0);
            for (int i = 0; i < LUMA_BLOCKS; i++) {
                add(i, luma, at + 4 * (i >> 2) * stride + 4 * (i & 3));
            }
            return;
        }
        int aboveRight = at - stride + 16;
        if (y > 0 && x == wide - 1) {
            // No macroblock is there; libwebp repeats the last sample.
            Arrays.fill(luma.samples, aboveRight, aboveRight + 4, luma.samples[aboveRight - 1]);
        }
        for (int i = 0; i < LUMA_BLOCKS; i++) {
            int to = at + 4 * (i >> 2) * stride + 4 * (i & 3);
            // To the right of the last column of subblocks only the row above the macroblock is known.
            prediction.subblock(luma, to, (i & 3) == 3 ? aboveRight : to - stride + 4, modes[i]);
            add(i, luma, to);
        }
    }

    private void add(int block, Vp8Plane plane, int to) {
        if (content[block] == 2) {
            Vp8Transform.add(coefficients, 16 * block, plane.samples, to, plane.stride);
        } else if (content[block] == 1) {
            Vp8Transform.addDc(coefficients[16 * block], plane.samples, to, plane.stride);
        }
    }
}
