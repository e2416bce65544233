package io.github.jvig.model.image;

/** The bits of a lossless WebP, the lowest of each byte first. Bits behind the end are an error when they are taken. */
final class Vp8lBits {
    private final byte[] data;
    private final int end;
    private int position;
    private long bits;
    private int count;

    Vp8lBits(byte[] data, int start, int end) {
        this.data = data;
        this.end = end;
        position = start;
    }

    /** The next bits, at least 32; zeros behind the end. */
    long peek() {
        while (count < 32) {
            bits |= (position < end ? data[position] & 0xffL : 0) << count;
            position++;
            count += 8;
        }
        return bits;
    }

    /** @throws IllegalArgumentException when the file has fewer bits */
    void skip(int n) {
        bits >>>= n;
        count -= n;
        if (8L * (position - end) > count) {
            throw new IllegalArgumentException("the coded data end before the image does");
        }
    }

    /** Up to 24 bits. */
    int take(int n) {
        int value = (int) peek() & (1 << n) - 1;
        skip(n);
        return value;
    }
}
