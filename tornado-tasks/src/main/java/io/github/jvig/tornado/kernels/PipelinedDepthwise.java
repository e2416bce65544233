package io.github.jvig.tornado.kernels;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * A convolution of each channel by itself, for FPGAs: sixteen channels of a pixel at a time, which lie in a row as their weights do, with a
 * register for the sum of each. Weights are those of {@link DepthwiseTiles}.
 */
final class PipelinedDepthwise {
    private PipelinedDepthwise() {
    }

    /**
     * Sixteen channels of a pixel, or the last few. Arguments are those of {@link DepthwiseTiles#run}, but that channels are counted one by one.
     *
     * @param id all sixteens of the first pixel come first
     */
    static void pixel(int id, int n, FloatArray memory, FloatArray weights, int image, int in, int out, int residual,
            int weight, int height, int width, int channels, int outHeight, int outWidth, int taps, int stride,
            int padding, int dilation, int activation) {
        int channelVectors = (channels + VectorTasks.WIDTH - 1) / VectorTasks.WIDTH;
        int panel = id % channelVectors;
        int pixel = id / channelVectors;
        int y = pixel / outWidth * stride - padding;
        int x = pixel % outWidth * stride - padding;
        int base = n * image;
        int w = weight + panel * (taps * taps + 1) * VectorTasks.WIDTH;
        float[] sums = new float[VectorTasks.WIDTH];
        for (int lane = 0; lane < VectorTasks.WIDTH; lane++) {
            sums[lane] = weights.get(w + lane);
        }
        for (int tap = 0; tap < taps * taps; tap++) {
            int iy = y + tap / taps * dilation;
            int ix = x + tap % taps * dilation;
            int outside = VectorTasks.outside(iy, height) | VectorTasks.outside(ix, width);
            int from = base + (in + ((iy * width + ix) * channelVectors + panel) * VectorTasks.WIDTH & ~outside);
            for (int lane = 0; lane < VectorTasks.WIDTH; lane++) {
                sums[lane] += memory.get(from + lane) * weights.get(w + (tap + 1) * VectorTasks.WIDTH + lane);
            }
        }
        int at = base + id * VectorTasks.WIDTH;
        // See PipelinedConv2d.
        int count = Math.min(VectorTasks.WIDTH, channels - panel * VectorTasks.WIDTH);
        for (int lane = 0; lane < count; lane++) {
            ScalarMath.finish(memory, at + out + lane, at + residual + lane, residual, activation, sums[lane]);
        }
    }
}
