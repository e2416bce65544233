package io.github.jvig.model.tensor;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import java.util.Arrays;
import java.util.List;

/**
 * Elements along one axis as weighted sums, or as the greatest, of some of the input: one axis of a resize or a pool. From
 * {@code [outer, n, inner]} to {@code [outer, m, inner]}, both row-major.
 */
public final class AxisFilter extends ItemFunction {
    private final Source source;
    private final int[][] taps;
    private final float[][] weights;
    private final float empty;
    private final int n;
    private final int inner;

    /**
     * A filter.
     *
     * @param what    in words
     * @param inputs  layouts of the buffers
     * @param source  what is read
     * @param outer   elements of the axes in front
     * @param n       size of the axis
     * @param inner   elements of the axes behind
     * @param taps    for each element of the result the indices along the axis
     * @param weights for each of them the weight; null for the greatest, in which NaN counts as such
     * @param empty   the result where there are no taps
     */
    public AxisFilter(String what, List<MapLayout> inputs, Source source, int outer, int n, int inner, int[][] taps,
            float[][] weights, float empty) {
        super(what, inputs,
                TensorFunction.tensor(Math.multiplyExact(Math.multiplyExact(outer, inner), taps.length)),
                outer * taps.length, 2L * outer * inner * Arrays.stream(taps).mapToInt(t -> t.length).sum());
        this.source = source;
        this.taps = taps;
        this.weights = weights;
        this.empty = empty;
        this.n = n;
        this.inner = inner;
    }

    @Override
    void compute(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        float[] x = source.array(o);
        float[] out = o.out();
        for (int item = from; item < to; item++) {
            int before = item / taps.length;
            int j = item - before * taps.length;
            int start = source.start(o) + before * n * inner;
            int io = o.outOffset() + item * inner;
            int[] axis = taps[j];
            if (axis.length == 0) {
                Arrays.fill(out, io, io + inner, empty);
                continue;
            }
            if (weights == null) {
                System.arraycopy(x, start + axis[0] * inner, out, io, inner);
                for (int t = 1; t < axis.length; t++) {
                    int in = start + axis[t] * inner;
                    for (int i = 0; i < inner; i++) {
                        out[io + i] = Math.max(out[io + i], x[in + i]);
                    }
                }
                continue;
            }
            Arrays.fill(out, io, io + inner, 0f);
            for (int t = 0; t < axis.length; t++) {
                int in = start + axis[t] * inner;
                float w = weights[j][t];
                for (int i = 0; i < inner; i++) {
                    out[io + i] += w * x[in + i];
                }
            }
        }
    }
}
