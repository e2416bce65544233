package io.github.jvig.kernels;

import java.util.List;
import java.util.Objects;

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
 * @param more      the third map of {@link Computation#inputs()} and those behind it; empty for a kernel of one or two
 */
public record Operands(float[] in, int inOffset, float[] in2, int in2Offset, float[] out, int outOffset,
        List<Input> more) {
    /**
     * One of the maps that a kernel reads.
     *
     * @param array  holds the map; its pad lanes hold zero
     * @param offset element at which the map starts
     */
    public record Input(float[] array, int offset) {
        /** Refuses null. */
        public Input {
            Objects.requireNonNull(array, "array");
        }
    }

    /** Copies the list. */
    public Operands {
        more = List.copyOf(more);
    }

    /**
     * Operands of a kernel that reads one or two maps.
     *
     * @param in        array that holds the first map
     * @param inOffset  element at which that map starts
     * @param in2       array that holds the second map; null for a kernel without one
     * @param in2Offset element at which that map starts; unused for a kernel without one
     * @param out       array that the result is written to
     * @param outOffset element at which the result starts
     */
    public Operands(float[] in, int inOffset, float[] in2, int in2Offset, float[] out, int outOffset) {
        this(in, inOffset, in2, in2Offset, out, outOffset, List.of());
    }

    /**
     * Operands of a kernel that reads any number of maps.
     *
     * @param inputs    the maps in the order of {@link Computation#inputs()}, at least one
     * @param out       array that the result is written to
     * @param outOffset element at which the result starts
     * @return the operands
     */
    public static Operands of(List<Input> inputs, float[] out, int outOffset) {
        Input first = inputs.getFirst();
        Input second = inputs.size() > 1 ? inputs.get(1) : null;
        return new Operands(first.array, first.offset, second == null ? null : second.array,
                second == null ? 0 : second.offset, out, outOffset,
                inputs.size() > 2 ? inputs.subList(2, inputs.size()) : List.of());
    }

    /**
     * One of the maps that are read.
     *
     * @param i number of the map in {@link Computation#inputs()}, from 0
     * @return the array that holds it
     */
    public float[] input(int i) {
        return i == 0 ? in : i == 1 ? in2 : more.get(i - 2).array;
    }

    /**
     * Where one of the maps that are read starts.
     *
     * @param i number of the map in {@link Computation#inputs()}, from 0
     * @return element of {@link #input}
     */
    public int inputOffset(int i) {
        return i == 0 ? inOffset : i == 1 ? in2Offset : more.get(i - 2).offset;
    }

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
        List<MapLayout> inputs = spec.inputs();
        check("output", out, outOffset, spec.out().length());
        for (int i = 0; i < inputs.size(); i++) {
            String what = i == 0 ? "input" : i == 1 ? "second operand" : "operand " + (i + 1);
            if (i == 1 && in2 == null || i > 1 && i - 2 >= more.size()) {
                throw new IllegalArgumentException(
                        "the kernel reads a map more than it got, the " + what + ": " + spec);
            }
            int length = inputs.get(i).length();
            check(what, input(i), inputOffset(i), length);
            apart(what, input(i), inputOffset(i), length, spec);
        }
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
