package io.github.jvig.tornado.kernels;

import io.github.jvig.kernels.AttentionHeads;
import io.github.jvig.kernels.LinearAttention;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Attention without a softmax in two phases. The first sums up keys and keys times values: a work item computes one number, of a head, a
 * channel of keys, and a channel of values or, behind them, one. The second computes one output element per work item. The weight is what is
 * added to the divisor.
 */
public final class LinearAttentionPhases {
    private static final int RELU = 1;
    private static final int ELU_PLUS_ONE = 2;

    private LinearAttentionPhases() {
    }

    /** The first phase; for its numbers see {@link #own}. */
    public static void sum(KernelContext context, FloatArray memory, FloatArray weights, IntArray sizes) {
        sumItem(context.globalIdx, context.globalIdy, memory, weights, sizes);
    }

    /** The same as a single work item. */
    public static void pipelinedLinearAttentionSums(FloatArray memory, FloatArray weights, IntArray sizes) {
        for (int n = 0; n < sizes.get(Sizes.IMAGES); n++) {
            for (int id = 0; id < sizes.get(Sizes.ITEMS); id++) {
                sumItem(id, n, memory, weights, sizes);
            }
        }
    }

    /** The second phase, with the same numbers. */
    public static void divide(KernelContext context, FloatArray memory, FloatArray weights, IntArray sizes) {
        divideItem(context.globalIdx, context.globalIdy, memory, weights, sizes);
    }

    /** The same as a single work item. */
    public static void pipelinedLinearAttention(FloatArray memory, FloatArray weights, IntArray sizes) {
        for (int n = 0; n < sizes.get(Sizes.IMAGES); n++) {
            for (int id = 0; id < sizes.get(Sizes.ITEMS); id++) {
                divideItem(id, n, memory, weights, sizes);
            }
        }
    }

    /** Work items of the first phase, each of which writes a float of scratch. */
    public static int sums(LinearAttention spec) {
        return Math.multiplyExact(spec.layout().heads() * spec.layout().keyDim(), spec.layout().valueDim() + 1);
    }

    /**
     * Those of {@link Sizes#heads}; channels of a key and of a value, sizes of the key map, channels of the result, the feature.
     */
    public static int[] own(LinearAttention spec, BufferOffsets at) {
        AttentionHeads heads = spec.layout();
        int feature = switch (spec.feature()) {
            case IDENTITY -> 0;
            case RELU -> RELU;
            case ELU_PLUS_ONE -> ELU_PLUS_ONE;
        };
        return Sizes.joined(Sizes.heads(spec.layout(), spec.inputs(), at),
                new int[]{heads.keyDim(), heads.valueDim(), spec.keyMap().height(), spec.keyMap().width(),
                        spec.out().channels(), feature});
    }

    private static void sumItem(int id, int n, FloatArray memory, FloatArray weights, IntArray sizes) {
        int base = n * sizes.get(Sizes.IMAGE);
        int keyDim = sizes.get(Sizes.OWN + 9);
        int valueDim = sizes.get(Sizes.OWN + 10);
        int height = sizes.get(Sizes.OWN + 11);
        int width = sizes.get(Sizes.OWN + 12);
        int feature = sizes.get(Sizes.OWN + 14);
        int c = id % (valueDim + 1);
        int d = id / (valueDim + 1) % keyDim;
        int head = id / (valueDim + 1) / keyDim;
        int key = base + sizes.get(Sizes.OWN + 3) + head * sizes.get(Sizes.OWN + 5) + d;
        int keyStep = sizes.get(Sizes.OWN + 4);
        int value = base + sizes.get(Sizes.OWN + 6) + head * sizes.get(Sizes.OWN + 8) + Math.min(c, valueDim - 1);
        int valueStep = sizes.get(Sizes.OWN + 7);
        float sum = 0f;
        for (int y = 0; y < height; y++) {
            float row = 0f;
            for (int x = 0; x < width; x++) {
                int j = y * width + x;
                float factor = 1f;
                if (c < valueDim) {
                    factor = memory.get(value + j * valueStep);
                }
                row += feature(feature, memory.get(key + j * keyStep)) * factor;
            }
            sum += row;
        }
        memory.set(base + sizes.get(Sizes.SCRATCH) + id, sum);
    }

    private static void divideItem(int id, int n, FloatArray memory, FloatArray weights, IntArray sizes) {
        int base = n * sizes.get(Sizes.IMAGE);
        int outStep = sizes.get(Sizes.OUT_STEP);
        int keyDim = sizes.get(Sizes.OWN + 9);
        int valueDim = sizes.get(Sizes.OWN + 10);
        int channels = sizes.get(Sizes.OWN + 13);
        int feature = sizes.get(Sizes.OWN + 14);
        int channel = Math.min(id % outStep, channels - 1);
        int head = channel / valueDim;
        int query = base + sizes.get(Sizes.OWN) + id / outStep * sizes.get(Sizes.OWN + 1)
                + head * sizes.get(Sizes.OWN + 2);
        int sums = base + sizes.get(Sizes.SCRATCH) + head * keyDim * (valueDim + 1);
        float product = 0f;
        float divisor = weights.get(sizes.get(Sizes.WEIGHT));
        for (int d = 0; d < keyDim; d++) {
            float q = feature(feature, memory.get(query + d));
            product += q * memory.get(sums + d * (valueDim + 1) + channel % valueDim);
            divisor += q * memory.get(sums + d * (valueDim + 1) + valueDim);
        }
        float result = product / divisor;
        if (id % outStep >= channels) {
            result = 0f;
        }
        memory.set(base + sizes.get(Sizes.OUT) + id, result);
    }

    private static float feature(int feature, float x) {
        float y = x;
        if (feature == RELU) {
            y = Math.max(x, 0f);
        } else if (feature == ELU_PLUS_ONE) {
            y = Math.max(x, 0f) + ScalarMath.exp(Math.min(x, 0f));
        }
        return y;
    }
}
