package io.github.jvig.model.tensor;

import io.github.jvig.kernels.Operands;

/**
 * Where a function reads one of its tensors: in a buffer of the run, or in an array that it holds.
 *
 * @param input    number of the buffer among {@link TensorFunction#inputs()}; -1 for a constant
 * @param constant the array of a constant, never changed; null for a buffer
 * @param offset   element at which the tensor starts
 */
public record Source(int input, float[] constant, int offset) {
    /**
     * A constant.
     *
     * @param values the array, never changed
     * @return it from its first element on
     */
    public static Source of(float[] values) {
        return new Source(-1, values, 0);
    }

    /** The array that holds it in a run. */
    float[] array(Operands o) {
        return constant != null ? constant : o.input(input);
    }

    /** The element of {@link #array} at which it starts. */
    int start(Operands o) {
        return constant != null ? offset : o.inputOffset(input) + offset;
    }
}
