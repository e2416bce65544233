package io.github.jvig.model.tensor;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import java.util.List;

/**
 * Picks slices of a row-major tensor by indices that are known at run time only. A negative index counts from the end; one that is out of
 * range reads the nearest slice.
 */
public final class IndexedRead extends ItemFunction {
    private final Source data;
    private final Source indices;
    private final int[] starts;
    private final int perStart;
    private final int[] sizes;
    private final int[] strides;
    private final int slice;

    /**
     * A read. Tuple {@code j} of the indices, one of {@code starts.length * perStart}, reads the slice at {@code starts[j / perStart]} plus
     * its indices by the strides.
     *
     * @param what     in words
     * @param inputs   layouts of the buffers
     * @param data     what is read
     * @param indices  tuples of as many indices as there are strides
     * @param starts   where a group of tuples counts from
     * @param perStart tuples of a group
     * @param sizes    of each index of a tuple the number of values
     * @param strides  of each index of a tuple the distance of two
     * @param slice    elements of a slice
     */
    public IndexedRead(String what, List<MapLayout> inputs, Source data, Source indices, int[] starts, int perStart,
            int[] sizes, int[] strides, int slice) {
        super(what, inputs,
                TensorFunction.tensor(Math.multiplyExact(Math.multiplyExact(starts.length, perStart), slice)),
                starts.length * perStart, (long) starts.length * perStart * slice);
        this.data = data;
        this.indices = indices;
        this.starts = starts;
        this.perStart = perStart;
        this.sizes = sizes;
        this.strides = strides;
        this.slice = slice;
    }

    @Override
    void compute(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        float[] x = data.array(o);
        float[] index = indices.array(o);
        int n = sizes.length;
        for (int item = from; item < to; item++) {
            int at = data.start(o) + starts[item / perStart];
            int tuple = indices.start(o) + item * n;
            for (int d = 0; d < n; d++) {
                at += position(index[tuple + d], sizes[d]) * strides[d];
            }
            System.arraycopy(x, at, o.out(), o.outOffset() + item * slice, slice);
        }
    }

    /** An index as one within range. */
    static int position(float index, int size) {
        int i = (int) index;
        return Math.clamp(i < 0 ? i + size : i, 0, size - 1);
    }
}
