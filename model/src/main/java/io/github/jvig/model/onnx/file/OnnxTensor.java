package io.github.jvig.model.onnx.file;

import java.util.List;
import java.util.Objects;

/**
 * A constant tensor, row-major. Its elements belong to it and are never changed.
 *
 * @param kind     of its elements
 * @param shape    sizes of the axes, each at least 0; empty for a scalar
 * @param floats   the elements of kind {@link Kind#FLOAT}; else null
 * @param integers the elements of the other kinds, truth values as 0 and 1; else null
 * @param stored   ONNX's number of the type that the file has the elements as, which zero points of quantized tensors tell theirs by; 0 for
 *                 a tensor that is computed
 */
public record OnnxTensor(Kind kind, List<Integer> shape, float[] floats, long[] integers, int stored) {
    /** Kinds of elements as they are computed with; the file's float16, bfloat16 and double become float, all integers long. */
    public enum Kind {
        /** Real numbers. */
        FLOAT,
        /** Whole numbers. */
        INTEGER,
        /** Truth values. */
        BOOLEAN
    }

    /**
     * Checks the number of elements.
     *
     * @throws IllegalArgumentException when the shape asks for another number
     */
    public OnnxTensor {
        Objects.requireNonNull(kind, "kind");
        shape = List.copyOf(shape);
        long elements = 1;
        for (int size : shape) {
            elements = Math.multiplyExact(elements, size);
        }
        int have = kind == Kind.FLOAT ? floats.length : integers.length;
        if (have != elements) {
            throw new IllegalArgumentException("a tensor of shape " + shape + " with " + have + " elements");
        }
    }

    /**
     * A tensor that is computed.
     *
     * @param kind     of its elements
     * @param shape    sizes of the axes
     * @param floats   the elements of kind {@link Kind#FLOAT}; else null
     * @param integers the elements of the other kinds; else null
     */
    public OnnxTensor(Kind kind, List<Integer> shape, float[] floats, long[] integers) {
        this(kind, shape, floats, integers, 0);
    }

    /**
     * A tensor of real numbers.
     *
     * @param shape  sizes of the axes
     * @param floats the elements
     * @return the tensor
     */
    public static OnnxTensor of(List<Integer> shape, float[] floats) {
        return new OnnxTensor(Kind.FLOAT, shape, floats, null);
    }

    /**
     * A tensor of whole numbers.
     *
     * @param shape    sizes of the axes
     * @param integers the elements
     * @return the tensor
     */
    public static OnnxTensor of(List<Integer> shape, long[] integers) {
        return new OnnxTensor(Kind.INTEGER, shape, null, integers);
    }

    /** {@return the number of elements} */
    public int elements() {
        return kind == Kind.FLOAT ? floats.length : integers.length;
    }

    /** {@return the elements as floats; the tensor's own array where they are} The array must not be changed. */
    public float[] asFloats() {
        if (kind == Kind.FLOAT) {
            return floats;
        }
        float[] converted = new float[integers.length];
        for (int i = 0; i < converted.length; i++) {
            converted[i] = integers[i];
        }
        return converted;
    }
}
