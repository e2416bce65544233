package io.github.jvig.model.image;

/** The inverse transforms of VP8 (RFC 6386, section 14). */
final class Vp8Transform {
    private Vp8Transform() {
    }

    /** Turns the DC block of luma into the first coefficient of each of 16 blocks. */
    static void walshHadamard(int[] in, int[] coefficients) {
        int[] t = new int[16];
        for (int i = 0; i < 4; i++) {
            int a0 = in[i] + in[12 + i];
            int a1 = in[4 + i] + in[8 + i];
            int a2 = in[4 + i] - in[8 + i];
            int a3 = in[i] - in[12 + i];
            t[i] = a0 + a1;
            t[4 + i] = a3 + a2;
            t[8 + i] = a0 - a1;
            t[12 + i] = a3 - a2;
        }
        for (int i = 0; i < 4; i++) {
            int dc = t[4 * i] + 3;
            int a0 = dc + t[4 * i + 3];
            int a1 = t[4 * i + 1] + t[4 * i + 2];
            int a2 = t[4 * i + 1] - t[4 * i + 2];
            int a3 = dc - t[4 * i + 3];
            int to = 64 * i;
            coefficients[to] = (short) (a0 + a1 >> 3);
            coefficients[to + 16] = (short) (a3 + a2 >> 3);
            coefficients[to + 32] = (short) (a0 - a1 >> 3);
            coefficients[to + 48] = (short) (a3 - a2 >> 3);
        }
    }

    /** Adds the inverse DCT of 16 coefficients to a block of samples. */
    static void add(int[] in, int from, byte[] samples, int to, int stride) {
        // Columns, each into the place it came from.
        for (int i = from; i < from + 4; i++) {
            int a = in[i] + in[i + 8];
            int b = in[i] - in[i + 8];
            int c = sine(in[i + 4]) - cosine(in[i + 12]);
            int d = cosine(in[i + 4]) + sine(in[i + 12]);
            in[i] = a + d;
            in[i + 4] = b + c;
            in[i + 8] = b - c;
            in[i + 12] = a - d;
        }
        for (int y = 0; y < 4; y++, from += 4, to += stride) {
            int dc = in[from] + 4;
            int a = dc + in[from + 2];
            int b = dc - in[from + 2];
            int c = sine(in[from + 1]) - cosine(in[from + 3]);
            int d = cosine(in[from + 1]) + sine(in[from + 3]);
            samples[to] = sum(samples[to], a + d >> 3);
            samples[to + 1] = sum(samples[to + 1], b + c >> 3);
            samples[to + 2] = sum(samples[to + 2], b - c >> 3);
            samples[to + 3] = sum(samples[to + 3], a - d >> 3);
        }
    }

    /** Adds the inverse DCT of a block that has nothing but its first coefficient. */
    static void addDc(int coefficient, byte[] samples, int to, int stride) {
        int value = coefficient + 4 >> 3;
        for (int y = 0; y < 4; y++, to += stride) {
            for (int x = 0; x < 4; x++) {
                samples[to + x] = sum(samples[to + x], value);
            }
        }
    }

    /** {@code sqrt(2) * cos(pi / 8)} times a value, in the fixed point that the format prescribes. */
    private static int cosine(int value) {
        return value + (value * 20091 >> 16);
    }

    /** {@code sqrt(2) * sin(pi / 8)} times a value. */
    private static int sine(int value) {
        return value * 35468 >> 16;
    }

    private static byte sum(byte sample, int value) {
        return (byte) Math.max(0, Math.min(255, (sample & 0xff) + value));
    }
}
