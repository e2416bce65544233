package io.github.jvig.model.image;

import java.util.Arrays;

/** A prefix code of lossless WebP (RFC 9649, section 6.2): canonical, complete, read from the lowest bit on. */
final class Vp8lHuffman {
    private static final int MAX_LENGTH = 15;
    private static final int ROOT_BITS = 8;

    /**
     * By the next bits: the symbol times 16, plus the code's length. In the first part, for codes that are longer than {@link #rootBits}: the
     * offset of the second table times 16, plus 15, negated.
     */
    private final int[] table;
    private final int rootBits;
    private final int secondBits;

    /**
     * @param lengths of the code of each symbol, 0 for those without
     * @throws IllegalArgumentException when these are not the lengths of a complete code
     */
    Vp8lHuffman(int[] lengths) {
        int[] count = new int[MAX_LENGTH + 1];
        int used = 0;
        int longest = 0;
        int only = 0;
        for (int symbol = 0; symbol < lengths.length; symbol++) {
            if (lengths[symbol] > 0) {
                count[lengths[symbol]]++;
                longest = Math.max(longest, lengths[symbol]);
                only = symbol;
                used++;
            }
        }
        if (used <= 1) {
            if (used == 0) {
                throw new IllegalArgumentException("a prefix code is empty");
            }
            // A code of one symbol takes no bits.
            table = new int[]{only << 4};
            rootBits = 0;
            secondBits = 0;
            return;
        }
        int[] next = new int[MAX_LENGTH + 2];
        for (int length = 1; length <= MAX_LENGTH; length++) {
            next[length + 1] = next[length] + count[length] << 1;
        }
        if (next[longest] + count[longest] != 1 << longest) {
            throw new IllegalArgumentException("a prefix code is incomplete");
        }
        rootBits = Math.min(ROOT_BITS, longest);
        secondBits = longest - rootBits;
        int root = 1 << rootBits;
        int[] entries = new int[root];
        int size = root;
        for (int symbol = 0; symbol < lengths.length; symbol++) {
            int length = lengths[symbol];
            if (length == 0) {
                continue;
            }
            int code = Integer.reverse(next[length]++) >>> 32 - length;
            int entry = symbol << 4 | length;
            if (length <= rootBits) {
                for (int i = code; i < root; i += 1 << length) {
                    entries[i] = entry;
                }
                continue;
            }
            int slot = code & root - 1;
            if (entries[slot] == 0) {
                entries[slot] = -(size << 4 | 15);
                size += 1 << secondBits;
                if (size > entries.length) {
                    entries = Arrays.copyOf(entries, Math.max(size, 2 * entries.length));
                }
            }
            int second = -entries[slot] >> 4;
            for (int i = code >> rootBits; i < 1 << secondBits; i += 1 << length - rootBits) {
                entries[second + i] = entry;
            }
        }
        table = entries;
    }

    int read(Vp8lBits in) {
        long bits = in.peek();
        int entry = table[(int) bits & (1 << rootBits) - 1];
        if (entry < 0) {
            entry = table[(-entry >> 4) + ((int) (bits >>> rootBits) & (1 << secondBits) - 1)];
        }
        in.skip(entry & 15);
        return entry >> 4;
    }
}
