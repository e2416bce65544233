package io.github.jvig.model;

import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;

/**
 * An input or an output of a session: its name, what its elements are, and its shape.
 *
 * @param name  in the file of an ONNX model; {@code input} and {@code logits} of a named net
 * @param kind  of the elements
 * @param shape sizes of the axes, each at least 1, or {@link #VARIABLE}; empty for a scalar
 */
public record TensorInfo(String name, Kind kind, List<Integer> shape) {
    /** The size of an axis that depends on what is computed, such as the number of boxes that a detector finds. */
    public static final int VARIABLE = -1;
    /** Whole numbers up to this are exact as floats. */
    private static final float MAX_WHOLE = 1 << 24;

    /** What elements are. All are given and returned as floats. */
    public enum Kind {
        /** Real numbers. */
        FLOAT("real numbers"),
        /** Whole numbers, exact up to 2^24. */
        INTEGER("whole numbers"),
        /** Truth values, 0 and 1. */
        BOOLEAN("truth values (0 and 1)");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        /** {@return the kind in words, for messages} */
        public String words() {
            return words;
        }

        boolean holds(float value) {
            return switch (this) {
                case FLOAT -> true;
                case INTEGER -> value == Math.rint(value) && Math.abs(value) <= MAX_WHOLE;
                case BOOLEAN -> value == 0 || value == 1;
            };
        }
    }

    /**
     * Copies the shape.
     *
     * @throws IllegalArgumentException when a size is below 1 and not {@link #VARIABLE}, or there are more elements than one Java array can have
     */
    public TensorInfo {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(kind, "kind");
        shape = List.copyOf(shape);
        elements(name, shape);
    }

    private static int elements(String name, List<Integer> shape) {
        long elements = 1;
        for (int size : shape) {
            elements *= size == VARIABLE ? 1 : size;
            if (size < 1 && size != VARIABLE || elements > Integer.MAX_VALUE - 8) {
                throw new IllegalArgumentException(name + ": a shape of " + shape + " can't be run");
            }
        }
        return (int) elements;
    }

    /** {@return whether the size of an axis is {@link #VARIABLE}} */
    public boolean isVariable() {
        return shape.contains(VARIABLE);
    }

    /**
     * The number of elements.
     *
     * @return at least 1
     * @throws IllegalStateException when a size is {@link #VARIABLE}
     */
    public int elements() {
        if (isVariable()) {
            throw new IllegalStateException("the output " + this + " has as many elements as the net finds");
        }
        return elements(name, shape);
    }

    /** Whether these are the elements of one such tensor; the message of the failure names it. */
    void check(float[] values) {
        if (values.length != elements()) {
            throw new IllegalArgumentException("the input " + this + " takes " + elements() + " elements, not "
                    + values.length);
        }
        for (int i = 0; kind != Kind.FLOAT && i < values.length; i++) {
            if (!kind.holds(values[i])) {
                throw new IllegalArgumentException("the input " + this + " takes " + kind.words + ", and element " + i
                        + " is " + values[i]);
            }
        }
    }

    /**
     * Elements to time a model with: real numbers evenly from -2 to 2, which is the range of normalized images, and 0 or 1 for the other
     * kinds, since indices above that may not be valid.
     *
     * @param inputs of a session
     * @param seed   the same numbers for the same seed
     * @return the elements of all inputs, one input behind the other
     */
    public static float[] random(List<TensorInfo> inputs, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[inputs.stream().mapToInt(TensorInfo::elements).reduce(0, Math::addExact)];
        int at = 0;
        for (TensorInfo input : inputs) {
            for (int end = at + input.elements(); at < end; at++) {
                values[at] = input.kind == Kind.FLOAT ? (float) random.nextDouble(-2, 2) : random.nextInt(2);
            }
        }
        return values;
    }

    /** Name and shape: {@code images [1, 3, 640, 640]}. */
    @Override
    public String toString() {
        return name + " " + shape;
    }
}
