package io.github.jvig.bench;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** How fast one thread moves floats that lie in a cache, or in memory. */
final class Bandwidth {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    /** Chains of sums: more than an addition takes cycles, so that only the loads are waited for. */
    private static final int CHAINS = 8;
    /** Bytes moved between two looks at the clock. */
    private static final long STRETCH = 8 << 20;
    private static final int STRETCHES = 60;

    /** Ways of moving. */
    enum Kind {
        /** Vectors are loaded and summed. */
        READ,
        /** A fill. */
        WRITE,
        /** A copy between two arrays, bytes read and bytes written both counted. */
        COPY
    }

    private final float[] from;
    private final float[] to;
    private float sum;

    private Bandwidth(int floats) {
        from = new float[floats];
        to = new float[floats];
    }

    /**
     * The best of some short stretches on the calling thread.
     *
     * @param bytes that are touched in all, over and over
     * @return GB/s
     */
    static double gigabytesPerSecond(Kind kind, long bytes) {
        long touched = kind == Kind.COPY ? bytes / 2 : bytes;
        int step = CHAINS * SPECIES.length();
        int floats = Math.toIntExact(Math.max(step, touched / Float.BYTES / step * step));
        Bandwidth bandwidth = new Bandwidth(floats);
        long moved = (kind == Kind.COPY ? 2L : 1L) * floats * Float.BYTES;
        int passes = (int) Math.max(1, STRETCH / moved);
        double best = 0;
        for (int stretch = 0; stretch < STRETCHES; stretch++) {
            long start = System.nanoTime();
            for (int pass = 0; pass < passes; pass++) {
                bandwidth.pass(kind);
            }
            best = Math.max(best, (double) passes * moved / (System.nanoTime() - start));
        }
        if (bandwidth.sum != 0) {
            throw new IllegalStateException("the sum of zeros can't be " + bandwidth.sum);
        }
        return best;
    }

    private void pass(Kind kind) {
        switch (kind) {
            case READ -> sum += sum(from);
            case WRITE -> Arrays.fill(to, 0f);
            case COPY -> System.arraycopy(from, 0, to, 0, from.length);
        }
    }

    private static float sum(float[] values) {
        int n = SPECIES.length();
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        FloatVector s4 = s0;
        FloatVector s5 = s0;
        FloatVector s6 = s0;
        FloatVector s7 = s0;
        for (int i = 0; i < values.length; i += CHAINS * n) {
            s0 = s0.add(FloatVector.fromArray(SPECIES, values, i));
            s1 = s1.add(FloatVector.fromArray(SPECIES, values, i + n));
            s2 = s2.add(FloatVector.fromArray(SPECIES, values, i + 2 * n));
            s3 = s3.add(FloatVector.fromArray(SPECIES, values, i + 3 * n));
            s4 = s4.add(FloatVector.fromArray(SPECIES, values, i + 4 * n));
            s5 = s5.add(FloatVector.fromArray(SPECIES, values, i + 5 * n));
            s6 = s6.add(FloatVector.fromArray(SPECIES, values, i + 6 * n));
            s7 = s7.add(FloatVector.fromArray(SPECIES, values, i + 7 * n));
        }
        return s0.add(s1).add(s2).add(s3).add(s4).add(s5).add(s6).add(s7).reduceLanes(VectorOperators.ADD);
    }
}
