package io.github.jvig.model.image;

import java.util.Arrays;

/**
 * GIF's variant of LZW. Data are refused that hold an impossible code, or fewer or more pixels than the frame has: there is no checksum,
 * and this is where damage shows.
 */
final class GifLzw {
    private static final int MAX_BITS = 12;

    private GifLzw() {
    }

    /** @throws IllegalArgumentException when the data are damaged */
    static byte[] decode(byte[] data, int literalBits, int pixels) {
        if (literalBits < 1 || literalBits > 8) {
            throw new IllegalArgumentException("codes for " + literalBits + " bits");
        }
        int clear = 1 << literalBits;
        int end = clear + 1;
        // Each code is the string of an older one, and a last pixel; strings are found again in the output.
        int[] start = new int[1 << MAX_BITS];
        int[] length = new int[1 << MAX_BITS];
        int next = clear + 2;
        int codeBits = literalBits + 1;
        int previousAt = -1;
        int previousLength = 0;
        byte[] out = new byte[Math.min(pixels, 1 << 16)];
        int at = 0;
        int bits = 0;
        int count = 0;
        int position = 0;
        while (true) {
            while (count < codeBits && position < data.length) {
                bits |= (data[position++] & 0xff) << count;
                count += 8;
            }
            if (count < codeBits) {
                break;
            }
            int code = bits & (1 << codeBits) - 1;
            bits >>>= codeBits;
            count -= codeBits;
            if (code == end) {
                break;
            }
            if (code == clear) {
                next = clear + 2;
                codeBits = literalBits + 1;
                previousAt = -1;
                continue;
            }
            boolean known = code < clear || code < next && previousAt >= 0;
            if (!known && (code != next || previousAt < 0)) {
                throw new IllegalArgumentException("an impossible code");
            }
            int size = code < clear ? 1 : code < next ? length[code] : previousLength + 1;
            if (size > pixels - at) {
                throw new IllegalArgumentException("more pixels than the frame has");
            }
            if (size > out.length - at) {
                out = Arrays.copyOf(out, (int) Math.min(pixels, Math.max(2L * out.length, (long) at + size)));
            }
            if (code < clear) {
                out[at] = (byte) code;
            } else {
                // A code that is defined by itself repeats the previous string and its first pixel.
                int from = code < next ? start[code] : previousAt;
                for (int i = 0; i < size; i++) {
                    out[at + i] = out[from + i];
                }
            }
            if (previousAt >= 0 && next < 1 << MAX_BITS) {
                // The previous string and the first pixel of this one stand side by side.
                start[next] = previousAt;
                length[next] = previousLength + 1;
                next++;
                if (next == 1 << codeBits && codeBits < MAX_BITS) {
                    codeBits++;
                }
            }
            previousAt = at;
            previousLength = size;
            at += size;
        }
        if (at < pixels) {
            throw new IllegalArgumentException("fewer pixels than the frame has");
        }
        return out;
    }
}
