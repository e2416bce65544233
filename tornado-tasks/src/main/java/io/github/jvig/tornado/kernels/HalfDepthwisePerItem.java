package io.github.jvig.tornado.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.HalfFloat;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;

/**
 * The twin of {@link DepthwisePerItem} for maps and weights in half precision, with sums in single precision. Generated: the test class
 * {@code HalfTwins} says how; do not edit it.
 */
public final class HalfDepthwisePerItem {
    private HalfDepthwisePerItem() {
    }

    /** See {@link DepthwisePerItem#run}. */
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
        int pixel = id / step;
        int x = pixel % outWidth;
        int y = pixel / outWidth;
        int base = n * image;
        float sum = weights.get(ScalarMath.weight(weight, channel, taps, 0)).getFloat32();
        for (int ky = 0; ky < tapsDown; ky++) {
            int iy = y * WindowNumbers.stride(rows) - WindowNumbers.above(padding)
                    + ky * WindowNumbers.dilation(rows);
            for (int kx = 0; kx < tapsAcross; kx++) {
                int ix = x * stride - WindowNumbers.left(padding) + kx * dilation;
                int outside = VectorTasks.outside(iy, height) | VectorTasks.outside(ix, width);
                int offset = in + (iy * width + ix) * step + channel & ~outside;
                sum += memory.get(base + offset).getFloat32()
                        * weights.get(ScalarMath.weight(weight, channel, taps, ky * tapsAcross + kx + 1)).getFloat32();
            }
        }
        HalfMath.finish(memory, base + out + id, base + residual + id, residual, epilogue, channel, sum);
    }
}
