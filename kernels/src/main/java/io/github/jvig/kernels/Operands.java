package io.github.jvig.kernels;

/**
 * Where a kernel reads and writes: arrays and the element each map starts at. Made once, used for every run, so that a run allocates
 * nothing. The output must not overlap the input or the second operand.
 *
 * @param in2 what {@link Computation#in2()} describes, most often a residual; null, with {@code in2Offset} unused, for a kernel without
 */
public record Operands(float[] in, int inOffset, float[] in2, int in2Offset, float[] out, int outOffset) {

    /** Whole arrays, no second operand. */
    public static Operands of(float[] in, float[] out) {
        return new Operands(in, 0, null, 0, out, 0);
    }

    /** Whole arrays. */
    public static Operands of(float[] in, float[] in2, float[] out) {
        return new Operands(in, 0, in2, 0, out, 0);
    }

    /**
     * Checks that every map of {@code spec} lies inside its array and that the output overlaps no operand.
     *
     * @return this
     * @throws IllegalArgumentException that names the operand
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
