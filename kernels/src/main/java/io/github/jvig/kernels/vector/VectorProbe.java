package io.github.jvig.kernels.vector;

import io.github.jvig.kernels.vector.common.VectorConfig;
import java.util.function.BooleanSupplier;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Measures whether this JVM makes machine code of vectors: a dot product by vector multiply-adds against the same by scalars, whose sums
 * depend on each other, so that no compiler makes vectors of them. Compiled vectors take a tenth of the scalars' time or less; boxed ones,
 * and multiply-adds in software, take as long or up to thousands of times longer. The answer is there as soon as the vectors are compiled; a
 * JVM that does not compile them is waited for in vain. Each time is the best of many of a microsecond or less, which other load on the
 * machine does not change.
 */
public final class VectorProbe implements BooleanSupplier {
    private static final VectorSpecies<Float> SPECIES = VectorConfig.FLOATS;
    private static final int LANES = VectorConfig.LANES;
    /** Few, so that the loop is called often, which is what makes the JVM compile it. */
    private static final int FLOATS = 1024;
    /** The scalar loop is compiled when it has not become faster for so long. */
    private static final long SETTLED_NANOS = 100_000_000L;
    /** Runs between two looks at the clock for the end. */
    private static final int VECTOR_RUNS = 50;
    private static final long PATIENCE_NANOS = 6_000_000_000L;
    /** Vectors that take a larger part of the scalars' time than this are not compiled to what they should be. */
    private static final double LIMIT = 0.5;

    private final float[] a = new float[FLOATS];
    private final float[] b = new float[FLOATS];
    private final float[] sums = new float[LANES];
    /** Keeps the results in use. */
    private float sum;

    /** For {@code KernelLookup}, which knows this class by name. */
    public VectorProbe() {
        for (int i = 0; i < FLOATS; i++) {
            a[i] = 1 + i % 7;
            b[i] = 1 - i % 5;
        }
    }

    /** {@return whether vectors are as fast as they should be} */
    @Override
    public boolean getAsBoolean() {
        long scalar = Long.MAX_VALUE;
        long improved = System.nanoTime();
        for (long start = improved; start - improved < SETTLED_NANOS; start = System.nanoTime()) {
            sum += scalarDot(a, b);
            long end = System.nanoTime();
            if (end - start < 0.9 * scalar) {
                scalar = end - start;
                improved = end;
            }
        }
        long begin = System.nanoTime();
        do {
            for (int i = 0; i < VECTOR_RUNS; i++) {
                long start = System.nanoTime();
                vectorDot(a, b, sums);
                long nanos = System.nanoTime() - start;
                if (nanos < LIMIT * scalar) {
                    return !Float.isNaN(sum);
                }
            }
        } while (System.nanoTime() - begin < PATIENCE_NANOS);
        return false;
    }

    private static float scalarDot(float[] a, float[] b) {
        float sum = 0;
        for (int i = 0; i < FLOATS; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    /** Four sums, so that they do not wait for each other. */
    private static void vectorDot(float[] a, float[] b, float[] sums) {
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        for (int i = 0; i < FLOATS; i += 4 * LANES) {
            s0 = FloatVector.fromArray(SPECIES, a, i).fma(FloatVector.fromArray(SPECIES, b, i), s0);
            s1 = FloatVector.fromArray(SPECIES, a, i + LANES).fma(FloatVector.fromArray(SPECIES, b, i + LANES), s1);
            s2 = FloatVector.fromArray(SPECIES, a, i + 2 * LANES)
                    .fma(FloatVector.fromArray(SPECIES, b, i + 2 * LANES), s2);
            s3 = FloatVector.fromArray(SPECIES, a, i + 3 * LANES)
                    .fma(FloatVector.fromArray(SPECIES, b, i + 3 * LANES), s3);
        }
        s0.add(s1).add(s2).add(s3).intoArray(sums, 0);
    }
}
