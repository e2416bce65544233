package io.github.jvig.model;

import java.util.List;

/**
 * A result of a session.
 *
 * @param name   of the output
 * @param shape  sizes of its axes; empty for a scalar
 * @param values its elements, row-major; not copied. Whole numbers and truth values (0 and 1) are floats, too
 */
public record Tensor(String name, List<Integer> shape, float[] values) {
    /** Copies the shape. */
    public Tensor {
        shape = List.copyOf(shape);
    }

    /** Name and shape: {@code output0 [1, 84, 8400]}. */
    @Override
    public String toString() {
        return name + " " + shape;
    }
}
