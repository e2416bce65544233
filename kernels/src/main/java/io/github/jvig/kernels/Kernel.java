package io.github.jvig.kernels;

import java.util.Optional;

/**
 * A spec made ready to run: weights packed, shapes fixed, work cut into units. Immutable, so any number of threads may run one kernel
 * at a time, on different operands or on different units of the same ones. A unit writes a part of the output that no other unit needs,
 * and writes the same bits whoever runs it, so results do not depend on how units are spread over threads.
 */
public interface Kernel {
    /** {@return what this kernel computes: one operation, a {@link Spec}, or a {@link FusedChain}} */
    Computation spec();

    /** {@return data type, operation, tile and instruction set, as in {@code "f32-pointwise-7x3-vector512"}} */
    String name();

    /** {@return the number of independent parts of the output, at least 1} */
    int units();

    /** {@return the floats of work space that each thread brings to {@link #run(Operands, float[], int, int, int)}; zero for none} */
    default int scratch() {
        return 0;
    }

    /** {@return whether neighboring units share work, so that few large shares are better than many small ones} */
    default boolean prefersContiguousUnits() {
        return false;
    }

    /**
     * A kernel for maps of another size that shares this one's packed weights: what this kernel's row of the table would make of the spec and of
     * the same weights and biases, with the same results to the bit. It is for nets whose sizes change from run to run, where packing would take
     * longer than computing.
     *
     * @param other a spec that this kernel's row supports
     * @return empty where the kernel has to be made anew: its packed weights depend on what differs, or are too few to matter
     */
    default Optional<Kernel> resized(Spec other) {
        return Optional.empty();
    }

    /**
     * Computes units {@code from} (inclusive) to {@code to} (exclusive). The operands are taken as checked
     * ({@link Operands#check}): this is the hot path, and it allocates nothing. Pad lanes of the input must hold zero; those of the output
     * are set to zero.
     *
     * @param operands      where to read and write
     * @param scratch       holds, from {@code scratchOffset} on, {@link #scratch()} floats that no other thread uses during the call; their
     *                      content is arbitrary
     * @param scratchOffset element of {@code scratch} at which the work space starts; one at the start of a cache line is best
     * @param from          first unit, at least 0
     * @param to            one past the last unit, at most {@link #units()}
     */
    void run(Operands operands, float[] scratch, int scratchOffset, int from, int to);

    /**
     * Checks the operands and computes everything on the calling thread.
     *
     * @param operands where to read and write
     * @throws IllegalArgumentException when a map does not lie inside its array, the second operand is missing, or the output overlaps an
     *                                  input
     */
    default void run(Operands operands) {
        run(operands.check(spec()), new float[scratch()], 0, 0, units());
    }
}
