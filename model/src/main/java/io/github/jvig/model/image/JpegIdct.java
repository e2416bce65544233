package io.github.jvig.model.image;

import java.util.Arrays;

/**
 * The inverse DCT of a block of 8x8 coefficients, in the integer arithmetic of libjpeg's {@code jidctint} ("islow"), so that samples are the
 * same: the algorithm of Loeffler, Ligtenberg and Moschytz (ICASSP 1989) in 13-bit fixed point, with two more bits between the passes.
 */
final class JpegIdct {
    private static final int BITS = 13;
    private static final int PASS_BITS = 2;
    private static final int C_0_298 = 2446;
    private static final int C_0_390 = 3196;
    private static final int C_0_541 = 4433;
    private static final int C_0_765 = 6270;
    private static final int C_0_899 = 7373;
    private static final int C_1_175 = 9633;
    private static final int C_1_501 = 12299;
    private static final int C_1_847 = 15137;
    private static final int C_1_961 = 16069;
    private static final int C_2_053 = 16819;
    private static final int C_2_562 = 20995;
    private static final int C_3_072 = 25172;

    private final int[] work = new int[64];

    /** Transforms a block of which it is not known where it is zero. */
    void transform(short[] block, int[] quantization, byte[] out, int offset, int stride) {
        int any = 0;
        for (int i = 1; i < 64; i++) {
            any |= block[i];
        }
        if (any == 0) {
            flat(block[0] * quantization[0], out, offset, stride);
        } else {
            full(block, quantization, out, offset, stride);
        }
    }

    /** A block without AC coefficients. */
    static void flat(int dc, byte[] out, int offset, int stride) {
        byte value = sample((short) dc + 4 >> 3);
        for (int y = 0; y < 8; y++, offset += stride) {
            Arrays.fill(out, offset, offset + 8, value);
        }
    }

    /** Any block. */
    void full(short[] block, int[] quantization, byte[] out, int offset, int stride) {
        int[] w = work;
        for (int x = 0; x < 8; x++) {
            int c1 = block[8 + x];
            int c2 = block[16 + x];
            int c3 = block[24 + x];
            int c4 = block[32 + x];
            int c5 = block[40 + x];
            int c6 = block[48 + x];
            int c7 = block[56 + x];
            int c0 = (short) (block[x] * quantization[x]);
            if ((c1 | c2 | c3 | c4 | c5 | c6 | c7) == 0) {
                int dc = c0 << PASS_BITS;
                w[x] = dc;
                w[8 + x] = dc;
                w[16 + x] = dc;
                w[24 + x] = dc;
                w[32 + x] = dc;
                w[40 + x] = dc;
                w[48 + x] = dc;
                w[56 + x] = dc;
                continue;
            }
            // Products are of 16 bits in libjpeg-turbo.
            c1 = (short) (c1 * quantization[8 + x]);
            c2 = (short) (c2 * quantization[16 + x]);
            c3 = (short) (c3 * quantization[24 + x]);
            c4 = (short) (c4 * quantization[32 + x]);
            c5 = (short) (c5 * quantization[40 + x]);
            c6 = (short) (c6 * quantization[48 + x]);
            c7 = (short) (c7 * quantization[56 + x]);

            int z1 = (c2 + c6) * C_0_541;
            int even2 = z1 - c6 * C_1_847;
            int even3 = z1 + c2 * C_0_765;
            int even0 = (c0 + c4 << BITS) + (1 << BITS - PASS_BITS - 1);
            int even1 = (c0 - c4 << BITS) + (1 << BITS - PASS_BITS - 1);
            int sum0 = even0 + even3;
            int sum3 = even0 - even3;
            int sum1 = even1 + even2;
            int sum2 = even1 - even2;

            int z5 = (c7 + c3 + c5 + c1) * C_1_175;
            int z3 = z5 - (c7 + c3) * C_1_961;
            int z4 = z5 - (c5 + c1) * C_0_390;
            int y1 = (c7 + c1) * -C_0_899;
            int y2 = (c5 + c3) * -C_2_562;
            int odd0 = c7 * C_0_298 + y1 + z3;
            int odd1 = c5 * C_2_053 + y2 + z4;
            int odd2 = c3 * C_3_072 + y2 + z3;
            int odd3 = c1 * C_1_501 + y1 + z4;

            w[x] = sum0 + odd3 >> BITS - PASS_BITS;
            w[56 + x] = sum0 - odd3 >> BITS - PASS_BITS;
            w[8 + x] = sum1 + odd2 >> BITS - PASS_BITS;
            w[48 + x] = sum1 - odd2 >> BITS - PASS_BITS;
            w[16 + x] = sum2 + odd1 >> BITS - PASS_BITS;
            w[40 + x] = sum2 - odd1 >> BITS - PASS_BITS;
            w[24 + x] = sum3 + odd0 >> BITS - PASS_BITS;
            w[32 + x] = sum3 - odd0 >> BITS - PASS_BITS;
        }
        rows(w, out, offset, stride);
    }

    private static void rows(int[] w, byte[] out, int offset, int stride) {
        int shift = BITS + PASS_BITS + 3;
        for (int r = 0; r < 64; r += 8, offset += stride) {
            int c2 = w[r + 2];
            int c6 = w[r + 6];
            int z1 = (c2 + c6) * C_0_541;
            int even2 = z1 - c6 * C_1_847;
            int even3 = z1 + c2 * C_0_765;
            int even0 = (w[r] + w[r + 4] << BITS) + (1 << shift - 1);
            int even1 = (w[r] - w[r + 4] << BITS) + (1 << shift - 1);
            int sum0 = even0 + even3;
            int sum3 = even0 - even3;
            int sum1 = even1 + even2;
            int sum2 = even1 - even2;

            int c1 = w[r + 1];
            int c3 = w[r + 3];
            int c5 = w[r + 5];
            int c7 = w[r + 7];
            int z5 = (c7 + c3 + c5 + c1) * C_1_175;
            int z3 = z5 - (c7 + c3) * C_1_961;
            int z4 = z5 - (c5 + c1) * C_0_390;
            int y1 = (c7 + c1) * -C_0_899;
            int y2 = (c5 + c3) * -C_2_562;
            int odd0 = c7 * C_0_298 + y1 + z3;
            int odd1 = c5 * C_2_053 + y2 + z4;
            int odd2 = c3 * C_3_072 + y2 + z3;
            int odd3 = c1 * C_1_501 + y1 + z4;

            out[offset] = sample(sum0 + odd3 >> shift);
            out[offset + 7] = sample(sum0 - odd3 >> shift);
            out[offset + 1] = sample(sum1 + odd2 >> shift);
            out[offset + 6] = sample(sum1 - odd2 >> shift);
            out[offset + 2] = sample(sum2 + odd1 >> shift);
            out[offset + 5] = sample(sum2 - odd1 >> shift);
            out[offset + 3] = sample(sum3 + odd0 >> shift);
            out[offset + 4] = sample(sum3 - odd0 >> shift);
        }
    }

    private static byte sample(int value) {
        return (byte) Math.max(0, Math.min(255, value + 128));
    }
}
