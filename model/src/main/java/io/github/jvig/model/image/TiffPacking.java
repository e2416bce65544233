package io.github.jvig.model.image;

import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** The compressions of TIFF that work on bytes. Each gives exactly {@code size} bytes; a part that has fewer is refused. */
final class TiffPacking {
    private static final int CLEAR = 256;
    private static final int END = 257;

    private TiffPacking() {
    }

    static byte[] plain(byte[] file, int at, int length, int size) {
        check(length >= size);
        return Arrays.copyOfRange(file, at, at + size);
    }

    static byte[] inflate(byte[] file, int at, int length, int size) throws DataFormatException {
        check(size / 1032 <= length);
        byte[] out = new byte[size];
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(file, at, length);
            for (int to = 0; to < size;) {
                int n = inflater.inflate(out, to, size - to);
                check(n > 0);
                to += n;
            }
        } finally {
            inflater.end();
        }
        return out;
    }

    static byte[] packBits(byte[] file, int at, int length, int size) {
        check(size / 64 <= length);
        byte[] out = new byte[size];
        int end = at + length;
        for (int to = 0; to < size;) {
            check(at < end);
            int n = file[at++];
            if (n >= 0) {
                check(at + n < end);
                int count = Math.min(n + 1, size - to);
                System.arraycopy(file, at, out, to, count);
                at += n + 1;
                to += count;
            } else if (n != -128) {
                check(at < end);
                int count = Math.min(1 - n, size - to);
                Arrays.fill(out, to, to + count, file[at++]);
                to += count;
            }
        }
        return out;
    }

    /**
     * Codes of 9 to 12 bits, highest bit first; the length grows one code early. Before TIFF 5.0 they had the lowest bit first, and grew in
     * time; such data are known by their first code, which is the one that clears the table.
     */
    static byte[] lzw(byte[] file, int at, int length, int size) {
        check(size / 4096 <= length);
        boolean old = length >= 2 && file[at] == 0 && (file[at + 1] & 1) != 0;
        int early = old ? 0 : 1;
        byte[] out = new byte[size];
        int[] start = new int[4096];
        int[] lengths = new int[4096];
        int next = END + 1;
        int codeBits = 9;
        int previous = -1;
        int previousLength = 0;
        int end = at + length;
        int bits = 0;
        int count = 0;
        for (int to = 0; to < size;) {
            while (count < codeBits) {
                check(at < end);
                int next8 = file[at++] & 0xff;
                bits = old ? bits | next8 << count : bits << 8 | next8;
                count += 8;
            }
            int code = (old ? bits : bits >> count - codeBits) & (1 << codeBits) - 1;
            bits = old ? bits >>> codeBits : bits;
            count -= codeBits;
            check(code != END);
            if (code == CLEAR) {
                next = END + 1;
                codeBits = 9;
                previous = -1;
                continue;
            }
            check(code < CLEAR || previous >= 0 && code <= next && code < 4096);
            int n;
            int here = to;
            if (code < CLEAR) {
                n = 1;
                out[to] = (byte) code;
            } else {
                int from = code < next ? start[code] : previous;
                n = code < next ? lengths[code] : previousLength + 1;
                for (int i = 0; i < n && to + i < size; i++) {
                    out[to + i] = out[from + i];
                }
            }
            to = (int) Math.min(size, (long) to + n);
            if (previous >= 0 && next < 4096) {
                start[next] = previous;
                lengths[next++] = previousLength + 1;
            }
            if (next + early >= 1 << codeBits && codeBits < 12) {
                codeBits++;
            }
            previous = here;
            previousLength = n;
        }
        return out;
    }

    private static void check(boolean enough) {
        if (!enough) {
            throw new IllegalArgumentException("a strip or tile has too few data, or impossible ones");
        }
    }
}
