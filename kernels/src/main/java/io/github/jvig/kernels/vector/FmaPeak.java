package io.github.jvig.kernels.vector;

import io.github.jvig.kernels.vector.common.VectorConfig;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The peak rate of multiply-adds of one thread: ten chains in registers, more than latency times ports of any core known, and not more
 * than fit sixteen registers.
 */
final class FmaPeak {
    private static final VectorSpecies<Float> SPECIES = VectorConfig.FLOATS;
    private static final int CHAINS = 10;
    private static final int REPEATS = 100_000;
    private static final int RUNS = 100;

    private FmaPeak() {
    }

    static double measureGflops() {
        double best = 0;
        float sum = 0;
        float[] sums = new float[SPECIES.length()];
        for (int run = 0; run < RUNS; run++) {
            long start = System.nanoTime();
            chains(sums, REPEATS);
            best = Math.max(best, 2.0 * CHAINS * SPECIES.length() * REPEATS / (System.nanoTime() - start));
            sum += sums[0];
        }
        if (!(sum > 0)) {
            throw new IllegalStateException("the sums can't be " + sum);
        }
        return best;
    }

    private static void chains(float[] sums, int repeats) {
        FloatVector factor = FloatVector.broadcast(SPECIES, 0.5f);
        FloatVector summand = FloatVector.broadcast(SPECIES, 1f);
        FloatVector c0 = summand;
        FloatVector c1 = summand;
        FloatVector c2 = summand;
        FloatVector c3 = summand;
        FloatVector c4 = summand;
        FloatVector c5 = summand;
        FloatVector c6 = summand;
        FloatVector c7 = summand;
        FloatVector c8 = summand;
        FloatVector c9 = summand;
        for (int i = 0; i < repeats; i++) {
            c0 = factor.fma(c0, summand);
            c1 = factor.fma(c1, summand);
            c2 = factor.fma(c2, summand);
            c3 = factor.fma(c3, summand);
            c4 = factor.fma(c4, summand);
            c5 = factor.fma(c5, summand);
            c6 = factor.fma(c6, summand);
            c7 = factor.fma(c7, summand);
            c8 = factor.fma(c8, summand);
            c9 = factor.fma(c9, summand);
        }
        c0.add(c1).add(c2).add(c3).add(c4).add(c5).add(c6).add(c7).add(c8).add(c9).intoArray(sums, 0);
    }
}
