package io.github.jvig.model.image;

/** What a key frame of VP8 says before its macroblocks (RFC 6386, section 9). */
final class Vp8Header {
    static final int SEGMENTS = 4;
    /** The frame tag, the start code, and both sides. */
    static final int TAG_BYTES = 10;

    private static final int[] START_CODE = {0x9d, 0x01, 0x2a};
    private static final int MAX_QUANTIZER = 127;
    private static final int MAX_CHROMA_DC_QUANTIZER = 117;
    private static final int MAX_FILTER_LEVEL = 63;
    /** Deltas of the filter level for reference frames, of which a key frame has only the first, and as many for modes. */
    private static final int FILTER_DELTAS = 4;
    private static final int[] DC_STEPS = {4, 5, 6, 7, 8, 9, 10, 10, 11, 12, 13, 14, 15, 16, 17, 17, 18, 19, 20, 20, 21,
            21, 22, 22, 23, 23, 24, 25, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 37, 38, 39, 40, 41, 42, 43,
            44, 45, 46, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63, 64, 65, 66, 67, 68, 69,
            70, 71, 72, 73, 74, 75, 76, 76, 77, 78, 79, 80, 81, 82, 83, 84, 85, 86, 87, 88, 89, 91, 93, 95, 96, 98, 100,
            101, 102, 104, 106, 108, 110, 112, 114, 116, 118, 122, 124, 126, 128, 130, 132, 134, 136, 138, 140, 143,
            145, 148, 151, 154, 157};
    private static final int[] AC_STEPS = {4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24,
            25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51,
            52, 53, 54, 55, 56, 57, 58, 60, 62, 64, 66, 68, 70, 72, 74, 76, 78, 80, 82, 84, 86, 88, 90, 92, 94, 96, 98,
            100, 102, 104, 106, 108, 110, 112, 114, 116, 119, 122, 125, 128, 131, 134, 137, 140, 143, 146, 149, 152,
            155, 158, 161, 164, 167, 170, 173, 177, 181, 185, 189, 193, 197, 201, 205, 209, 213, 217, 221, 225, 229,
            234, 239, 245, 249, 254, 259, 264, 269, 274, 279, 284};

    /** Quantizer steps of a segment: DC and AC of luma, of the DC blocks of luma, and of chroma. */
    record Steps(int lumaDc, int lumaAc, int secondDc, int secondAc, int chromaDc, int chromaAc) {}

    /** The filter's limits for blocks of a segment; a limit of 0 means that they are not filtered. */
    record Filter(int limit, int interior, int highVariance) {}

    /** The partition with modes, behind its header. */
    final Vp8Bits modes;
    /** The partitions with coefficients; row y of macroblocks is in number {@code y % length}. */
    final Vp8Bits[] coefficients;
    final boolean hasSegmentMap;
    final int[] segmentProbabilities = {255, 255, 255};
    final boolean simpleFilter;
    final Steps[] steps = new Steps[SEGMENTS];
    /** By segment and, in the second index, whether a macroblock is predicted by subblocks. */
    final Filter[][] filters = new Filter[SEGMENTS][2];
    final int[] probabilities = Vp8Tables.coefficients();
    /** The probability that a macroblock has coefficients; -1 where none is without. */
    final int skipProbability;

    private final boolean hasSegments;
    private boolean absoluteSegments = true;
    private final int[] segmentQuantizer = new int[SEGMENTS];
    private final int[] segmentFilter = new int[SEGMENTS];

    /**
     * Reads the header of a frame that lies in a file.
     *
     * @throws IllegalArgumentException when it is damaged or truncated
     */
    Vp8Header(byte[] file, int start, int length) {
        int tag = file[start] & 0xff | (file[start + 1] & 0xff) << 8 | (file[start + 2] & 0xff) << 16;
        check((tag & 1) == 0, "its frame is no key frame");
        check((tag >> 1 & 7) <= 3, "its version is unknown");
        check((tag & 16) != 0, "its frame is not to be shown");
        for (int i = 0; i < START_CODE.length; i++) {
            check((file[start + 3 + i] & 0xff) == START_CODE[i], "it has no start code");
        }
        int first = start + TAG_BYTES;
        int end = start + length;
        int second = first + (tag >>> 5);
        check(second <= end, "its first partition is cut off");
        modes = new Vp8Bits(file, first, second);
        // Color space and clamping, which change nothing that is decoded here.
        modes.number(2);
        hasSegments = modes.flag();
        hasSegmentMap = hasSegments && modes.flag();
        if (hasSegments) {
            readSegments();
        }
        simpleFilter = modes.flag();
        int level = modes.number(6);
        int sharpness = modes.number(3);
        int[] deltas = new int[2 * FILTER_DELTAS];
        boolean hasDeltas = modes.flag();
        if (hasDeltas && modes.flag()) {
            for (int i = 0; i < deltas.length; i++) {
                deltas[i] = modes.optional(6);
            }
        }
        coefficients = partitions(file, second, end, 1 << modes.number(2));
        readSteps();
        for (int segment = 0; segment < SEGMENTS; segment++) {
            int base = !hasSegments ? level : segmentFilter[segment] + (absoluteSegments ? 0 : level);
            base += hasDeltas ? deltas[0] : 0;
            filters[segment][0] = filter(level == 0 ? 0 : base, sharpness);
            filters[segment][1] = filter(level == 0 ? 0 : base + (hasDeltas ? deltas[FILTER_DELTAS] : 0), sharpness);
        }
        // Whether later frames keep the probabilities.
        modes.flag();
        for (int i = 0; i < probabilities.length; i++) {
            if (modes.bit(Vp8Tables.COEFFICIENT_UPDATES[i]) != 0) {
                probabilities[i] = modes.number(8);
            }
        }
        skipProbability = modes.flag() ? modes.number(8) : -1;
        check(!modes.isBeyondEnd(), "its header is cut off");
    }

    private void readSegments() {
        if (modes.flag()) {
            absoluteSegments = modes.flag();
            for (int i = 0; i < SEGMENTS; i++) {
                segmentQuantizer[i] = modes.optional(7);
            }
            for (int i = 0; i < SEGMENTS; i++) {
                segmentFilter[i] = modes.optional(6);
            }
        }
        if (hasSegmentMap) {
            for (int i = 0; i < segmentProbabilities.length; i++) {
                segmentProbabilities[i] = modes.flag() ? modes.number(8) : 255;
            }
        }
    }

    private static Vp8Bits[] partitions(byte[] file, int start, int end, int count) {
        Vp8Bits[] partitions = new Vp8Bits[count];
        int at = start + 3 * (count - 1);
        check(at < end, "its partitions are cut off");
        for (int i = 0; i < count; i++) {
            int size = start + 3 * i;
            int stop = i == count - 1
                    ? end
                    : Math.min(end, at + (file[size] & 0xff | (file[size + 1] & 0xff) << 8
                            | (file[size + 2] & 0xff) << 16));
            check(i < count - 1 || at < end, "its last partition is cut off");
            partitions[i] = new Vp8Bits(file, at, stop);
            at = stop;
        }
        return partitions;
    }

    private void readSteps() {
        int base = modes.number(7);
        int lumaDc = modes.optional(4);
        int secondDc = modes.optional(4);
        int secondAc = modes.optional(4);
        int chromaDc = modes.optional(4);
        int chromaAc = modes.optional(4);
        for (int i = 0; i < SEGMENTS; i++) {
            int q = !hasSegments ? base : segmentQuantizer[i] + (absoluteSegments ? 0 : base);
            steps[i] = new Steps(DC_STEPS[clip(q + lumaDc, MAX_QUANTIZER)], AC_STEPS[clip(q, MAX_QUANTIZER)],
                    2 * DC_STEPS[clip(q + secondDc, MAX_QUANTIZER)],
                    Math.max(8, AC_STEPS[clip(q + secondAc, MAX_QUANTIZER)] * 155 / 100),
                    DC_STEPS[clip(q + chromaDc, MAX_CHROMA_DC_QUANTIZER)],
                    AC_STEPS[clip(q + chromaAc, MAX_QUANTIZER)]);
        }
    }

    /** Section 9.6 and 15.1. */
    private static Filter filter(int wanted, int sharpness) {
        int level = clip(wanted, MAX_FILTER_LEVEL);
        if (level == 0) {
            return new Filter(0, 0, 0);
        }
        int interior = level;
        if (sharpness > 0) {
            interior = Math.min(level >> (sharpness > 4 ? 2 : 1), 9 - sharpness);
        }
        interior = Math.max(1, interior);
        return new Filter(2 * level + interior, interior, level >= 40 ? 2 : level >= 15 ? 1 : 0);
    }

    private static int clip(int value, int max) {
        return Math.max(0, Math.min(max, value));
    }

    private static void check(boolean right, String fault) {
        if (!right) {
            throw new IllegalArgumentException(fault);
        }
    }
}
