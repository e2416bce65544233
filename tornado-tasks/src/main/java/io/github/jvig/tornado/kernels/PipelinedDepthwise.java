package io.github.jvig.tornado.kernels;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * A depthwise convolution, for FPGAs; computes 16 channels of a pixel at a time. The channels and their weights are adjacent, and each sum
 * is in a register. The weights are those of {@link DepthwiseTiles}.
 */
final class PipelinedDepthwise {
    private PipelinedDepthwise() {
    }

    /**
     * Computes 16 channels of a pixel, or those that remain. Arguments are those of {@link DepthwiseTiles#run}, except that channels are counted
     * instead of vectors.
     *
     * @param id {@code pixel * vectors + vector}
     */
    static void pixel(int id, int n, FloatArray memory, FloatArray weights, int image, int in, int out, int residual,
            int weight, int height, int width, int channels, int outHeight, int outWidth, int rows, int columns,
            int padding, int epilogue) {
        int tapsAcross = WindowNumbers.taps(columns);
        int taps = WindowNumbers.taps(rows) * tapsAcross;
        int channelVectors = (channels + VectorTasks.WIDTH - 1) / VectorTasks.WIDTH;
        int panel = id % channelVectors;
        int pixel = id / channelVectors;
        int y = pixel / outWidth * WindowNumbers.stride(rows) - WindowNumbers.above(padding);
        int x = pixel % outWidth * WindowNumbers.stride(columns) - WindowNumbers.left(padding);
        int base = n * image;
        int w = weight + panel * (taps + 1) * VectorTasks.WIDTH;
        float[] sums = new float[VectorTasks.WIDTH];
        for (int lane = 0; lane < VectorTasks.WIDTH; lane++) {
            sums[lane] = weights.get(w + lane);
        }
        for (int tap = 0; tap < taps; tap++) {
            int iy = y + tap / tapsAcross * WindowNumbers.dilation(rows);
            int ix = x + tap % tapsAcross * WindowNumbers.dilation(columns);
            int outside = VectorTasks.outside(iy, height) | VectorTasks.outside(ix, width);
            int from = base + (in + ((iy * width + ix) * channelVectors + panel) * VectorTasks.WIDTH & ~outside);
            for (int lane = 0; lane < VectorTasks.WIDTH; lane++) {
                sums[lane] += memory.get(from + lane) * weights.get(w + (tap + 1) * VectorTasks.WIDTH + lane);
            }
        }
        int offset = base + id * VectorTasks.WIDTH;
        // See PipelinedConv2d.
        int count = Math.min(VectorTasks.WIDTH, channels - panel * VectorTasks.WIDTH);
        for (int lane = 0; lane < count; lane++) {
            ScalarMath.finish(memory, offset + out + lane, offset + residual + lane, residual, epilogue,
                    panel * VectorTasks.WIDTH + lane, sums[lane]);
        }
    }
}
