package io.github.jvig.model.weights;

import io.github.jvig.model.text.MessageText;
import java.util.Arrays;

/**
 * A tensor as a checkpoint describes it: a strided view of a storage. Not yet checked against the storage; {@link #check} does that.
 *
 * @param storage holds the elements
 *
 * @param offset  first element, counted in elements of the storage
 * @param shape   outermost size first
 * @param strides in elements, one for each size
 * @param negated whether the values are those of the storage with the other sign (PyTorch's negative bit)
 */
record TensorRef(StorageRef storage, long offset, long[] shape, long[] strides, boolean negated) {
    /** The largest number of dimensions: far more than a net has, and small enough that a description stays small. */
    static final int MAX_RANK = 16;

    /** A whole storage in C order. */
    static TensorRef contiguous(StorageRef storage, long[] shape) {
        long[] strides = new long[shape.length];
        long stride = 1;
        for (int i = shape.length - 1; i >= 0; i--) {
            strides[i] = stride;
            // Of a bad shape this may overflow; check() refuses the shape before any stride is used.
            stride *= Math.max(1, shape[i]);
        }
        return new TensorRef(storage, 0, shape, strides, false);
    }

    DType dtype() {
        return storage.dtype();
    }

    /**
     * Refuses what does not fit: sizes, strides or an offset below zero, more elements than an array can hold, elements
     * outside the storage.
     *
     * @return the number of elements
     */
    int check(String source, String name) throws WeightsException {
        long elements = 1;
        boolean empty = false;
        for (long size : shape) {
            if (size < 0 || size > Integer.MAX_VALUE) {
                throw bad(source, name, "has the impossible shape " + Arrays.toString(shape));
            }
            empty |= size == 0;
        }
        if (empty) {
            return 0;
        }
        long last = offset;
        try {
            for (int i = 0; i < shape.length; i++) {
                elements = Math.multiplyExact(elements, shape[i]);
                last = Math.addExact(last, Math.multiplyExact(shape[i] - 1, strides[i]));
                if (strides[i] < 0) {
                    throw bad(source, name, "has the impossible strides " + Arrays.toString(strides));
                }
            }
        } catch (ArithmeticException _) {
            throw bad(source, name, "has a shape or strides beyond any file: " + Arrays.toString(shape));
        }
        if (offset < 0 || last >= storage.count()) {
            throw bad(source, name,
                    "reaches to element " + last + " from " + offset + " of a storage of " + storage.count());
        }
        if (elements > (Integer.MAX_VALUE - 8) / dtype().bytes()) {
            throw bad(source, name, "has more elements than an array can hold: " + Arrays.toString(shape));
        }
        return (int) elements;
    }

    /** Whether the elements lie in C order without gaps, so that they can be read in one piece. */
    boolean isContiguous() {
        long stride = 1;
        for (int i = shape.length - 1; i >= 0; i--) {
            // The stride of a dimension of size 1 is never used.
            if (shape[i] != 1 && strides[i] != stride) {
                return false;
            }
            stride *= shape[i];
        }
        return true;
    }

    /** Elements from the first to the last one used, both included. Of a checked, non-empty tensor. */
    long span() {
        long span = 1;
        for (int i = 0; i < shape.length; i++) {
            span += (shape[i] - 1) * strides[i];
        }
        return span;
    }

    /** The shape. Of a checked tensor. */
    int[] sizes() {
        return Arrays.stream(shape).mapToInt(Math::toIntExact).toArray();
    }

    private static WeightsException bad(String source, String name, String what) {
        return new WeightsException(source + ": tensor " + MessageText.quote(name) + " " + what);
    }
}
