package io.github.jvig.kernels;

/**
 * A spec made ready to run: weights packed, shapes fixed, work cut into units. Immutable, so any number of threads may run one kernel
 * at a time, on different operands or on different units of the same ones. A unit writes a part of the output that no other unit needs,
 * and writes the same bits whoever runs it, so results do not depend on how units are spread over threads.
 */
public interface Kernel {
    /** What this kernel computes: one operation, a {@link Spec}, or a {@link FusedChain}. */
    Computation spec();

    /** Data type, operation, tile and instruction set, as in {@code "f32-pointwise-7x3-vector512"}. */
    String name();

    /** Number of independent parts of the output, at least 1. */
    int units();

    /** Floats of private work space that each thread brings to {@link #run(Operands, float[], int, int, int)}. */
    default int scratch() {
        return 0;
    }

    /** Whether units in a row share work, so that few large shares are better than many small ones. */
    default boolean prefersContiguousUnits() {
        return false;
    }

    /**
     * Computes units {@code from} (inclusive) to {@code to} (exclusive). The operands are taken as checked
     * ({@link Operands#check}): this is the hot path, and it allocates nothing.
     *
     * @param scratch   holds, from {@code scratchOffset} on, {@link #scratch()} floats that no other thread uses during the call; their
     *                  content is arbitrary
     * @param scratchOffset a multiple of the cache line behind an aligned element is best
     */
    void run(Operands operands, float[] scratch, int scratchOffset, int from, int to);

    /** Checks the operands and computes everything on the calling thread. */
    default void run(Operands operands) {
        run(operands.check(spec()), new float[scratch()], 0, 0, units());
    }
}
