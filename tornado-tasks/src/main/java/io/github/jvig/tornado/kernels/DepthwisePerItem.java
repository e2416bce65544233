package io.github.jvig.tornado.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * A depthwise convolution, for GPUs. A work item computes one output element, and neighboring work items compute neighboring channels, so
 * that reads and writes coalesce. Arguments and weights are those of {@link DepthwiseTiles}.
 */
public final class DepthwisePerItem {
    private DepthwisePerItem() {
    }

    /** The kernel; see {@link DepthwiseTiles#run}. */
    public static void run(KernelContext context, FloatArray memory, FloatArray weights, int image, int in, int out,
            int residual, int weight, int height, int width, int channelVectors, int outHeight, int outWidth, int taps,
            int stride, int padding, int dilation, int activation) {
        item(context.globalIdx, context.globalIdy, memory, weights, image, in, out, residual, weight, height, width,
                channelVectors, outHeight, outWidth, taps, stride, padding, dilation, activation);
    }

    /** Work items per image. */
    public static int items(int outHeight, int outWidth, int channelVectors) {
        return outHeight * outWidth * channelVectors * VectorTasks.WIDTH;
    }

    static void item(int id, int n, FloatArray memory, FloatArray weights, int image, int in, int out, int residual,
            int weight, int height, int width, int channelVectors, int outHeight, int outWidth, int taps, int stride,
            int padding, int dilation, int activation) {
        int step = channelVectors * VectorTasks.WIDTH;
        int channel = id % step;
        int pixel = id / step;
        int x = pixel % outWidth;
        int y = pixel / outWidth;
        int base = n * image;
        float sum = weights.get(ScalarMath.weight(weight, channel, taps * taps, 0));
        for (int ky = 0; ky < taps; ky++) {
            int iy = y * stride - padding + ky * dilation;
            for (int kx = 0; kx < taps; kx++) {
                int ix = x * stride - padding + kx * dilation;
                int outside = VectorTasks.outside(iy, height) | VectorTasks.outside(ix, width);
                int offset = in + (iy * width + ix) * step + channel & ~outside;
                sum += memory.get(base + offset)
                        * weights.get(ScalarMath.weight(weight, channel, taps * taps, ky * taps + kx + 1));
            }
        }
        ScalarMath.finish(memory, base + out + id, base + residual + id, residual, activation, sum);
    }
}
