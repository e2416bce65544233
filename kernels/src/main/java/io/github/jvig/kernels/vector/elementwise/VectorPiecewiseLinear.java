package io.github.jvig.kernels.vector.elementwise;

import static io.github.jvig.kernels.vector.common.VectorConfig.FLOATS;
import static io.github.jvig.kernels.vector.common.VectorConfig.LANES;

import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.PiecewiseLinear;
import io.github.jvig.kernels.vector.common.Split;
import io.github.jvig.kernels.vector.common.VectorConfig;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * {@link PiecewiseLinear}, a vector of channels of several pixels after the other, its parameters in registers. Those of pad lanes are zero and
 * give zero.
 */
public final class VectorPiecewiseLinear implements Kernel {
    /** Pixels that are gone over again for each vector of channels: they stay in the nearest cache up to 256 channels. */
    private static final int PIXELS = 16;
    /** A multiply-accumulate of a matrix product is done in the time in which a sixteenth of an element is fetched. */
    private static final long ELEMENT_MACS = 16;

    private final PiecewiseLinear spec;
    /** {@code [4][stride]}. */
    private final float[] weight;
    private final Split split;

    public VectorPiecewiseLinear(PiecewiseLinear spec, float[] weight) {
        MapLayout map = spec.in();
        this.spec = spec;
        this.weight = new float[PiecewiseLinear.PARAMETERS * map.stride()];
        for (int i = 0; i < PiecewiseLinear.PARAMETERS; i++) {
            System.arraycopy(weight, i * map.channels(), this.weight, i * map.stride(), map.channels());
        }
        split = Split.ofRows(ELEMENT_MACS * map.length(), map.height());
    }

    @Override
    public PiecewiseLinear spec() {
        return spec;
    }

    @Override
    public String name() {
        return "f32-piecewise-linear-" + VectorConfig.NAME;
    }

    @Override
    public int units() {
        return split.units();
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        MapLayout map = spec.in();
        int stride = map.stride();
        int end = split.row(to) * map.width();
        for (int p = split.row(from) * map.width(); p < end; p += PIXELS) {
            int pixels = Math.min(PIXELS, end - p);
            for (int c = 0; c < stride; c += LANES) {
                column(o.in(), o.inOffset() + p * stride + c, weight, c, stride, o.out(),
                        o.outOffset() + p * stride + c, pixels);
            }
        }
    }

    private static void column(float[] in, int at, float[] weight, int c, int stride, float[] out, int outAt,
            int pixels) {
        FloatVector knee = FloatVector.fromArray(FLOATS, weight, c);
        FloatVector below = FloatVector.fromArray(FLOATS, weight, c + stride);
        FloatVector above = FloatVector.fromArray(FLOATS, weight, c + 2 * stride);
        FloatVector value = FloatVector.fromArray(FLOATS, weight, c + 3 * stride);
        for (int p = 0; p < pixels; p++) {
            FloatVector x = FloatVector.fromArray(FLOATS, in, at).sub(knee);
            below.blend(above, x.compare(VectorOperators.GE, 0f)).fma(x, value).intoArray(out, outAt);
            at += stride;
            outAt += stride;
        }
    }
}
