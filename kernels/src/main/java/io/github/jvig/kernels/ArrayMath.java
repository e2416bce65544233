package io.github.jvig.kernels;

/**
 * Functions of many numbers in one go, for operations that bring their own code ({@link KernelExtension}) and want the speed of vectors for
 * what takes long: exponentials, and sums over many numbers. Immutable; nothing is allocated.
 *
 * <p>Rounding: {@link #scalar()} computes in double and rounds once. The vector one computes in float: {@link Function#EXP},
 * {@link Function#TANH} within a relative error of 4e-7, softmax within 6e-7, the others within 1e-6 of {@code 1 + |result|}. Results below
 * {@link Float#MIN_NORMAL} may be zero. NaN gives NaN.
 */
public interface ArrayMath {
    /** Lengths of some calls are multiples of it: the floats of the widest vector. */
    int STEP = MapLayout.CHANNEL_ALIGNMENT;

    /** Functions of one number. */
    enum Function {
        /** {@code exp(x)}. */
        EXP,
        /** {@code tanh(x)}. */
        TANH,
        /** {@code 1 / (1 + exp(-x))}. */
        SIGMOID,
        /** {@code x / (1 + exp(-x))}. */
        SWISH,
        /** {@code x (1 + erf(x / sqrt(2))) / 2}. */
        GELU,
        /** The approximation of GELU by tanh. */
        GELU_TANH
    }

    /**
     * Replaces each number by a function of it.
     *
     * @param function what is computed
     * @param x        holds the numbers
     * @param at       first of them
     * @param n        how many, a multiple of {@link #STEP}
     */
    void apply(Function function, float[] x, int at, int n);

    /**
     * {@code exp(x - max)} by its sum, in place. Negative infinity gives zero; a row of it gives NaN.
     *
     * @param x  holds the row; the {@link #STEP} floats behind it are overwritten
     * @param at first element
     * @param n  elements of the row, a multiple of {@link #STEP}; one that is shorter has negative infinity behind it
     */
    void softmax(float[] x, int at, int n);

    /**
     * Softmax over each column of a matrix, in place.
     *
     * @param x       holds the matrix, row by row
     * @param at      first element
     * @param rows    elements of a column, at least 1
     * @param columns number of columns, a multiple of {@link #STEP}
     */
    void softmaxColumns(float[] x, int at, int rows, int columns);

    /**
     * The sum of some numbers.
     *
     * @param x     holds them
     * @param at    first of them
     * @param n     how many
     * @param spare has {@link #STEP} floats that are overwritten
     * @param free  first of these
     * @return the sum
     */
    double sum(float[] x, int at, int n, float[] spare, int free);

    /**
     * The sum of squares of the distances of some numbers from another.
     *
     * @param x     holds the numbers
     * @param at    first of them
     * @param n     how many
     * @param from  is taken off each; 0 for the sum of squares
     * @param spare has {@link #STEP} floats that are overwritten
     * @param free  first of these
     * @return the sum
     */
    double squares(float[] x, int at, int n, float from, float[] spare, int free);

    /** {@return the one that defines the functions, in double} */
    static ArrayMath scalar() {
        return KernelLookup.scalarMath();
    }

    /**
     * The one for the kernels of a machine.
     *
     * @param machine what {@link KernelExtension#rows} is given
     * @return that of the vector kernels for those, else the scalar one
     */
    static ArrayMath of(Machine machine) {
        return KernelLookup.math(machine);
    }
}
