package io.github.jvig.tornado.kernels;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * A convolution of each channel by itself, for FPGAs: sixteen channels of a pixel at a time, which lie in a row as their weights do, with a
 * register for the sum of each. Weights are those of {@link Depthwise}.
 */
final class PipedDepthwise {
    private PipedDepthwise() {
    }

    /**
     * Sixteen channels of a pixel, or the last few. Arguments are those of {@link Depthwise#run}, but that channels are counted one by one.
     *
     * @param id all sixteens of the first pixel come first
     */
    static void pixel(int id, int n, FloatArray memory, FloatArray weights, int image, int in, int out, int residual,
            int weight, int height, int width, int channels, int outHeight, int outWidth, int taps, int stride,
            int padding, int dilation, int activation) {
        int channelVectors = (channels + Lanes.WIDTH - 1) / Lanes.WIDTH;
        int panel = id % channelVectors;
        int pixel = id / channelVectors;
        int y = pixel / outWidth * stride - padding;
        int x = pixel % outWidth * stride - padding;
        int base = n * image;
        int w = weight + panel * (taps * taps + 1) * Lanes.WIDTH;
        float[] sums = new float[Lanes.WIDTH];
        for (int lane = 0; lane < Lanes.WIDTH; lane++) {
            sums[lane] = weights.get(w + lane);
        }
        for (int tap = 0; tap < taps * taps; tap++) {
            int iy = y + tap / taps * dilation;
            int ix = x + tap % taps * dilation;
            int outside = Lanes.outside(iy, height) | Lanes.outside(ix, width);
            int from = base + (in + ((iy * width + ix) * channelVectors + panel) * Lanes.WIDTH & ~outside);
            for (int lane = 0; lane < Lanes.WIDTH; lane++) {
                sums[lane] += memory.get(from + lane) * weights.get(w + (tap + 1) * Lanes.WIDTH + lane);
            }
        }
        int at = base + id * Lanes.WIDTH;
        // See PipedConvolution.
        int count = Math.min(Lanes.WIDTH, channels - panel * Lanes.WIDTH);
        for (int lane = 0; lane < count; lane++) {
            Numbers.finish(memory, at + out + lane, at + residual + lane, residual, activation, sums[lane]);
        }
    }
}
