package io.github.jvig.kernels.vector.attention;

import static io.github.jvig.kernels.vector.activation.ExpConstants.EXPONENT_OF_ONE;
import static io.github.jvig.kernels.vector.activation.ExpConstants.LOG2_E;
import static io.github.jvig.kernels.vector.activation.ExpConstants.MANTISSA_BITS;
import static io.github.jvig.kernels.vector.activation.ExpConstants.Q0;
import static io.github.jvig.kernels.vector.activation.ExpConstants.Q1;
import static io.github.jvig.kernels.vector.activation.ExpConstants.Q2;
import static io.github.jvig.kernels.vector.activation.ExpConstants.Q3;
import static io.github.jvig.kernels.vector.activation.ExpConstants.Q4;
import static io.github.jvig.kernels.vector.activation.ExpConstants.ROUNDING;
import static io.github.jvig.kernels.vector.common.KnownClass.known;
import static io.github.jvig.kernels.vector.common.VectorConfig.FLOATS;
import static io.github.jvig.kernels.vector.common.VectorConfig.LANES;

import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.SpatialSoftmax;
import io.github.jvig.kernels.vector.activation.Epilogues;
import io.github.jvig.kernels.vector.activation.Softmax;
import io.github.jvig.kernels.vector.common.Split;
import io.github.jvig.kernels.vector.common.VectorConfig;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * {@link SpatialSoftmax} with a channel in each lane: the maximum, then the exponentials and their sums, then the quotients. A unit is some
 * vectors of channels on all pixels. The exponential is that of {@link Softmax}.
 */
public record VectorSpatialSoftmax(SpatialSoftmax spec, Split split) implements Kernel {
    /** An element takes about as long as 48 multiply-accumulates of a matrix product. */
    private static final long ELEMENT_MACS = 48;

    public VectorSpatialSoftmax(SpatialSoftmax spec) {
        this(spec, Split.of(ELEMENT_MACS * spec.in().pixels() * VectorConfig.vectors(spec.in().channels()) * LANES, 1,
                1, VectorConfig.vectors(spec.in().channels())));
    }

    @Override
    public String name() {
        return "f32-spatial-softmax-" + VectorConfig.NAME;
    }

    @Override
    public int units() {
        return split.units();
    }

    /** The maximum and the sum of each lane. */
    @Override
    public int scratch() {
        return 2 * LANES;
    }

    @Override
    public void run(Operands o, float[] scratch, int offset, int from, int to) {
        MapLayout map = spec.in();
        int step = map.stride();
        int row = map.width() * step;
        int sums = offset + LANES;
        for (int unit = from; unit < to; unit++) {
            for (int v = split.firstPanel(unit); v < split.endPanel(unit); v++) {
                int in = o.inOffset() + v * LANES;
                int out = o.outOffset() + v * LANES;
                maximum(o.in(), in, step, map.pixels(), scratch, offset);
                FloatVector.zero(FLOATS).intoArray(scratch, sums);
                for (int y = 0; y < map.height(); y++) {
                    exponentials(o.in(), in + y * row, step, map.width(), scratch, offset, sums, o.out(),
                            out + y * row);
                }
                int channels = Math.min(LANES, map.channels() - v * LANES);
                for (int i = 0; i < LANES; i++) {
                    scratch[sums + i] = i < channels ? 1 / scratch[sums + i] : 0f;
                }
                scale(o.out(), out, step, map.pixels(), scratch, sums);
            }
            if (split.endPanel(unit) == split.panels()) {
                Epilogues.clear(o.out(), o.outOffset(), step, map.pixels(), split.panels() * LANES);
            }
        }
    }

    /** By compare and blend, which is cheaper than a float maximum and passes by NaN. */
    private static void maximum(float[] x, int offset, int step, int pixels, float[] to, int toOffset) {
        FloatVector max = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
        for (int p = 0, i = offset; p < pixels; p++, i += step) {
            FloatVector v = FloatVector.fromArray(FLOATS, x, i);
            max = known(max).blend(v, v.compare(VectorOperators.GT, max));
        }
        max.intoArray(to, toOffset);
    }

    /** {@code exp(x - max)} of a row of pixels; adds the sum of each lane. */
    private static void exponentials(float[] x, int offset, int step, int pixels, float[] scratch, int max, int sums,
            float[] out, int outOffset) {
        FloatVector most = FloatVector.fromArray(FLOATS, scratch, max);
        FloatVector sum = FloatVector.zero(FLOATS);
        for (int p = 0, i = offset, j = outOffset; p < pixels; p++, i += step, j += step) {
            FloatVector v = FloatVector.fromArray(FLOATS, x, i).sub(most);
            FloatVector rounded = v.fma(FloatVector.broadcast(FLOATS, LOG2_E),
                    FloatVector.broadcast(FLOATS, ROUNDING));
            FloatVector k = rounded.sub(ROUNDING);
            FloatVector r = k.fma(FloatVector.broadcast(FLOATS, -Softmax.LN2_HIGH), v);
            r = k.fma(FloatVector.broadcast(FLOATS, -Softmax.LN2_LOW), r);
            FloatVector e = r.fma(FloatVector.broadcast(FLOATS, Q4), FloatVector.broadcast(FLOATS, Q3));
            e = e.fma(r, FloatVector.broadcast(FLOATS, Q2));
            e = e.fma(r, FloatVector.broadcast(FLOATS, Q1));
            e = e.fma(r, FloatVector.broadcast(FLOATS, Q0));
            e = e.fma(r, FloatVector.broadcast(FLOATS, 1f));
            e = e.fma(r, FloatVector.broadcast(FLOATS, 1f));
            IntVector power = rounded.reinterpretAsInts().add(EXPONENT_OF_ONE).lanewise(VectorOperators.LSHL,
                    MANTISSA_BITS);
            e = e.mul(power.reinterpretAsFloats());
            e = e.blend(0f, v.compare(VectorOperators.LT, Softmax.MIN_INPUT));
            e.intoArray(out, j);
            sum = e.add(sum);
        }
        FloatVector.fromArray(FLOATS, scratch, sums).add(sum).intoArray(scratch, sums);
    }

    private static void scale(float[] x, int offset, int step, int pixels, float[] factor, int factorOffset) {
        FloatVector f = FloatVector.fromArray(FLOATS, factor, factorOffset);
        for (int p = 0, i = offset; p < pixels; p++, i += step) {
            FloatVector.fromArray(FLOATS, x, i).mul(f).intoArray(x, i);
        }
    }
}
