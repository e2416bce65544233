package io.github.jvig.model.tensor;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import java.util.List;

/** An index for each element of the output, along one axis. */
public final class GatherElements extends ItemFunction {
    private final Source data;
    private final Source indices;
    private final Steps starts;
    private final int size;
    private final int stride;

    /**
     * A gather.
     *
     * @param inputs  layouts of the buffers
     * @param data    what is read
     * @param indices an index for each element of the output; negative ones count from the end
     * @param starts  digits of the output's elements in the data, with a stride of zero along the axis
     * @param size    of the axis in the data
     * @param stride  of the axis in the data
     */
    public GatherElements(List<MapLayout> inputs, Source data, Source indices, List<Dim> starts, int size,
            int stride) {
        super("gather elements", inputs, TensorFunction.tensor(Dim.elements(starts)), Dim.elements(starts),
                4L * Dim.elements(starts));
        this.data = data;
        this.indices = indices;
        this.starts = new Steps(starts);
        this.size = size;
        this.stride = stride;
    }

    @Override
    void compute(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        float[] x = data.array(o);
        float[] index = indices.array(o);
        for (int i = from; i < to; i++) {
            int at = IndexedRead.position(index[indices.start(o) + i], size) * stride;
            o.out()[o.outOffset() + i] = x[data.start(o) + starts.at(i) + at];
        }
    }
}
