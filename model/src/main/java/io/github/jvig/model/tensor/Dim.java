package io.github.jvig.model.tensor;

import java.util.ArrayList;
import java.util.List;

/**
 * Some elements of a buffer at equal distances: one digit of an index.
 *
 * @param extent number of elements, at least 1
 * @param stride floats of the buffer from one to the next; 0 where one element is repeated, negative where they are read backwards
 */
public record Dim(int extent, int stride) {
    /**
     * Digits of a row-major index.
     *
     * @param shape sizes of the axes
     * @return a digit for each axis
     */
    public static List<Dim> rowMajor(List<Integer> shape) {
        List<Dim> dims = new ArrayList<>();
        int stride = 1;
        for (int size : shape.reversed()) {
            dims.addFirst(new Dim(size, stride));
            stride = Math.multiplyExact(stride, size);
        }
        return dims;
    }

    /**
     * As few digits as have the same elements in the same order.
     *
     * @param dims digits, the slowest first
     * @return without those of extent 1, and with neighbors that step evenly as one
     */
    public static List<Dim> merged(List<Dim> dims) {
        List<Dim> merged = new ArrayList<>();
        for (Dim dim : dims) {
            if (dim.extent == 1) {
                continue;
            }
            if (!merged.isEmpty() && merged.getLast().stride == dim.stride * dim.extent) {
                Dim before = merged.removeLast();
                merged.add(new Dim(before.extent * dim.extent, dim.stride));
            } else {
                merged.add(dim);
            }
        }
        return List.copyOf(merged);
    }

    /**
     * The product of the extents.
     *
     * @param dims digits
     * @return number of elements
     */
    public static int elements(List<Dim> dims) {
        int product = 1;
        for (Dim dim : dims) {
            product = Math.multiplyExact(product, dim.extent);
        }
        return product;
    }
}
