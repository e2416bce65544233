package io.github.jvig.kernels;

/**
 * A kernel that can compute some rows of its output by themselves, from maps of which only the rows concerned are there. What a
 * {@link Chain} is made of. Needs no scratch.
 */
public interface RowKernel extends Kernel {
    /** Whether rows can be computed by themselves at this size. */
    default boolean takesRows() {
        return true;
    }

    /**
     * Computes rows {@code from} (inclusive) to {@code to} (exclusive) of the output: the same bits that {@link #run} gives.
     *
     * @param inAt       where the input's row 0 starts; negative where the array holds later rows only
     * @param residual   null for a kernel without one
     * @param residualAt the same for the residual
     * @param outAt      the same for the output
     */
    void rows(float[] in, int inAt, float[] residual, int residualAt, float[] out, int outAt, int from, int to);
}
