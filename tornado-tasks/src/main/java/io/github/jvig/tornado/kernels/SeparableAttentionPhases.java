package io.github.jvig.tornado.kernels;

import io.github.jvig.kernels.SeparableAttention;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Separable attention in two phases. The first computes what a window's keys come to: a work item computes one channel of one window. The
 * second multiplies: a work item computes one output element.
 */
public final class SeparableAttentionPhases {
    private SeparableAttentionPhases() {
    }

    /** The first phase; for its numbers see {@link #own}. */
    public static void contexts(KernelContext context, FloatArray memory, FloatArray weights, IntArray sizes) {
        contextItem(context.globalIdx, context.globalIdy, memory, weights, sizes);
    }

    /** The same as a single work item. */
    public static void pipelinedSeparableAttentionContexts(FloatArray memory, FloatArray weights, IntArray sizes) {
        for (int n = 0; n < sizes.get(Sizes.IMAGES); n++) {
            for (int id = 0; id < sizes.get(Sizes.ITEMS); id++) {
                contextItem(id, n, memory, weights, sizes);
            }
        }
    }

    /** The second phase, with the same numbers. */
    public static void multiply(KernelContext context, FloatArray memory, FloatArray weights, IntArray sizes) {
        multiplyItem(context.globalIdx, context.globalIdy, memory, weights, sizes);
    }

    /** The same as a single work item. */
    public static void pipelinedSeparableAttention(FloatArray memory, FloatArray weights, IntArray sizes) {
        for (int n = 0; n < sizes.get(Sizes.IMAGES); n++) {
            for (int id = 0; id < sizes.get(Sizes.ITEMS); id++) {
                multiplyItem(id, n, memory, weights, sizes);
            }
        }
    }

    /** Work items of the first phase, each of which writes a float of scratch. */
    public static int contexts(SeparableAttention spec) {
        return spec.partition().windows(spec.in()) * spec.dim();
    }

    /** Offset, step, channels of the result, pixels of a window, and the partition. */
    public static int[] own(SeparableAttention spec, BufferOffsets at) {
        return Sizes.joined(new int[]{at.in(), at.inStep(), spec.dim(), spec.partition().windowPixels(spec.in())},
                Sizes.partition(spec.partition(), spec.in()));
    }

    private static void contextItem(int id, int n, FloatArray memory, FloatArray weights, IntArray sizes) {
        int base = n * sizes.get(Sizes.IMAGE);
        int in = base + sizes.get(Sizes.OWN);
        int step = sizes.get(Sizes.OWN + 1);
        int dim = sizes.get(Sizes.OWN + 2);
        int pixels = sizes.get(Sizes.OWN + 3);
        int window = id / dim;
        float maxScore = memory.get(in + Sizes.pixel(sizes, Sizes.OWN + 4, window, 0) * step);
        for (int j = 1; j < pixels; j++) {
            maxScore = Math.max(maxScore, memory.get(in + Sizes.pixel(sizes, Sizes.OWN + 4, window, j) * step));
        }
        float sum = 0f;
        float context = 0f;
        for (int j = 0; j < pixels; j++) {
            int at = in + Sizes.pixel(sizes, Sizes.OWN + 4, window, j) * step;
            float share = ScalarMath.exp(memory.get(at) - maxScore);
            sum += share;
            context += share * memory.get(at + 1 + id % dim);
        }
        memory.set(base + sizes.get(Sizes.SCRATCH) + id, context / sum);
    }

    private static void multiplyItem(int id, int n, FloatArray memory, FloatArray weights, IntArray sizes) {
        int base = n * sizes.get(Sizes.IMAGE);
        int dim = sizes.get(Sizes.OWN + 2);
        int pixels = sizes.get(Sizes.OWN + 3);
        int c = id % dim;
        int window = id / dim / pixels;
        int pixel = Sizes.pixel(sizes, Sizes.OWN + 4, window, id / dim % pixels);
        float value = memory.get(base + sizes.get(Sizes.OWN) + pixel * sizes.get(Sizes.OWN + 1) + 1 + dim + c);
        float context = memory.get(base + sizes.get(Sizes.SCRATCH) + window * dim + c);
        memory.set(base + sizes.get(Sizes.OUT) + pixel * sizes.get(Sizes.OUT_STEP) + c, Math.max(value, 0f) * context);
    }
}
