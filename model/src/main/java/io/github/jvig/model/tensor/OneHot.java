package io.github.jvig.model.tensor;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import java.util.Arrays;
import java.util.List;

/** One value at each index, another everywhere else: {@code [outer, inner]} indices to {@code [outer, depth, inner]}. */
public final class OneHot extends ItemFunction {
    private final Source indices;
    private final Source values;
    private final int depth;
    private final int inner;

    /**
     * Of indices.
     *
     * @param inputs  layouts of the buffers
     * @param indices negative ones count from the end; those out of range give no value
     * @param values  the other value, then the one
     * @param outer   indices in front of the new axis
     * @param depth   size of the new axis
     * @param inner   indices behind the new axis
     */
    public OneHot(List<MapLayout> inputs, Source indices, Source values, int outer, int depth, int inner) {
        super("one of " + depth, inputs,
                TensorFunction.tensor(Math.multiplyExact(Math.multiplyExact(outer, depth), inner)), outer,
                (long) outer * depth * inner);
        this.indices = indices;
        this.values = values;
        this.depth = depth;
        this.inner = inner;
    }

    @Override
    void compute(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        float[] index = indices.array(o);
        float off = values.array(o)[values.start(o)];
        float on = values.array(o)[values.start(o) + 1];
        for (int item = from; item < to; item++) {
            int io = o.outOffset() + item * depth * inner;
            Arrays.fill(o.out(), io, io + depth * inner, off);
            for (int i = 0; i < inner; i++) {
                int k = (int) index[indices.start(o) + item * inner + i];
                k += k < 0 ? depth : 0;
                if (k >= 0 && k < depth) {
                    o.out()[io + k * inner + i] = on;
                }
            }
        }
    }
}
