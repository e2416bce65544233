package io.github.jvig.kernels;

/**
 * Where a kernel reads and writes: arrays and the element each map starts at. Made once, used for every run, so that a run allocates
 * nothing. The output must not overlap the input or the second operand.
 *
 * @param second what {@link Spec#second()} describes, most often a residual; null, with {@code secondAt} unused, for a kernel without
 */
public record Operands(float[] in, int inAt, float[] second, int secondAt, float[] out, int outAt) {

    /** Whole arrays, no second operand. */
    public static Operands of(float[] in, float[] out) {
        return new Operands(in, 0, null, 0, out, 0);
    }

    /** Whole arrays. */
    public static Operands of(float[] in, float[] second, float[] out) {
        return new Operands(in, 0, second, 0, out, 0);
    }

    /**
     * Checks that every map of {@code spec} lies inside its array and that the output overlaps no operand.
     *
     * @return this
     * @throws IllegalArgumentException that names the operand
     */
    public Operands check(Spec spec) {
        check("input", in, inAt, spec.in().length());
        check("output", out, outAt, spec.out().length());
        if (spec.second().isPresent()) {
            if (second == null) {
                throw new IllegalArgumentException("the kernel reads a second operand and got none: " + spec);
            }
            int length = spec.second().get().length();
            check("second operand", second, secondAt, length);
            apart("second operand", second, secondAt, length, spec);
        }
        apart("input", in, inAt, spec.in().length(), spec);
        return this;
    }

    private static void check(String what, float[] array, int at, int length) {
        if (at < 0 || at > array.length - length) {
            throw new IllegalArgumentException(
                    "the " + what + " needs " + length + " floats from " + at + ", its array has "
                            + array.length);
        }
    }

    private void apart(String what, float[] array, int at, int length, Spec spec) {
        if (array == out && at < outAt + spec.out().length() && outAt < at + length) {
            throw new IllegalArgumentException("the output overlaps the " + what);
        }
    }
}
