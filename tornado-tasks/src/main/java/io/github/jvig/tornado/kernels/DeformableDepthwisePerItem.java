package io.github.jvig.tornado.kernels;

import io.github.jvig.kernels.DeformableDepthwiseConv;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * A depthwise 3x3 convolution whose taps form a square of a size of its own around each pixel. A work item computes one output element;
 * places outside of the input read the zeros at the start of the image's memory. The weights are the bias of each channel, then those of
 * {@link DeformableDepthwiseConv}; see {@link GroupedConvPerItem#pack}.
 */
public final class DeformableDepthwisePerItem {
    private DeformableDepthwisePerItem() {
    }

    /** The kernel; for its numbers see {@link #own}. */
    public static void run(KernelContext context, FloatArray memory, FloatArray weights, IntArray sizes) {
        item(context.globalIdx, context.globalIdy, memory, weights, sizes);
    }

    /** The same as a single work item. */
    public static void pipelinedDeformableDepthwise(FloatArray memory, FloatArray weights, IntArray sizes) {
        for (int n = 0; n < sizes.get(Sizes.IMAGES); n++) {
            for (int id = 0; id < sizes.get(Sizes.ITEMS); id++) {
                item(id, n, memory, weights, sizes);
            }
        }
    }

    /**
     * Offset, step and sizes of the input, width of the result, channels, offset and step of the scales, stride, bound, and the number of
     * taps: TornadoVM marks a loop to a constant in the code for FPGAs.
     */
    public static int[] own(DeformableDepthwiseConv spec, BufferOffsets at) {
        return new int[]{at.in(), at.inStep(), spec.in().height(), spec.in().width(), spec.out().width(),
                spec.in().channels(), at.in2(), spec.scale().stride(), spec.stride(), spec.bound(),
                DeformableDepthwiseConv.TAPS};
    }

    private static void item(int id, int n, FloatArray memory, FloatArray weights, IntArray sizes) {
        int base = n * sizes.get(Sizes.IMAGE);
        int outStep = sizes.get(Sizes.OUT_STEP);
        int step = sizes.get(Sizes.OWN + 1);
        int height = sizes.get(Sizes.OWN + 2);
        int width = sizes.get(Sizes.OWN + 3);
        int outWidth = sizes.get(Sizes.OWN + 4);
        int channels = sizes.get(Sizes.OWN + 5);
        int stride = sizes.get(Sizes.OWN + 8);
        int bound = sizes.get(Sizes.OWN + 9);
        int taps = sizes.get(Sizes.OWN + 10);
        int channel = Math.min(id % outStep, channels - 1);
        int pixel = id / outStep;
        int y = pixel / outWidth * stride;
        int x = pixel % outWidth * stride;
        float scale = memory.get(base + sizes.get(Sizes.OWN + 6) + pixel * sizes.get(Sizes.OWN + 7));
        float r = Math.min(Math.max(scale, 1 - bound), bound);
        int in = sizes.get(Sizes.OWN) + channel;
        int weight = sizes.get(Sizes.WEIGHT);
        int first = weight + channels + channel * taps;
        float sum = weights.get(weight + channel);
        for (int tap = 0; tap < taps; tap++) {
            float dy = (tap / 3 - 1) * r;
            float dx = (tap % 3 - 1) * r;
            float top = TornadoMath.floor(dy);
            float left = TornadoMath.floor(dx);
            float down = dy - top;
            float across = dx - left;
            int iy = y + (int) top;
            int ix = x + (int) left;
            int above = VectorTasks.outside(iy, height);
            int below = VectorTasks.outside(iy + 1, height);
            int before = VectorTasks.outside(ix, width);
            int behind = VectorTasks.outside(ix + 1, width);
            int from = in + (iy * width + ix) * step;
            float upper = (1f - across) * memory.get(base + (from & ~(above | before)))
                    + across * memory.get(base + (from + step & ~(above | behind)));
            float lower = (1f - across) * memory.get(base + (from + width * step & ~(below | before)))
                    + across * memory.get(base + (from + (width + 1) * step & ~(below | behind)));
            sum += ((1f - down) * upper + down * lower) * weights.get(first + tap);
        }
        if (id % outStep >= channels) {
            sum = 0f;
        }
        memory.set(base + sizes.get(Sizes.OUT) + id, sum);
    }
}
