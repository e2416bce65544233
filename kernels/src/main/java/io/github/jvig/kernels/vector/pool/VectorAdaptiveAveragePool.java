package io.github.jvig.kernels.vector.pool;

import static io.github.jvig.kernels.vector.common.VectorConfig.LANES;

import io.github.jvig.kernels.AdaptiveAveragePool;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.vector.common.Split;
import io.github.jvig.kernels.vector.common.VectorConfig;
import java.util.Arrays;

/** {@link AdaptiveAveragePool} in float: each row of a window by itself, then the rows. A unit is a block of rows of the result. */
public record VectorAdaptiveAveragePool(AdaptiveAveragePool spec, Split split) implements Kernel {
    /** A multiply-accumulate of a matrix product is done in the time in which an eighth of an element is fetched and added. */
    private static final long ELEMENT_MACS = 8;

    public VectorAdaptiveAveragePool(AdaptiveAveragePool spec) {
        this(spec, Split.ofRows(ELEMENT_MACS * Math.max(spec.in().length(), spec.out().length()),
                spec.out().height()));
    }

    @Override
    public String name() {
        return "f32-adaptive-average-pool-" + VectorConfig.NAME;
    }

    @Override
    public int units() {
        return split.units();
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        MapLayout in = spec.in();
        MapLayout out = spec.out();
        int width = VectorConfig.vectors(in.channels()) * LANES;
        int end = split.row(to);
        for (int i = split.row(from); i < end; i++) {
            int top = AdaptiveAveragePool.start(i, in.height(), out.height());
            int bottom = AdaptiveAveragePool.end(i, in.height(), out.height());
            for (int j = 0; j < out.width(); j++) {
                int left = AdaptiveAveragePool.start(j, in.width(), out.width());
                int columns = AdaptiveAveragePool.end(j, in.width(), out.width()) - left;
                int at = o.outOffset() + (i * out.width() + j) * out.stride();
                Arrays.fill(o.out(), at, at + out.stride(), 0f);
                for (int y = top; y < bottom; y++) {
                    float factor = y < bottom - 1 ? 1f : 1f / ((bottom - top) * columns);
                    VectorGlobalAveragePool.addRow(o.in(), o.inOffset() + (y * in.width() + left) * in.stride(),
                            columns, in.stride(), factor, o.out(), at, width);
                }
            }
        }
    }
}
