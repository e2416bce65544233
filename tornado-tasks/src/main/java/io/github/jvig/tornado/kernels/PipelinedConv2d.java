package io.github.jvig.tornado.kernels;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * A convolution over all channels, 1x1 or larger, for FPGAs: sixteen outputs of a pixel at a time. Each number of the input meets sixteen
 * weights that lie in a row, and adds to sixteen sums that have registers of their own and do not wait for each other. Weights are those
 * of {@link Conv2dTiles}.
 */
final class PipelinedConv2d {
    private PipelinedConv2d() {
    }

    /**
     * Sixteen outputs of a pixel, or the last few. Arguments are those of {@link Conv2dTiles#run}, but that outputs are counted one by one.
     *
     * @param id all pixels of the first sixteen outputs come first
     */
    static void pixel(int id, int n, FloatArray memory, FloatArray weights, int image, int in, int inStep, int out,
            int residual, int weight, int height, int width, int inChannels, int outHeight, int outWidth,
            int outChannels, int window, int activation) {
        int taps = (window >> 20) + 1;
        int stride = (window >> 10 & 1023) + 1;
        int padding = window & 1023;
        int pixels = outHeight * outWidth;
        int outVectors = (outChannels + VectorTasks.WIDTH - 1) / VectorTasks.WIDTH;
        int panel = id / pixels;
        int pixel = id % pixels;
        int y = pixel / outWidth * stride - padding;
        int x = pixel % outWidth * stride - padding;
        int base = n * image;
        int w = weight + panel * (taps * taps * inChannels + 1) * VectorTasks.WIDTH;
        float[] sums = new float[VectorTasks.WIDTH];
        for (int lane = 0; lane < VectorTasks.WIDTH; lane++) {
            sums[lane] = weights.get(w + lane);
        }
        for (int tap = 0; tap < taps * taps; tap++) {
            int iy = y + tap / taps;
            int ix = x + tap % taps;
            int outside = VectorTasks.outside(iy, height) | VectorTasks.outside(ix, width);
            int from = base + (in + (iy * width + ix) * inStep & ~outside);
            int v = w + (tap * inChannels + 1) * VectorTasks.WIDTH;
            for (int c = 0; c < inChannels; c++) {
                float number = memory.get(from + c);
                for (int lane = 0; lane < VectorTasks.WIDTH; lane++) {
                    sums[lane] += number * weights.get(v + c * VectorTasks.WIDTH + lane);
                }
            }
        }
        int at = base + (pixel * outVectors + panel) * VectorTasks.WIDTH;
        // Where it sees a count that it knows, TornadoVM has the compiler unroll another loop, the outermost but one.
        int count = Math.min(VectorTasks.WIDTH, outChannels - panel * VectorTasks.WIDTH);
        for (int lane = 0; lane < count; lane++) {
            ScalarMath.finish(memory, at + out + lane, at + residual + lane, residual, activation, sums[lane]);
        }
    }
}
