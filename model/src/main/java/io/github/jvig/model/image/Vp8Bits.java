package io.github.jvig.model.image;

/**
 * The arithmetic decoder of VP8 (RFC 6386, section 7) over one partition. Bits behind the end are zeros; {@link #isBeyondEnd} tells that they
 * were needed, so a loop that asks now and then ends soon.
 */
final class Vp8Bits {
    private static final int EVEN = 128;

    private final byte[] data;
    private final int end;
    private int position;
    /** Bits not yet decoded: those from {@link #count} on are compared, those below are ahead. */
    private long value;
    /** How many bits are ahead of the eight that are compared; below 0 when those are not complete. */
    private int count = -8;
    /** One less than the size of the interval, 127 to 254. */
    private int range = 254;
    private boolean beyondEnd;

    Vp8Bits(byte[] data, int start, int end) {
        this.data = data;
        this.end = end;
        position = start;
        fill();
    }

    /** Whether a bit was needed that the partition does not have. */
    boolean isBeyondEnd() {
        return beyondEnd;
    }

    private void fill() {
        if (position < end) {
            do {
                value = value << 8 | data[position++] & 0xff;
                count += 8;
            } while (count < 40 && position < end);
        } else {
            value <<= 8;
            count += 8;
            beyondEnd = true;
        }
    }

    /** A bit that is 0 with a probability of {@code probability / 256}. */
    int bit(int probability) {
        if (count < 0) {
            fill();
        }
        int split = range * probability >> 8;
        int bit;
        int size;
        if ((int) (value >> count) > split) {
            size = range - split;
            value -= (long) (split + 1) << count;
            bit = 1;
        } else {
            size = split + 1;
            bit = 0;
        }
        int shift = Integer.numberOfLeadingZeros(size) - 24;
        range = (size << shift) - 1;
        count -= shift;
        return bit;
    }

    boolean flag() {
        return bit(EVEN) != 0;
    }

    /** An unsigned number of {@code bits} bits, the highest first. */
    int number(int bits) {
        int number = 0;
        for (int i = 0; i < bits; i++) {
            number = 2 * number + bit(EVEN);
        }
        return number;
    }

    /** A number of {@code bits} bits, then its sign. */
    int signed(int bits) {
        int number = number(bits);
        return flag() ? -number : number;
    }

    /** A flag, and behind it a number with sign if it is set; else 0. */
    int optional(int bits) {
        return flag() ? signed(bits) : 0;
    }
}
