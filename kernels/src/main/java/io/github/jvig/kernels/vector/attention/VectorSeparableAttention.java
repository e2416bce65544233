package io.github.jvig.kernels.vector.attention;

import static io.github.jvig.kernels.vector.common.VectorConfig.LANES;

import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.SeparableAttention;
import io.github.jvig.kernels.vector.activation.Softmax;
import io.github.jvig.kernels.vector.common.VectorConfig;
import java.util.Arrays;

/**
 * {@link SeparableAttention} window by window: the softmax of the scores, the weighted sum of the keys, then the values. Keys and values start
 * at any channel, so a vector could reach beyond the map; loops over plain floats, which C2 makes vectors of, can't. A unit is a window.
 */
public final class VectorSeparableAttention implements Kernel {
    private final SeparableAttention spec;
    /** Where the pixels of a window lie behind its first. */
    private final int[] pixels;
    /** Zeros, padded to whole vectors with negative infinity. */
    private final float[] bias;

    public VectorSeparableAttention(SeparableAttention spec) {
        this.spec = spec;
        pixels = spec.partition().pixels(spec.in());
        bias = new float[VectorConfig.vectors(pixels.length) * LANES];
        Arrays.fill(bias, pixels.length, bias.length, Float.NEGATIVE_INFINITY);
    }

    @Override
    public SeparableAttention spec() {
        return spec;
    }

    @Override
    public String name() {
        return "f32-separable-attention-" + VectorConfig.NAME;
    }

    @Override
    public int units() {
        return spec.partition().windows(spec.in());
    }

    /** Scores, the lanes of their softmax, the sum of keys. */
    @Override
    public int scratch() {
        return bias.length + LANES + spec.dim();
    }

    @Override
    public void run(Operands o, float[] scratch, int offset, int from, int to) {
        int dim = spec.dim();
        int stride = spec.in().stride();
        int outStride = spec.out().stride();
        int context = offset + bias.length + LANES;
        for (int window = from; window < to; window++) {
            int first = spec.partition().firstPixel(spec.in(), window);
            int in = o.inOffset() + first * stride;
            // Lanes behind the scores are finite, so that the bias makes them negative infinity.
            Arrays.fill(scratch, offset + pixels.length, offset + bias.length, 0f);
            for (int j = 0; j < pixels.length; j++) {
                scratch[offset + j] = o.in()[in + pixels[j] * stride];
            }
            Softmax.rows(scratch, offset, bias.length, 1, 1f, bias, 0, 0, offset + bias.length);
            Arrays.fill(scratch, context, context + dim, 0f);
            for (int j = 0; j < pixels.length; j++) {
                addScaled(scratch[offset + j], o.in(), in + pixels[j] * stride + 1, scratch, context, dim);
            }
            for (int pixel : pixels) {
                int out = o.outOffset() + (first + pixel) * outStride;
                multiply(o.in(), in + pixel * stride + 1 + dim, scratch, context, o.out(), out, dim);
                Arrays.fill(o.out(), out + dim, out + outStride, 0f);
            }
        }
    }

    private static void addScaled(float factor, float[] from, int fromOffset, float[] to, int toOffset, int length) {
        for (int c = 0; c < length; c++) {
            to[toOffset + c] += factor * from[fromOffset + c];
        }
    }

    private static void multiply(float[] value, int valueOffset, float[] context, int contextOffset, float[] out,
            int outOffset, int length) {
        for (int c = 0; c < length; c++) {
            out[outOffset + c] = Math.max(0f, value[valueOffset + c]) * context[contextOffset + c];
        }
    }
}
