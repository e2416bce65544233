package io.github.jvig.kernels.vector.graph;

import static io.github.jvig.kernels.vector.common.VectorConfig.FLOATS;
import static io.github.jvig.kernels.vector.common.VectorConfig.INTS;
import static io.github.jvig.kernels.vector.common.VectorConfig.LANES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;

/**
 * L1 distances between the pixels of two stretches of a row, pixel by pixel. Some channels of all pairs are done at a time, with a
 * vector of sums for each pair in memory: a loop over the channels of one pair would be too short to be worth its start. Then the lanes of
 * four sums are added up together, which takes half the instructions, by shuffles in a fixed order. {@code reduceLanes} leaves the order
 * open, and it differs between interpreted and compiled code; but a distance decides whether a neighbor counts, so it must always be the
 * same.
 *
 * <p>The loops for three vectors and for one, for the first channels and for the next ones, stand side by side: a vector that is passed to
 * a method becomes an object when the compiler stops inlining.
 */
final class VectorL1 {
    private static final int NO_SIGN = 0x7fffffff;
    private static final VectorShuffle<Float> SWAP_HALVES = swap(LANES / 2);
    private static final VectorShuffle<Float> SWAP_QUARTERS = swap(LANES / 4);
    private static final VectorShuffle<Float> SWAP_EIGHTHS = swap(LANES / 8);
    private static final VectorShuffle<Float> SWAP_SIXTEENTHS = swap(LANES / 16);
    private static final VectorMask<Float> UPPER_HALF = lanes(LANES / 2);
    private static final VectorMask<Float> ODD_QUARTERS = lanes(LANES / 4);
    /** The first lane of each quarter. */
    private static final long QUARTERS = 1L | 1L << LANES / 4 | 1L << LANES / 2 | 1L << LANES * 3 / 4;

    private VectorL1() {
    }

    /** Lane i takes what lane {@code i ^ distance} holds. */
    private static VectorShuffle<Float> swap(int distance) {
        return VectorShuffle.fromOp(FLOATS, i -> i ^ distance);
    }

    /** The lanes whose number has this bit. */
    private static VectorMask<Float> lanes(int bit) {
        boolean[] set = new boolean[LANES];
        for (int i = 0; i < LANES; i++) {
            set[i] = (i & bit) != 0;
        }
        return VectorMask.fromArray(FLOATS, set, 0);
    }

    /** Floats of work space for so many pairs. */
    static int scratch(int pairs) {
        return Math.multiplyExact((pairs + 3) / 4 * 4, LANES);
    }

    /**
     * Adds up the L1 distance of the pixels at {@code a + i * step} and {@code b + i * step}, for each pair i by itself.
     * Pad lanes, which hold zero, are read too.
     *
     * @param sums where {@link #scratch} floats from {@code sumsOffset} on are work space, for one of the two methods below to read
     */
    static void sum(float[] x, int a, int b, int step, int pairs, int channels, float[] sums, int sumsOffset) {
        int c;
        if (channels > 2 * LANES) {
            first3(x, a, b, step, pairs, sums, sumsOffset);
            c = 3 * LANES;
        } else {
            first1(x, a, b, step, pairs, sums, sumsOffset);
            c = LANES;
        }
        for (; c < channels - 2 * LANES; c += 3 * LANES) {
            next3(x, a + c, b + c, step, pairs, sums, sumsOffset);
        }
        for (; c < channels; c += LANES) {
            next1(x, a + c, b + c, step, pairs, sums, sumsOffset);
        }
    }

    /*
     * The absolute value is taken by clearing the sign with a mask that stays in a register: abs() reads its mask from memory, and these
     * loops are bound by loads.
     */

    private static void first3(float[] x, int a, int b, int step, int pairs, float[] sums, int sumsOffset) {
        IntVector noSign = IntVector.broadcast(INTS, NO_SIGN);
        for (int i = 0; i < pairs; i++) {
            int p = a + i * step;
            int q = b + i * step;
            FloatVector d0 = FloatVector.fromArray(FLOATS, x, p).sub(FloatVector.fromArray(FLOATS, x, q))
                    .reinterpretAsInts().and(noSign).reinterpretAsFloats();
            FloatVector d1 = FloatVector.fromArray(FLOATS, x, p + LANES)
                    .sub(FloatVector.fromArray(FLOATS, x, q + LANES))
                    .reinterpretAsInts().and(noSign).reinterpretAsFloats();
            FloatVector d2 = FloatVector.fromArray(FLOATS, x, p + 2 * LANES)
                    .sub(FloatVector.fromArray(FLOATS, x, q + 2 * LANES))
                    .reinterpretAsInts().and(noSign).reinterpretAsFloats();
            d0.add(d1).add(d2).intoArray(sums, sumsOffset + i * LANES);
        }
    }

    private static void next3(float[] x, int a, int b, int step, int pairs, float[] sums, int sumsOffset) {
        IntVector noSign = IntVector.broadcast(INTS, NO_SIGN);
        for (int i = 0; i < pairs; i++) {
            int p = a + i * step;
            int q = b + i * step;
            int pair = sumsOffset + i * LANES;
            FloatVector d0 = FloatVector.fromArray(FLOATS, x, p).sub(FloatVector.fromArray(FLOATS, x, q))
                    .reinterpretAsInts().and(noSign).reinterpretAsFloats();
            FloatVector d1 = FloatVector.fromArray(FLOATS, x, p + LANES)
                    .sub(FloatVector.fromArray(FLOATS, x, q + LANES))
                    .reinterpretAsInts().and(noSign).reinterpretAsFloats();
            FloatVector d2 = FloatVector.fromArray(FLOATS, x, p + 2 * LANES)
                    .sub(FloatVector.fromArray(FLOATS, x, q + 2 * LANES))
                    .reinterpretAsInts().and(noSign).reinterpretAsFloats();
            d0.add(d1).add(d2.add(FloatVector.fromArray(FLOATS, sums, pair))).intoArray(sums, pair);
        }
    }

    private static void first1(float[] x, int a, int b, int step, int pairs, float[] sums, int sumsOffset) {
        for (int i = 0; i < pairs; i++) {
            FloatVector.fromArray(FLOATS, x, a + i * step).sub(FloatVector.fromArray(FLOATS, x, b + i * step)).abs()
                    .intoArray(sums, sumsOffset + i * LANES);
        }
    }

    private static void next1(float[] x, int a, int b, int step, int pairs, float[] sums, int sumsOffset) {
        for (int i = 0; i < pairs; i++) {
            int pair = sumsOffset + i * LANES;
            FloatVector.fromArray(FLOATS, x, a + i * step).sub(FloatVector.fromArray(FLOATS, x, b + i * step)).abs()
                    .add(FloatVector.fromArray(FLOATS, sums, pair)).intoArray(sums, pair);
        }
    }

    /** Writes the distance of each pair into the first lane of its pixel, {@code step} floats apart. */
    static void write(float[] sums, int sumsOffset, int pairs, float[] out, int outOffset, int step) {
        for (int i = 0; i < pairs; i += 4) {
            four(sums, sumsOffset + i * LANES).intoArray(sums, sumsOffset + i * LANES);
            for (int j = i; j < Math.min(i + 4, pairs); j++) {
                out[outOffset + j * step] = sums[sumsOffset + i * LANES + (j - i) * (LANES / 4)];
            }
        }
    }

    /** The pairs, at most 64, whose distance is below a limit: bit i for pair i. */
    static long below(float limit, float[] sums, int sumsOffset, int pairs) {
        long below = 0;
        for (int i = 0; i < pairs; i += 4) {
            long bits = four(sums, sumsOffset + i * LANES).compare(VectorOperators.LT, limit).toLong();
            below |= Long.compress(bits, QUARTERS) << i;
        }
        return below & -1L >>> -pairs;
    }

    /** Adds up the lanes of four sums; each result fills the lanes of a quarter. */
    private static FloatVector four(float[] sums, int sumsOffset) {
        FloatVector s0 = FloatVector.fromArray(FLOATS, sums, sumsOffset);
        FloatVector s1 = FloatVector.fromArray(FLOATS, sums, sumsOffset + LANES);
        FloatVector s2 = FloatVector.fromArray(FLOATS, sums, sumsOffset + 2 * LANES);
        FloatVector s3 = FloatVector.fromArray(FLOATS, sums, sumsOffset + 3 * LANES);
        // Two share a vector, half each; then all four, a quarter each.
        FloatVector s02 = s0.blend(s2, UPPER_HALF).add(s2.blend(s0, UPPER_HALF).rearrange(SWAP_HALVES));
        FloatVector s13 = s1.blend(s3, UPPER_HALF).add(s3.blend(s1, UPPER_HALF).rearrange(SWAP_HALVES));
        FloatVector sum = s02.blend(s13, ODD_QUARTERS).add(s13.blend(s02, ODD_QUARTERS).rearrange(SWAP_QUARTERS));
        if (LANES >= 8) {
            sum = sum.add(sum.rearrange(SWAP_EIGHTHS));
        }
        if (LANES >= 16) {
            sum = sum.add(sum.rearrange(SWAP_SIXTEENTHS));
        }
        return sum;
    }
}
