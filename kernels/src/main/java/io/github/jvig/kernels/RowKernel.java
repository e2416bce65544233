package io.github.jvig.kernels;

/**
 * A kernel that can compute some rows of its output by themselves, from maps of which only the rows concerned are there. What a
 * {@link FusedChain} is made of. Needs no scratch.
 */
public interface RowKernel extends Kernel {
    @Override
    Spec spec();

    /** Whether rows can be computed by themselves at this size. */
    default boolean supportsRowRanges() {
        return true;
    }

    /**
     * Computes rows {@code from} (inclusive) to {@code to} (exclusive) of the output: the same bits that {@link #run} gives.
     *
     * @param inOffset       where the input's row 0 starts; negative where the array holds later rows only
     * @param residual   null for a kernel without one
     * @param residualOffset the same for the residual
     * @param outOffset      the same for the output
     */
    void rows(float[] in, int inOffset, float[] residual, int residualOffset, float[] out, int outOffset, int from,
            int to);
}
