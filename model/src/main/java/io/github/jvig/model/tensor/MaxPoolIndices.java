package io.github.jvig.model.tensor;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import java.util.List;

/** A max pool that says where in the tensor each maximum stood: all values, then all indices. Exact for tensors below 2^24 elements. */
public final class MaxPoolIndices extends ItemFunction {
    private final Source x;
    private final int planes;
    private final Geometry g;
    private final boolean columnMajor;

    /**
     * A pool.
     *
     * @param inputs      layouts of the buffers
     * @param x           the input
     * @param planes      images times channels
     * @param g           the window
     * @param columnMajor whether indices within a plane count with the first axis the fastest
     */
    public MaxPoolIndices(List<MapLayout> inputs, Source x, int planes, Geometry g, boolean columnMajor) {
        super("max pool with indices", inputs,
                TensorFunction.tensor(Math.multiplyExact(2 * planes, g.outputs())), planes,
                (long) planes * g.outputs() * g.taps());
        this.x = x;
        this.planes = planes;
        this.g = g;
        this.columnMajor = columnMajor;
    }

    @Override
    void compute(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        int[] size = g.in();
        float[] in = x.array(o);
        for (int plane = from; plane < to; plane++) {
            int start = x.start(o) + plane * g.inputs();
            for (int i = 0; i < g.outputs(); i++) {
                float best = Float.NEGATIVE_INFINITY;
                int where = -1;
                for (int tap = 0; tap < g.taps(); tap++) {
                    int px = at(2, i % g.out()[2], tap % g.kernel()[2]);
                    int py = at(1, i / g.out()[2] % g.out()[1], tap / g.kernel()[2] % g.kernel()[1]);
                    int pz = at(0, i / (g.out()[2] * g.out()[1]), tap / (g.kernel()[2] * g.kernel()[1]));
                    if (px < 0 || py < 0 || pz < 0) {
                        continue;
                    }
                    float value = in[start + (pz * size[1] + py) * size[2] + px];
                    if (where < 0 || value > best) {
                        best = value;
                        where = columnMajor
                                ? (px * size[1] + py) * size[0] + pz
                                : (pz * size[1] + py) * size[2] + px;
                    }
                }
                int io = o.outOffset() + plane * g.outputs() + i;
                o.out()[io] = best;
                o.out()[io + planes * g.outputs()] = plane * g.inputs() + where;
            }
        }
    }

    /** Position in the input along an axis; -1 where there is none. */
    private int at(int axis, int out, int tap) {
        int at = out * g.stride()[axis] + tap * g.dilation()[axis] - g.pad()[axis];
        return at < g.in()[axis] ? at : -1;
    }
}
