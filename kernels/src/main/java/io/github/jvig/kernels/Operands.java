package io.github.jvig.kernels;

/**
 * Where a kernel reads and writes: arrays and the element each map starts at. Made once, used for every run, so that a run allocates
 * nothing. The output must not overlap the input or the second operand. Nothing is checked here; {@link #check} does that.
 *
 * @param in        array that holds the map of {@link Computation#in()}; its pad lanes hold zero
 * @param inOffset  element at which that map starts
 * @param in2       array that holds the map of {@link Computation#in2()}, in most cases a residual; null for a kernel without one
 * @param in2Offset element at which that map starts; unused for a kernel without one
 * @param out       array that the result, {@link Computation#out()}, is written to
 * @param outOffset element at which the result starts
 */
public record Operands(float[] in, int inOffset, float[] in2, int in2Offset, float[] out, int outOffset) {

    /**
     * Whole arrays, no second operand.
     *
     * @param in  the input, from its first element on
     * @param out the output, from its first element on
     * @return the operands
     */
    public static Operands of(float[] in, float[] out) {
        return new Operands(in, 0, null, 0, out, 0);
    }

    /**
     * Whole arrays with a second operand.
     *
     * @param in  the input, from its first element on
     * @param in2 the second operand, from its first element on; null for none
     * @param out the output, from its first element on
     * @return the operands
     */
    public static Operands of(float[] in, float[] in2, float[] out) {
        return new Operands(in, 0, in2, 0, out, 0);
    }

    /**
     * Checks that every map of {@code spec} lies inside its array and that the output overlaps no operand.
     *
     * @param spec what a kernel is to compute on them
     * @return this
     * @throws IllegalArgumentException that names the operand: when a map does not lie inside its array, the second operand is missing, or
     *                                  the output overlaps an input
     */
    public Operands check(Computation spec) {
        check("input", in, inOffset, spec.in().length());
        check("output", out, outOffset, spec.out().length());
        if (spec.inputs().size() > 2) {
            throw new IllegalArgumentException(
                    "a kernel reads one or two maps, not " + spec.inputs().size() + ": " + spec);
        }
        if (spec.in2().isPresent()) {
            if (in2 == null) {
                throw new IllegalArgumentException("the kernel reads a second operand and got none: " + spec);
            }
            int length = spec.in2().get().length();
            check("second operand", in2, in2Offset, length);
            apart("second operand", in2, in2Offset, length, spec);
        }
        apart("input", in, inOffset, spec.in().length(), spec);
        return this;
    }

    private static void check(String what, float[] array, int at, int length) {
        if (at < 0 || at > array.length - length) {
            throw new IllegalArgumentException(
                    "the " + what + " needs " + length + " floats from " + at + ", its array has "
                            + array.length);
        }
    }

    private void apart(String what, float[] array, int at, int length, Computation spec) {
        if (array == out && at < outOffset + spec.out().length() && outOffset < at + length) {
            throw new IllegalArgumentException("the output overlaps the " + what);
        }
    }
}
