package io.github.jvig.kernels.scalar;

/** The multiply-adds that plain Java reaches on one thread: a loop that the compiler vectorizes, over an array that stays in L1. */
final class ScalarPeak {
    private static final int LENGTH = 1024;
    private static final int REPEATS = 2_000;
    private static final int RUNS = 50;

    private ScalarPeak() {
    }

    static double measureGflops() {
        float[] values = new float[LENGTH];
        double best = 0;
        for (int run = 0; run < RUNS; run++) {
            long start = System.nanoTime();
            for (int i = 0; i < REPEATS; i++) {
                multiplyAdd(values, 0.5f, 1f);
            }
            best = Math.max(best, 2.0 * LENGTH * REPEATS / (System.nanoTime() - start));
        }
        if (!(values[0] > 0)) {
            throw new IllegalStateException("the sums can't be " + values[0]);
        }
        return best;
    }

    private static void multiplyAdd(float[] values, float factor, float summand) {
        for (int i = 0; i < values.length; i++) {
            values[i] = values[i] * factor + summand;
        }
    }
}
