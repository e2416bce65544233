package io.github.jvig.kernels.vector;

import static io.github.jvig.kernels.vector.Isa.FLOATS;
import static io.github.jvig.kernels.vector.Isa.LANES;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;

/**
 * L1 distances of many pairs of pixels. Some channels of all pairs are gone through at a time, with a vector of sums for each pair in
 * memory: a loop over the channels of one pair is too short to be worth its start. Then the lanes of four sums are added up together,
 * which takes half the instructions that it takes one by one, by shuffles in a fixed order. {@code reduceLanes} would have another order
 * in the interpreter than in compiled code, and a distance decides whether a neighbour counts, so it has to be the same every time.
 */
final class Distances {
    private static final VectorShuffle<Float> SWAP_HALVES = swap(LANES / 2);
    private static final VectorShuffle<Float> SWAP_QUARTERS = swap(LANES / 4);
    private static final VectorShuffle<Float> SWAP_EIGHTHS = swap(LANES / 8);
    private static final VectorShuffle<Float> SWAP_SIXTEENTHS = swap(LANES / 16);
    private static final VectorMask<Float> UPPER_HALF = lanes(LANES / 2);
    private static final VectorMask<Float> ODD_QUARTERS = lanes(LANES / 4);

    private Distances() {
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

    /** Where the distance of pair i lies in the work space. */
    static int place(int i) {
        return i / 4 * LANES + i % 4 * (LANES / 4);
    }

    /**
     * Distances of the pixels at {@code own + i * ownStep} and {@code other + rowOf[row + i] + columnOf[column + i]}, i from 0 to
     * {@code pairs}. Pad lanes, which hold zero, are read too.
     *
     * @param sums the work space, {@link #scratch} floats from {@code at} on, with the distances at {@link #place} afterwards
     */
    static void of(float[] x, int own, int ownStep, int other, int[] rowOf, int row, int[] columnOf, int column,
            int pairs, int channels, float[] sums, int at) {
        Arrays.fill(sums, at, at + pairs * LANES, 0f);
        int c = 0;
        for (; c < channels - 3 * LANES; c += 4 * LANES) {
            add4(x, own + c, ownStep, other + c, rowOf, row, columnOf, column, pairs, sums, at);
        }
        for (; c < channels; c += LANES) {
            add1(x, own + c, ownStep, other + c, rowOf, row, columnOf, column, pairs, sums, at);
        }
        addUp(pairs, sums, at);
    }

    private static void add4(float[] x, int own, int ownStep, int other, int[] rowOf, int row, int[] columnOf,
            int column, int pairs, float[] sums, int at) {
        for (int i = 0; i < pairs; i++) {
            int a = own + i * ownStep;
            int b = other + rowOf[row + i] + columnOf[column + i];
            int to = at + i * LANES;
            FloatVector d0 = FloatVector.fromArray(FLOATS, x, a).sub(FloatVector.fromArray(FLOATS, x, b)).abs();
            FloatVector d1 = FloatVector.fromArray(FLOATS, x, a + LANES)
                    .sub(FloatVector.fromArray(FLOATS, x, b + LANES)).abs();
            FloatVector d2 = FloatVector.fromArray(FLOATS, x, a + 2 * LANES)
                    .sub(FloatVector.fromArray(FLOATS, x, b + 2 * LANES)).abs();
            FloatVector d3 = FloatVector.fromArray(FLOATS, x, a + 3 * LANES)
                    .sub(FloatVector.fromArray(FLOATS, x, b + 3 * LANES)).abs();
            d0.add(d1).add(d2.add(d3)).add(FloatVector.fromArray(FLOATS, sums, to)).intoArray(sums, to);
        }
    }

    private static void add1(float[] x, int own, int ownStep, int other, int[] rowOf, int row, int[] columnOf,
            int column, int pairs, float[] sums, int at) {
        for (int i = 0; i < pairs; i++) {
            int a = own + i * ownStep;
            int b = other + rowOf[row + i] + columnOf[column + i];
            int to = at + i * LANES;
            FloatVector.fromArray(FLOATS, x, a).sub(FloatVector.fromArray(FLOATS, x, b)).abs()
                    .add(FloatVector.fromArray(FLOATS, sums, to)).intoArray(sums, to);
        }
    }

    /** The lanes of each sum, four sums at a time; what lies behind the last one may be anything. */
    private static void addUp(int pairs, float[] sums, int at) {
        for (int i = 0; i < pairs; i += 4) {
            int from = at + i * LANES;
            FloatVector s0 = FloatVector.fromArray(FLOATS, sums, from);
            FloatVector s1 = FloatVector.fromArray(FLOATS, sums, from + LANES);
            FloatVector s2 = FloatVector.fromArray(FLOATS, sums, from + 2 * LANES);
            FloatVector s3 = FloatVector.fromArray(FLOATS, sums, from + 3 * LANES);
            // Two share a vector, half each; then all four, a quarter each.
            FloatVector s02 = s0.blend(s2, UPPER_HALF).add(s2.blend(s0, UPPER_HALF).rearrange(SWAP_HALVES));
            FloatVector s13 = s1.blend(s3, UPPER_HALF).add(s3.blend(s1, UPPER_HALF).rearrange(SWAP_HALVES));
            FloatVector sum = s02.blend(s13, ODD_QUARTERS)
                    .add(s13.blend(s02, ODD_QUARTERS).rearrange(SWAP_QUARTERS));
            if (LANES >= 8) {
                sum = sum.add(sum.rearrange(SWAP_EIGHTHS));
            }
            if (LANES >= 16) {
                sum = sum.add(sum.rearrange(SWAP_SIXTEENTHS));
            }
            sum.intoArray(sums, at + place(i));
        }
    }
}
