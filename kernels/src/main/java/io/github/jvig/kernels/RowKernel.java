package io.github.jvig.kernels;

/**
 * A kernel that can compute some rows of its output by themselves, from maps of which only the rows concerned are there. What a
 * {@link FusedChain} is made of. Any kernel may implement it, an application's too.
 */
public interface RowKernel extends Kernel {
    @Override
    Spec spec();

    /** {@return whether rows can be computed by themselves at this size} */
    default boolean supportsRowRanges() {
        return true;
    }

    /** {@return the floats of work space that rows take, see the longer form of {@code rows}; zero for none} */
    default int rowScratch() {
        return 0;
    }

    /**
     * Computes rows {@code from} (inclusive) to {@code to} (exclusive) of the output: the same bits that {@link #run} gives. A kernel that needs
     * work space allocates it here; chains call the longer form.
     *
     * @param in             array that holds the rows of the input that these rows of the output depend on
     * @param inOffset       where the input's row 0 starts; negative where the array holds later rows only
     * @param residual       array that holds the same rows of the residual as of the output; null for a kernel without one
     * @param residualOffset where the residual's row 0 starts; negative where the array holds later rows only
     * @param out            array that the rows are written to
     * @param outOffset      where the output's row 0 starts; negative where the array holds later rows only
     * @param from           first row
     * @param to             one past the last row
     */
    void rows(float[] in, int inOffset, float[] residual, int residualOffset, float[] out, int outOffset, int from,
            int to);

    /**
     * The same with work space. Allocates nothing.
     *
     * @param in             array that holds the rows of the input that these rows of the output depend on
     * @param inOffset       where the input's row 0 starts; negative where the array holds later rows only
     * @param residual       array that holds the same rows of the residual as of the output; null for a kernel without one
     * @param residualOffset where the residual's row 0 starts; negative where the array holds later rows only
     * @param out            array that the rows are written to
     * @param outOffset      where the output's row 0 starts; negative where the array holds later rows only
     * @param scratch        holds, from {@code scratchOffset} on, {@link #rowScratch()} floats that nobody else uses during the call; their
     *                       content is arbitrary
     * @param scratchOffset  element of {@code scratch} at which the work space starts
     * @param from           first row
     * @param to             one past the last row
     */
    default void rows(float[] in, int inOffset, float[] residual, int residualOffset, float[] out, int outOffset,
            float[] scratch, int scratchOffset, int from, int to) {
        rows(in, inOffset, residual, residualOffset, out, outOffset, from, to);
    }
}
