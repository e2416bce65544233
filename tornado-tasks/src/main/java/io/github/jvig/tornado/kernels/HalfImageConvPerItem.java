package io.github.jvig.tornado.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;

/**
 * The twin of {@link ImageConvPerItem} for maps and weights in half precision, with sums in single precision. Generated: the test class
 * {@code HalfTwins} says how; do not edit it.
 */
public final class HalfImageConvPerItem {
    private HalfImageConvPerItem() {
    }

    /** See {@link ImageConvPerItem#run}. */
    public static void run(KernelContext context, FloatArray planes, HalfFloatArray memory, HalfFloatArray weights,
            int image,
            int out, int weight, int height, int width, int inChannels, int outHeight, int outWidth, int outVectors,
            int rows, int columns, int padding, int epilogue) {
        item(context.globalIdx, context.globalIdy, planes, memory, weights, image, out, weight, height, width,
                inChannels, outHeight, outWidth, outVectors, rows, columns, padding, epilogue);
    }

    static void item(int id, int n, FloatArray planes, HalfFloatArray memory, HalfFloatArray weights, int image,
            int out,
            int weight, int height, int width, int inChannels, int outHeight, int outWidth, int outVectors, int rows,
            int columns, int padding, int epilogue) {
        int tapsDown = WindowNumbers.taps(rows);
        int tapsAcross = WindowNumbers.taps(columns);
        int taps = tapsDown * tapsAcross;
        int stride = WindowNumbers.stride(columns);
        int dilation = WindowNumbers.dilation(columns);
        int step = outVectors * VectorTasks.WIDTH;
        int output = id % step;
        int tile = id / step;
        int y = tile % outHeight;
        int x = tile / outHeight * Conv2dPerItem.TILE;
        int base = n * image;
        int plane = height * width;
        int start = ImageConvPerItem.ZEROS + n * inChannels * plane;
        int all = taps * inChannels;
        float s0 = weights.get(ScalarMath.weight(weight, output, all, 0)).getFloat32() + FirstUse.zero(memory, base);
        float s1 = s0;
        float s2 = s0;
        float s3 = s0;
        for (int ky = 0; ky < tapsDown; ky++) {
            int iy = y * WindowNumbers.stride(rows) - WindowNumbers.above(padding)
                    + ky * WindowNumbers.dilation(rows);
            int above = VectorTasks.outside(iy, height);
            for (int kx = 0; kx < tapsAcross; kx++) {
                int x0 = x * stride - WindowNumbers.left(padding) + kx * dilation;
                int from = start + iy * width + x0;
                int m0 = ~(above | VectorTasks.outside(x0, width));
                int m1 = ~(above | VectorTasks.outside(x0 + 1 * stride, width));
                int m2 = ~(above | VectorTasks.outside(x0 + 2 * stride, width));
                int m3 = ~(above | VectorTasks.outside(x0 + 3 * stride, width));
                int w = ScalarMath.weight(weight, output, all, (ky * tapsAcross + kx) * inChannels + 1);
                for (int c = 0; c < inChannels; c++) {
                    float v = weights.get(w + c * VectorTasks.WIDTH).getFloat32();
                    int i = from + c * plane;
                    s0 += v * planes.get(i & m0);
                    s1 += v * planes.get(i + 1 * stride & m1);
                    s2 += v * planes.get(i + 2 * stride & m2);
                    s3 += v * planes.get(i + 3 * stride & m3);
                }
            }
        }
        int offset = base + out + (y * outWidth + x) * step + output;
        HalfMath.finish(memory, offset, 0, -1, epilogue, output, s0);
        if (x + 1 < outWidth) {
            HalfMath.finish(memory, offset + 1 * step, 0, -1, epilogue, output, s1);
        }
        if (x + 2 < outWidth) {
            HalfMath.finish(memory, offset + 2 * step, 0, -1, epilogue, output, s2);
        }
        if (x + 3 < outWidth) {
            HalfMath.finish(memory, offset + 3 * step, 0, -1, epilogue, output, s3);
        }
    }
}
