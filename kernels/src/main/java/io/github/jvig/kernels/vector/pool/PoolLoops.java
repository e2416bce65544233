package io.github.jvig.kernels.vector.pool;

import static io.github.jvig.kernels.vector.common.VectorConfig.FLOATS;
import static io.github.jvig.kernels.vector.common.VectorConfig.LANES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The greatest or the sum of two or three rows of numbers, element by element. The rows come in pieces, such as pixels, at equal distances;
 * pieces that follow each other without a gap are best passed as one. The first row may come from another array than the others, so that a
 * window of any size is done by adding two rows at a time to what is there.
 *
 * <p>The greatest is found by compare and blend: x where it is not less, and x where it is NaN. A NaN that is there already stays, since nothing
 * compares with it. {@code FloatVector.max} keeps NaN, too, but takes a third longer on maps that a near cache holds.
 */
final class PoolLoops {
    private PoolLoops() {
    }

    /**
     * The greatest of two; NaN if one is.
     *
     * @param a       holds the first row, from {@code aOffset} on
     * @param aStep   floats from one piece of the first row to the next
     * @param b       holds the second row, from {@code b0} on
     * @param bStep   floats from one piece of the second row to the next
     * @param outStep floats from one piece of the result to the next
     * @param pieces  number of pieces
     * @param length  floats of a piece, a whole number of vectors
     */
    static void max2(float[] a, int aOffset, int aStep, float[] b, int b0, int bStep, float[] out, int outOffset,
            int outStep, int pieces, int length) {
        for (int p = 0; p < pieces; p++) {
            int i0 = aOffset + p * aStep;
            int i1 = b0 + p * bStep;
            int o = outOffset + p * outStep;
            for (int i = 0; i < length; i += LANES) {
                FloatVector x = FloatVector.fromArray(FLOATS, b, i1 + i);
                FloatVector m = FloatVector.fromArray(FLOATS, a, i0 + i);
                m = m.blend(x, x.compare(VectorOperators.GE, m)).blend(x, x.compare(VectorOperators.NE, x));
                m.intoArray(out, o + i);
            }
        }
    }

    /** The greatest of three; the second and third row are in one array. */
    static void max3(float[] a, int aOffset, int aStep, float[] b, int b0, int b1, int bStep, float[] out,
            int outOffset, int outStep, int pieces, int length) {
        for (int p = 0; p < pieces; p++) {
            int i0 = aOffset + p * aStep;
            int i1 = b0 + p * bStep;
            int i2 = b1 + p * bStep;
            int o = outOffset + p * outStep;
            for (int i = 0; i < length; i += LANES) {
                FloatVector x = FloatVector.fromArray(FLOATS, b, i1 + i);
                FloatVector m = FloatVector.fromArray(FLOATS, a, i0 + i);
                m = m.blend(x, x.compare(VectorOperators.GE, m)).blend(x, x.compare(VectorOperators.NE, x));
                x = FloatVector.fromArray(FLOATS, b, i2 + i);
                m = m.blend(x, x.compare(VectorOperators.GE, m)).blend(x, x.compare(VectorOperators.NE, x));
                m.intoArray(out, o + i);
            }
        }
    }

    /** One row times a factor. */
    static void scale(float[] a, int aOffset, int aStep, float factor, float[] out, int outOffset, int outStep,
            int pieces, int length) {
        for (int p = 0; p < pieces; p++) {
            int i0 = aOffset + p * aStep;
            int o = outOffset + p * outStep;
            for (int i = 0; i < length; i += LANES) {
                FloatVector.fromArray(FLOATS, a, i0 + i).mul(factor).intoArray(out, o + i);
            }
        }
    }

    /** The sum of two, times a factor. */
    static void sum2(float[] a, int aOffset, int aStep, float[] b, int b0, int bStep, float factor, float[] out,
            int outOffset, int outStep, int pieces, int length) {
        for (int p = 0; p < pieces; p++) {
            int i0 = aOffset + p * aStep;
            int i1 = b0 + p * bStep;
            int o = outOffset + p * outStep;
            for (int i = 0; i < length; i += LANES) {
                FloatVector.fromArray(FLOATS, a, i0 + i).add(FloatVector.fromArray(FLOATS, b, i1 + i)).mul(factor)
                        .intoArray(out, o + i);
            }
        }
    }

    /** The sum of three, times a factor. */
    static void sum3(float[] a, int aOffset, int aStep, float[] b, int b0, int b1, int bStep, float factor,
            float[] out, int outOffset, int outStep, int pieces, int length) {
        for (int p = 0; p < pieces; p++) {
            int i0 = aOffset + p * aStep;
            int i1 = b0 + p * bStep;
            int i2 = b1 + p * bStep;
            int o = outOffset + p * outStep;
            for (int i = 0; i < length; i += LANES) {
                FloatVector.fromArray(FLOATS, a, i0 + i).add(FloatVector.fromArray(FLOATS, b, i1 + i))
                        .add(FloatVector.fromArray(FLOATS, b, i2 + i)).mul(factor).intoArray(out, o + i);
            }
        }
    }
}
