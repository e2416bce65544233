package io.github.jvig.tornado.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * A depthwise convolution, for GPUs. A work item computes one channel of four pixels in a row, so that it loads each weight once for four
 * products; neighboring work items compute neighboring channels, so that reads and writes coalesce. Arguments and weights are those of
 * {@link DepthwiseTiles}.
 */
public final class DepthwiseRowPerItem {
    /** Pixels per work item. */
    static final int TILE = 4;

    private DepthwiseRowPerItem() {
    }

    /** The kernel; see {@link DepthwiseTiles#run}. */
    public static void run(KernelContext context, FloatArray memory, FloatArray weights, int image, int in, int out,
            int residual, int weight, int height, int width, int channelVectors, int outHeight, int outWidth, int rows,
            int columns, int padding, int epilogue) {
        item(context.globalIdx, context.globalIdy, memory, weights, image, in, out, residual, weight, height, width,
                channelVectors, outHeight, outWidth, rows, columns, padding, epilogue);
    }

    /** Work items per image. */
    public static int items(int outHeight, int outWidth, int channelVectors) {
        return outHeight * ((outWidth + TILE - 1) / TILE) * channelVectors * VectorTasks.WIDTH;
    }

    static void item(int id, int n, FloatArray memory, FloatArray weights, int image, int in, int out, int residual,
            int weight, int height, int width, int channelVectors, int outHeight, int outWidth, int rows, int columns,
            int padding, int epilogue) {
        int tapsDown = WindowNumbers.taps(rows);
        int tapsAcross = WindowNumbers.taps(columns);
        int taps = tapsDown * tapsAcross;
        int stride = WindowNumbers.stride(columns);
        int dilation = WindowNumbers.dilation(columns);
        int step = channelVectors * VectorTasks.WIDTH;
        int channel = id % step;
        int tile = id / step;
        int tiles = (outWidth + TILE - 1) / TILE;
        int y = tile / tiles;
        int x = tile % tiles * TILE;
        int base = n * image;
        float s0 = weights.get(ScalarMath.weight(weight, channel, taps, 0));
        float s1 = s0;
        float s2 = s0;
        float s3 = s0;
        for (int ky = 0; ky < tapsDown; ky++) {
            int iy = y * WindowNumbers.stride(rows) - WindowNumbers.above(padding)
                    + ky * WindowNumbers.dilation(rows);
            int above = VectorTasks.outside(iy, height);
            for (int kx = 0; kx < tapsAcross; kx++) {
                int x0 = x * stride - WindowNumbers.left(padding) + kx * dilation;
                int from = in + (iy * width + x0) * step + channel;
                float v = weights.get(ScalarMath.weight(weight, channel, taps, ky * tapsAcross + kx + 1));
                s0 += v * memory.get(base + (from & ~(above | VectorTasks.outside(x0, width))));
                s1 += v * memory.get(base
                        + (from + 1 * stride * step & ~(above | VectorTasks.outside(x0 + 1 * stride, width))));
                s2 += v * memory.get(base
                        + (from + 2 * stride * step & ~(above | VectorTasks.outside(x0 + 2 * stride, width))));
                s3 += v * memory.get(base
                        + (from + 3 * stride * step & ~(above | VectorTasks.outside(x0 + 3 * stride, width))));
            }
        }
        int offset = (y * outWidth + x) * step + channel;
        ScalarMath.finish(memory, base + out + offset, base + residual + offset, residual, epilogue, channel, s0);
        if (x + 1 < outWidth) {
            ScalarMath.finish(memory, base + out + offset + 1 * step, base + residual + offset + 1 * step, residual,
                    epilogue, channel, s1);
        }
        if (x + 2 < outWidth) {
            ScalarMath.finish(memory, base + out + offset + 2 * step, base + residual + offset + 2 * step, residual,
                    epilogue, channel, s2);
        }
        if (x + 3 < outWidth) {
            ScalarMath.finish(memory, base + out + offset + 3 * step, base + residual + offset + 3 * step, residual,
                    epilogue, channel, s3);
        }
    }
}
