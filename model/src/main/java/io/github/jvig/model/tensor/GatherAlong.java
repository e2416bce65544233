package io.github.jvig.model.tensor;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import java.util.List;

/** Reads along an axis by indices that come at run time: {@code [outer, n, inner]} by q indices to {@code [outer, q, inner]}. */
public final class GatherAlong extends ItemFunction {
    private final Source data;
    private final Source indices;
    private final int n;
    private final int q;
    private final int inner;

    /**
     * A gather.
     *
     * @param inputs  layouts of the buffers
     * @param data    what is read
     * @param indices q of them; negative ones count from the end
     * @param outer   elements of the axes in front
     * @param n       size of the axis
     * @param inner   elements of the axes behind
     * @param q       number of indices
     */
    public GatherAlong(List<MapLayout> inputs, Source data, Source indices, int outer, int n, int inner, int q) {
        super("gather " + q + " of " + n, inputs,
                TensorFunction.tensor(Math.multiplyExact(Math.multiplyExact(outer, q), inner)), outer * q,
                (long) outer * q * inner);
        this.data = data;
        this.indices = indices;
        this.n = n;
        this.q = q;
        this.inner = inner;
    }

    @Override
    void compute(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        float[] x = data.array(o);
        float[] index = indices.array(o);
        for (int item = from; item < to; item++) {
            int j = item % q;
            int i = IndexedRead.position(index[indices.start(o) + j], n);
            System.arraycopy(x, data.start(o) + (item / q * n + i) * inner, o.out(), o.outOffset() + item * inner,
                    inner);
        }
    }
}
