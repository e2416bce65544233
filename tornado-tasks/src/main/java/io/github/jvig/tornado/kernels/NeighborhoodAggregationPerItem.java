package io.github.jvig.tornado.kernels;

import io.github.jvig.kernels.NeighborhoodAggregation;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Sums of neighbors, weighted with a softmax. A work item computes one head of one pixel: it finds the greatest weight first, then adds the
 * neighbors up in the output itself, so it needs no memory for shares. The weights are those of {@link NeighborhoodAggregation}.
 */
public final class NeighborhoodAggregationPerItem {
    private NeighborhoodAggregationPerItem() {
    }

    /** The kernel; for its numbers see {@link #own}. */
    public static void run(KernelContext context, FloatArray memory, FloatArray weights, IntArray sizes) {
        item(context.globalIdx, context.globalIdy, memory, weights, sizes);
    }

    /** The same as a single work item. */
    public static void pipelinedNeighborhoodAggregation(FloatArray memory, FloatArray weights, IntArray sizes) {
        for (int n = 0; n < sizes.get(Sizes.IMAGES); n++) {
            for (int id = 0; id < sizes.get(Sizes.ITEMS); id++) {
                item(id, n, memory, weights, sizes);
            }
        }
    }

    /**
     * Offset of the first channel of the values and of the first weight, the steps of both maps, channels from one head's weights to the
     * next one's, sizes of the map, heads, channels of a head, and taps along a side.
     */
    public static int[] own(NeighborhoodAggregation spec, BufferOffsets at) {
        return new int[]{at.in() + spec.firstValue(), at.in2() + spec.firstWeight(), at.inStep(),
                spec.weightLayout().stride(), spec.weightStep(), spec.in().height(), spec.in().width(), spec.heads(),
                spec.dim(), spec.kernel()};
    }

    private static void item(int id, int n, FloatArray memory, FloatArray weights, IntArray sizes) {
        int base = n * sizes.get(Sizes.IMAGE);
        int step = sizes.get(Sizes.OWN + 2);
        int height = sizes.get(Sizes.OWN + 5);
        int width = sizes.get(Sizes.OWN + 6);
        int heads = sizes.get(Sizes.OWN + 7);
        int dim = sizes.get(Sizes.OWN + 8);
        int kernel = sizes.get(Sizes.OWN + 9);
        int head = id % heads;
        int pixel = id / heads;
        int y = pixel / width;
        int x = pixel % width;
        int top = Math.max(0, Math.min(y - kernel / 2, height - kernel));
        int left = Math.max(0, Math.min(x - kernel / 2, width - kernel));
        int weight = base + sizes.get(Sizes.OWN + 1) + pixel * sizes.get(Sizes.OWN + 3)
                + head * sizes.get(Sizes.OWN + 4);
        int value = base + sizes.get(Sizes.OWN) + head * dim;
        int side = 2 * kernel - 1;
        int bias = sizes.get(Sizes.WEIGHT) + (head * side + top - y + kernel - 1) * side + left - x + kernel - 1;
        int to = base + sizes.get(Sizes.OUT) + pixel * sizes.get(Sizes.OUT_STEP) + head * dim;
        float greatest = memory.get(weight) + weights.get(bias);
        for (int t = 1; t < kernel * kernel; t++) {
            greatest = Math.max(greatest,
                    memory.get(weight + t) + weights.get(bias + t / kernel * side + t % kernel));
        }
        for (int c = 0; c < dim; c++) {
            memory.set(to + c, 0f);
        }
        float sum = 0f;
        for (int t = 0; t < kernel * kernel; t++) {
            int from = value + ((top + t / kernel) * width + left + t % kernel) * step;
            float share = ScalarMath.exp(
                    memory.get(weight + t) + weights.get(bias + t / kernel * side + t % kernel) - greatest);
            sum += share;
            for (int c = 0; c < dim; c++) {
                memory.set(to + c, memory.get(to + c) + share * memory.get(from + c));
            }
        }
        float factor = 1f / sum;
        for (int c = 0; c < dim; c++) {
            memory.set(to + c, memory.get(to + c) * factor);
        }
    }
}
