package io.github.jvig.tornado.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;

/**
 * The twin of {@link DepthwiseRowPerItem} for maps and weights in half precision, with sums in single precision. Generated: the test class
 * {@code HalfTwins} says how; do not edit it.
 */
public final class HalfDepthwiseRowPerItem {
    private HalfDepthwiseRowPerItem() {
    }

    /** See {@link DepthwiseRowPerItem#run}. */
    public static void run(KernelContext context, HalfFloatArray memory, HalfFloatArray weights, int image, int in,
            int out,
            int residual, int weight, int height, int width, int channelVectors, int outHeight, int outWidth, int rows,
            int columns, int padding, int epilogue) {
        item(context.globalIdx, context.globalIdy, memory, weights, image, in, out, residual, weight, height, width,
                channelVectors, outHeight, outWidth, rows, columns, padding, epilogue);
    }

    static void item(int id, int n, HalfFloatArray memory, HalfFloatArray weights, int image, int in, int out,
            int residual,
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
        int tiles = (outWidth + DepthwiseRowPerItem.TILE - 1) / DepthwiseRowPerItem.TILE;
        int y = tile / tiles;
        int x = tile % tiles * DepthwiseRowPerItem.TILE;
        int base = n * image;
        float s0 = weights.get(ScalarMath.weight(weight, channel, taps, 0)).getFloat32();
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
                float v = weights.get(ScalarMath.weight(weight, channel, taps, ky * tapsAcross + kx + 1)).getFloat32();
                s0 += v * memory.get(base + (from & ~(above | VectorTasks.outside(x0, width)))).getFloat32();
                s1 += v * memory.get(base
                        + (from + 1 * stride * step & ~(above | VectorTasks.outside(x0 + 1 * stride, width))))
                        .getFloat32();
                s2 += v * memory.get(base
                        + (from + 2 * stride * step & ~(above | VectorTasks.outside(x0 + 2 * stride, width))))
                        .getFloat32();
                s3 += v * memory.get(base
                        + (from + 3 * stride * step & ~(above | VectorTasks.outside(x0 + 3 * stride, width))))
                        .getFloat32();
            }
        }
        int offset = (y * outWidth + x) * step + channel;
        HalfMath.finish(memory, base + out + offset, base + residual + offset, residual, epilogue, channel, s0);
        if (x + 1 < outWidth) {
            HalfMath.finish(memory, base + out + offset + 1 * step, base + residual + offset + 1 * step, residual,
                    epilogue, channel, s1);
        }
        if (x + 2 < outWidth) {
            HalfMath.finish(memory, base + out + offset + 2 * step, base + residual + offset + 2 * step, residual,
                    epilogue, channel, s2);
        }
        if (x + 3 < outWidth) {
            HalfMath.finish(memory, base + out + offset + 3 * step, base + residual + offset + 3 * step, residual,
                    epilogue, channel, s3);
        }
    }
}
