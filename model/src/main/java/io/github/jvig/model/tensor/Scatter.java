package io.github.jvig.model.tensor;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import java.util.List;
import java.util.Locale;

/**
 * A copy of a row-major tensor with some slices replaced by updates, or combined with them, at indices that come at run time. One item, as
 * updates may meet. An index that is out of range is as the nearest.
 */
public final class Scatter extends ItemFunction {
    /** How an update is combined with what is there. */
    public enum Mode {
        /** It replaces it. */
        NONE,
        /** Sum. */
        ADD,
        /** Product. */
        MUL,
        /** The greater. */
        MAX,
        /** The lesser. */
        MIN;

        float of(float there, float update) {
            return switch (this) {
                case NONE -> update;
                case ADD -> there + update;
                case MUL -> there * update;
                case MAX -> Math.max(there, update);
                case MIN -> Math.min(there, update);
            };
        }
    }

    private final Mode mode;
    private final Source data;
    private final Source indices;
    private final Source updates;
    private final Steps starts;
    private final int[] sizes;
    private final int[] strides;
    private final int slice;
    private final int elements;

    /**
     * A scatter. Tuple {@code j} of the indices places slice {@code j} of the updates at {@code starts[j]} plus its indices by the strides.
     *
     * @param mode     how they are combined
     * @param inputs   layouts of the buffers
     * @param data     what is copied
     * @param elements its number of elements
     * @param indices  tuples of as many indices as there are strides
     * @param updates  a slice for each tuple
     * @param starts   digits that say where each tuple counts from
     * @param sizes    of each index of a tuple the number of values
     * @param strides  of each index of a tuple the distance of two
     * @param slice    elements of a slice
     */
    public Scatter(Mode mode, List<MapLayout> inputs, Source data, int elements, Source indices, Source updates,
            List<Dim> starts, int[] sizes, int[] strides, int slice) {
        super("scatter by " + mode.name().toLowerCase(Locale.ROOT), inputs, TensorFunction.tensor(elements), 1,
                elements);
        this.mode = mode;
        this.data = data;
        this.indices = indices;
        this.updates = updates;
        this.starts = new Steps(starts);
        this.sizes = sizes;
        this.strides = strides;
        this.slice = slice;
        this.elements = elements;
    }

    @Override
    void compute(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        float[] out = o.out();
        System.arraycopy(data.array(o), data.start(o), out, o.outOffset(), elements);
        float[] index = indices.array(o);
        float[] update = updates.array(o);
        for (int j = 0; j < starts.count(); j++) {
            int at = o.outOffset() + starts.at(j);
            int tuple = indices.start(o) + j * sizes.length;
            for (int d = 0; d < sizes.length; d++) {
                at += IndexedRead.position(index[tuple + d], sizes[d]) * strides[d];
            }
            int in = updates.start(o) + j * slice;
            for (int i = 0; i < slice; i++) {
                out[at + i] = mode.of(out[at + i], update[in + i]);
            }
        }
    }
}
