package io.github.jvig.model.image;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/** Lossless WebP ("VP8L", RFC 9649, section 3 to 6): transforms, then entropy-coded pixels with back references and a cache of colors. */
final class Vp8lDecoder {
    private static final int SIGNATURE = 0x2f;
    private static final int LITERALS = 256;
    private static final int LENGTH_CODES = 24;
    private static final int DISTANCE_CODES = 40;
    private static final int HASH = 0x1e35a7bd;
    private static final int[] CODE_LENGTH_ORDER = {17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    /** Short distances: rows up in the high four bits, 8 minus columns to the left in the low ones. */
    private static final int[] NEAR = {0x18, 0x07, 0x17, 0x19, 0x28, 0x06, 0x27, 0x29, 0x16, 0x1a, 0x26, 0x2a, 0x38,
            0x05,
            0x37, 0x39, 0x15, 0x1b, 0x36, 0x3a, 0x25, 0x2b, 0x48, 0x04, 0x47, 0x49, 0x14, 0x1c, 0x35, 0x3b, 0x46, 0x4a,
            0x24,
            0x2c, 0x58, 0x45, 0x4b, 0x34, 0x3c, 0x03, 0x57, 0x59, 0x13, 0x1d, 0x56, 0x5a, 0x23, 0x2d, 0x44, 0x4c, 0x55,
            0x5b,
            0x33, 0x3d, 0x68, 0x02, 0x67, 0x69, 0x12, 0x1e, 0x66, 0x6a, 0x22, 0x2e, 0x54, 0x5c, 0x43, 0x4d, 0x65, 0x6b,
            0x32,
            0x3e, 0x78, 0x01, 0x77, 0x79, 0x53, 0x5d, 0x11, 0x1f, 0x64, 0x6c, 0x42, 0x4e, 0x76, 0x7a, 0x21, 0x2f, 0x75,
            0x7b,
            0x31, 0x3f, 0x63, 0x6d, 0x52, 0x5e, 0x00, 0x74, 0x7c, 0x41, 0x4f, 0x10, 0x20, 0x62, 0x6e, 0x30, 0x73, 0x7d,
            0x51,
            0x5f, 0x40, 0x72, 0x7e, 0x61, 0x6f, 0x50, 0x71, 0x7f, 0x60, 0x70};

    /** A transform of the whole image, to be undone. */
    private interface Transform {
        int[] undo(int[] pixels);
    }

    /** The five codes of a group: green with lengths and cache, red, blue, alpha, distances. */
    private record Codes(Vp8lHuffman green, Vp8lHuffman red, Vp8lHuffman blue, Vp8lHuffman alpha,
            Vp8lHuffman distance) {}

    private final Vp8lBits in;
    private final int width;
    private final int height;

    private Vp8lDecoder(Vp8lBits in, int width, int height) {
        this.in = in;
        this.width = width;
        this.height = height;
    }

    /**
     * The pixels of a bitstream.
     *
     * @return {@code 0xAARRGGBB} for each pixel
     * @throws IllegalArgumentException when it is damaged or truncated
     */
    static int[] decode(byte[] file, int start, int length) {
        Vp8lBits in = new Vp8lBits(file, start, start + length);
        if (in.take(8) != SIGNATURE) {
            throw new IllegalArgumentException("the lossless bitstream has no signature");
        }
        int width = in.take(14) + 1;
        int height = in.take(14) + 1;
        in.take(1);
        if (in.take(3) != 0) {
            throw new IllegalArgumentException("the lossless bitstream has an unknown version");
        }
        return new Vp8lDecoder(in, width, height).image();
    }

    private int[] image() {
        Deque<Transform> transforms = new ArrayDeque<>();
        int seen = 0;
        int coded = width;
        while (in.take(1) != 0) {
            int type = in.take(2);
            if ((seen & 1 << type) != 0) {
                throw new IllegalArgumentException("a transform comes twice");
            }
            seen |= 1 << type;
            int wide = coded;
            switch (type) {
                case 0, 1 -> {
                    int bits = in.take(3) + 2;
                    int[] blocks = pixels(parts(wide, bits), parts(height, bits), false);
                    transforms.push(type == 0
                            ? image -> Vp8lTransforms.predict(image, wide, height, bits, blocks)
                            : image -> Vp8lTransforms.correlate(image, wide, height, bits, blocks));
                }
                case 2 -> transforms.push(Vp8lTransforms::addGreen);
                default -> {
                    int colors = in.take(8) + 1;
                    int bits = colors <= 2 ? 3 : colors <= 4 ? 2 : colors <= 16 ? 1 : 0;
                    int[] palette = Vp8lTransforms.palette(pixels(colors, 1, false));
                    transforms.push(image -> Vp8lTransforms.index(image, wide, height, bits, palette));
                    coded = parts(wide, bits);
                }
            }
        }
        int[] pixels = pixels(coded, height, true);
        for (Transform transform : transforms) {
            pixels = transform.undo(pixels);
        }
        return pixels;
    }

    private static int parts(int size, int bits) {
        return size + (1 << bits) - 1 >> bits;
    }

    private int[] pixels(int wide, int high, boolean main) {
        int cacheBits = 0;
        if (in.take(1) != 0) {
            cacheBits = in.take(4);
            if (cacheBits < 1 || cacheBits > 11) {
                throw new IllegalArgumentException("a color cache of " + cacheBits + " bits");
            }
        }
        int[] groups = null;
        int groupBits = 0;
        int groupCount = 1;
        if (main && in.take(1) != 0) {
            groupBits = in.take(3) + 2;
            groups = pixels(parts(wide, groupBits), parts(high, groupBits), false);
            for (int i = 0; i < groups.length; i++) {
                groups[i] = groups[i] >> 8 & 0xffff;
                groupCount = Math.max(groupCount, groups[i] + 1);
            }
        }
        Codes[] codes = new Codes[groupCount];
        for (int i = 0; i < groupCount; i++) {
            codes[i] = new Codes(code(LITERALS + LENGTH_CODES + (cacheBits == 0 ? 0 : 1 << cacheBits)), code(LITERALS),
                    code(LITERALS), code(LITERALS), code(DISTANCE_CODES));
        }
        return entropyCoded(wide, high, cacheBits, codes, groups, groupBits);
    }

    private int[] entropyCoded(int wide, int high, int cacheBits, Codes[] codes, int[] groups, int groupBits) {
        int[] pixels = new int[Math.multiplyExact(wide, high)];
        int[] cache = new int[1 << cacheBits];
        int cached = 0;
        int groupMask = groups == null ? -1 : (1 << groupBits) - 1;
        int groupsWide = parts(wide, groupBits);
        Codes code = codes[0];
        int x = 0;
        int y = 0;
        int at = 0;
        while (at < pixels.length) {
            if (groups != null && (x & groupMask) == 0) {
                code = codes[groups[(y >> groupBits) * groupsWide + (x >> groupBits)]];
            }
            int symbol = code.green.read(in);
            if (symbol < LITERALS) {
                int red = code.red.read(in);
                int blue = code.blue.read(in);
                pixels[at++] = code.alpha.read(in) << 24 | red << 16 | symbol << 8 | blue;
                x++;
            } else if (symbol < LITERALS + LENGTH_CODES) {
                int length = prefixed(symbol - LITERALS);
                int distance = distance(prefixed(code.distance.read(in)), wide);
                if (distance > at || length > pixels.length - at) {
                    throw new IllegalArgumentException("a reference leads out of the image");
                }
                if (distance == 1) {
                    Arrays.fill(pixels, at, at + length, pixels[at - 1]);
                    at += length;
                } else {
                    for (int end = at + length; at < end; at++) {
                        pixels[at] = pixels[at - distance];
                    }
                }
                x += length;
            } else {
                for (; cached < at; cached++) {
                    cache[HASH * pixels[cached] >>> 32 - cacheBits] = pixels[cached];
                }
                pixels[at++] = cache[symbol - LITERALS - LENGTH_CODES];
                x++;
            }
            if (x >= wide) {
                y += x / wide;
                x %= wide;
                if (groups != null && at < pixels.length) {
                    code = codes[groups[(y >> groupBits) * groupsWide + (x >> groupBits)]];
                }
            } else if (groups != null && symbol >= LITERALS && at < pixels.length) {
                code = codes[groups[(y >> groupBits) * groupsWide + (x >> groupBits)]];
            }
        }
        return pixels;
    }

    /** A length or distance: a prefix symbol and further bits. */
    private int prefixed(int symbol) {
        if (symbol < 4) {
            return symbol + 1;
        }
        int extra = symbol - 2 >> 1;
        return (2 + (symbol & 1) << extra) + in.take(extra) + 1;
    }

    private static int distance(int code, int wide) {
        if (code > NEAR.length) {
            return code - NEAR.length;
        }
        int near = NEAR[code - 1];
        return Math.max(1, (near >> 4) * wide + 8 - (near & 15));
    }

    private Vp8lHuffman code(int alphabet) {
        int[] lengths = new int[alphabet];
        if (in.take(1) != 0) {
            boolean two = in.take(1) != 0;
            int first = in.take(in.take(1) != 0 ? 8 : 1);
            int second = two ? in.take(8) : first;
            if (first < alphabet) {
                lengths[first] = 1;
            }
            if (second < alphabet) {
                lengths[second] = 1;
            }
            return new Vp8lHuffman(lengths);
        }
        int[] codeLengths = new int[CODE_LENGTH_ORDER.length];
        int coded = in.take(4) + 4;
        for (int i = 0; i < coded; i++) {
            codeLengths[CODE_LENGTH_ORDER[i]] = in.take(3);
        }
        Vp8lHuffman code = new Vp8lHuffman(codeLengths);
        int left = alphabet;
        if (in.take(1) != 0) {
            left = 2 + in.take(2 + 2 * in.take(3));
            if (left > alphabet) {
                throw new IllegalArgumentException("a prefix code has too many symbols");
            }
        }
        int previous = 8;
        for (int symbol = 0; symbol < alphabet && left-- > 0;) {
            int length = code.read(in);
            if (length < 16) {
                lengths[symbol++] = length;
                previous = length == 0 ? previous : length;
                continue;
            }
            int repeat = switch (length) {
                case 16 -> 3 + in.take(2);
                case 17 -> 3 + in.take(3);
                default -> 11 + in.take(7);
            };
            if (repeat > alphabet - symbol) {
                throw new IllegalArgumentException("a prefix code has too many symbols");
            }
            Arrays.fill(lengths, symbol, symbol + repeat, length == 16 ? previous : 0);
            symbol += repeat;
        }
        return new Vp8lHuffman(lengths);
    }
}
