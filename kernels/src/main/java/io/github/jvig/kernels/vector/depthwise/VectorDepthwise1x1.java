package io.github.jvig.kernels.vector.depthwise;

import static io.github.jvig.kernels.vector.common.VectorConfig.FLOATS;
import static io.github.jvig.kernels.vector.common.VectorConfig.LANES;

import io.github.jvig.kernels.AlignedFloats;
import io.github.jvig.kernels.DepthwiseConv;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.RowKernel;
import io.github.jvig.kernels.vector.activation.Epilogues;
import io.github.jvig.kernels.vector.common.Split;
import io.github.jvig.kernels.vector.common.VectorConfig;
import io.github.jvig.kernels.vector.activation.TileEpilogue;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * {@link DepthwiseConv} with the window of a pointwise operation: a factor and a bias for each channel, as a batch normalization is that folds
 * into no convolution. A vector of channels of several pixels after the other, its factors in a register.
 */
public final class VectorDepthwise1x1 implements RowKernel {
    /** Pixels that are gone over again for each vector of channels: they stay in the nearest cache up to 256 channels. */
    private static final int PIXELS = 16;
    /** A multiply-accumulate of a matrix product is done in the time in which a sixteenth of an element is fetched. */
    private static final long ELEMENT_MACS = 16;

    private final DepthwiseConv spec;
    private final MapLayout map;
    /** Channels that are computed, a whole number of vectors. */
    private final int length;
    /** Groups of biases and factors, see {@link DepthwiseWeights}. */
    private final AlignedFloats weights;
    private final TileEpilogue epilogue;
    private final Split split;

    /** A kernel for a convolution that {@link #takes} takes. */
    public VectorDepthwise1x1(DepthwiseConv spec, float[] weight, float[] bias) {
        this.spec = spec;
        map = spec.out();
        length = VectorConfig.vectors(map.channels()) * LANES;
        weights = DepthwiseWeights.grouped(weight, bias, map.channels(), 1);
        epilogue = TileEpilogue.of(spec.epilogue());
        split = Split.ofRows(ELEMENT_MACS * map.length(), map.height());
    }

    /** Whether its window is that of a pointwise operation. */
    public static boolean takes(DepthwiseConv spec) {
        return spec.window().isPointwise();
    }

    @Override
    public DepthwiseConv spec() {
        return spec;
    }

    @Override
    public String name() {
        return "f32-depthwise-1x1-" + VectorConfig.NAME;
    }

    @Override
    public int units() {
        return split.units();
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        rows(o.in(), o.inOffset(), o.in2(), o.in2Offset(), o.out(), o.outOffset(), split.row(from), split.row(to));
    }

    @Override
    public void rows(float[] in, int inOffset, float[] residual, int residualOffset, float[] out, int outOffset,
            int from, int to) {
        int end = to * map.width();
        for (int p = from * map.width(); p < end; p += PIXELS) {
            int pixels = Math.min(PIXELS, end - p);
            int start = p * map.stride();
            for (int c = 0; c < length; c += LANES) {
                column(in, inOffset + start + c, weights.array(),
                        weights.offset() + c / LANES * DepthwiseWeights.groupLength(1), out,
                        outOffset + start + c, map.stride(), pixels, epilogue.low(), epilogue.high());
            }
            Epilogues.apply(epilogue.rest(), residual, residualOffset + start, out, outOffset + start, map.stride(),
                    pixels, length);
            Epilogues.clearPadding(spec.epilogue().activation(), out, outOffset + start, map, pixels, length);
        }
    }

    private static void column(float[] in, int inOffset, float[] weights, int group, float[] out, int outOffset,
            int step, int pixels, float low, float high) {
        FloatVector bias = FloatVector.fromArray(FLOATS, weights, group);
        FloatVector factor = FloatVector.fromArray(FLOATS, weights, group + LANES);
        boolean bounded = low < high;
        int a = inOffset;
        int b = outOffset;
        for (int p = 0; p < pixels; p++) {
            FloatVector y = factor.fma(FloatVector.fromArray(FLOATS, in, a), bias);
            if (bounded) {
                y = y.blend(low, y.compare(VectorOperators.LE, low));
                y = y.blend(high, y.compare(VectorOperators.GT, high));
            }
            y.intoArray(out, b);
            a += step;
            b += step;
        }
    }
}
