package io.github.jvig.tornado.kernels;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * A convolution over all channels, 1x1 or larger, for FPGAs; computes 16 output channels of a pixel at a time. Each float of the input is
 * multiplied by 16 adjacent weights and added to 16 independent sums in registers. The weights are those of {@link Conv2dTiles}.
 */
final class PipelinedConv2d {
    private PipelinedConv2d() {
    }

    /**
     * Computes 16 output channels of a pixel, or those that remain. Arguments are those of {@link Conv2dTiles#run}, except that output channels
     * are counted instead of vectors.
     *
     * @param id {@code vector * pixels + pixel}
     */
    static void pixel(int id, int n, FloatArray memory, FloatArray weights, int image, int in, int inStep, int out,
            int residual, int weight, int height, int width, int inChannels, int outHeight, int outWidth,
            int outChannels, int rows, int columns, int padding, int epilogue) {
        int tapsAcross = WindowNumbers.taps(columns);
        int taps = WindowNumbers.taps(rows) * tapsAcross;
        int pixels = outHeight * outWidth;
        int outVectors = (outChannels + VectorTasks.WIDTH - 1) / VectorTasks.WIDTH;
        int panel = id / pixels;
        int pixel = id % pixels;
        int y = pixel / outWidth * WindowNumbers.stride(rows) - WindowNumbers.above(padding);
        int x = pixel % outWidth * WindowNumbers.stride(columns) - WindowNumbers.left(padding);
        int base = n * image;
        int w = weight + panel * (taps * inChannels + 1) * VectorTasks.WIDTH;
        float[] sums = new float[VectorTasks.WIDTH];
        for (int lane = 0; lane < VectorTasks.WIDTH; lane++) {
            sums[lane] = weights.get(w + lane);
        }
        for (int tap = 0; tap < taps; tap++) {
            int iy = y + tap / tapsAcross * WindowNumbers.dilation(rows);
            int ix = x + tap % tapsAcross * WindowNumbers.dilation(columns);
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
        int offset = base + (pixel * outVectors + panel) * VectorTasks.WIDTH;
        // The count is not a constant on purpose: with a constant, TornadoVM makes the compiler unroll another loop, the second outermost.
        int count = Math.min(VectorTasks.WIDTH, outChannels - panel * VectorTasks.WIDTH);
        for (int lane = 0; lane < count; lane++) {
            ScalarMath.finish(memory, offset + out + lane, offset + residual + lane, residual, epilogue,
                    panel * VectorTasks.WIDTH + lane, sums[lane]);
        }
    }
}
