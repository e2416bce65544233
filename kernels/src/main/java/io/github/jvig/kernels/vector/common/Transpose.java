package io.github.jvig.kernels.vector.common;

import static io.github.jvig.kernels.vector.common.VectorConfig.FLOATS;
import static io.github.jvig.kernels.vector.common.VectorConfig.LANES;

import jdk.incubator.vector.FloatVector;

/**
 * Squares of as many vectors as a vector has floats, rows become columns. Each step interleaves the first half of the vectors with the
 * second, which is a perfect shuffle of all floats; after as many steps as the length has binary digits, rows are columns. Two steps at a time
 * in registers.
 */
public final class Transpose {
    /** Floats of a square. */
    public static final int SQUARE = LANES * LANES;
    /** As float vectors hold them: lanes of the first vector, then of the second, whose first half or second half is interleaved. */
    private static final FloatVector LOW = lanes(0);
    private static final FloatVector HIGH = lanes(LANES / 2);

    private Transpose() {
    }

    private static FloatVector lanes(int first) {
        float[] lanes = new float[LANES];
        for (int i = 0; i < LANES; i++) {
            lanes[i] = first + i / 2 + i % 2 * LANES;
        }
        return FloatVector.fromArray(FLOATS, lanes, 0);
    }

    /**
     * {@code to[j][i] = from[i][j]}.
     *
     * @param fromStep floats from one row to the next
     * @param toStep   floats from one row of the result to the next
     * @param spare    {@link #SQUARE} floats from {@code spareAt} on, apart from both
     */
    public static void square(float[] from, int fromAt, int fromStep, float[] to, int toAt, int toStep, float[] spare,
            int spareAt) {
        if (LANES == 4) {
            twoSteps(from, fromAt, fromStep, to, toAt, toStep);
            return;
        }
        twoSteps(from, fromAt, fromStep, spare, spareAt, LANES);
        if (LANES == 8) {
            oneStep(spare, spareAt, to, toAt, toStep);
        } else {
            twoSteps(spare, spareAt, LANES, to, toAt, toStep);
        }
    }

    private static void twoSteps(float[] from, int fromAt, int fromStep, float[] to, int toAt, int toStep) {
        int quarter = LANES / 4 * fromStep;
        for (int i = 0; i < LANES / 4; i++) {
            int p = fromAt + i * fromStep;
            int q = toAt + 4 * i * toStep;
            FloatVector a = FloatVector.fromArray(FLOATS, from, p);
            FloatVector b = FloatVector.fromArray(FLOATS, from, p + quarter);
            FloatVector c = FloatVector.fromArray(FLOATS, from, p + 2 * quarter);
            FloatVector d = FloatVector.fromArray(FLOATS, from, p + 3 * quarter);
            FloatVector ac = LOW.selectFrom(a, c);
            FloatVector bd = LOW.selectFrom(b, d);
            LOW.selectFrom(ac, bd).intoArray(to, q);
            HIGH.selectFrom(ac, bd).intoArray(to, q + toStep);
            ac = HIGH.selectFrom(a, c);
            bd = HIGH.selectFrom(b, d);
            LOW.selectFrom(ac, bd).intoArray(to, q + 2 * toStep);
            HIGH.selectFrom(ac, bd).intoArray(to, q + 3 * toStep);
        }
    }

    private static void oneStep(float[] from, int fromAt, float[] to, int toAt, int toStep) {
        for (int i = 0; i < LANES / 2; i++) {
            FloatVector a = FloatVector.fromArray(FLOATS, from, fromAt + i * LANES);
            FloatVector b = FloatVector.fromArray(FLOATS, from, fromAt + (i + LANES / 2) * LANES);
            LOW.selectFrom(a, b).intoArray(to, toAt + 2 * i * toStep);
            HIGH.selectFrom(a, b).intoArray(to, toAt + (2 * i + 1) * toStep);
        }
    }
}
