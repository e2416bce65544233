package io.github.jvig.tornado.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;

/**
 * The twin of {@link Conv2dPerItem} for maps and weights in half precision, with sums in single precision. Generated: the test class
 * {@code HalfTwins} says how; do not edit it.
 */
public final class HalfConv2dPerItem {
    private HalfConv2dPerItem() {
    }

    /** See {@link Conv2dPerItem#run}. */
    public static void run(KernelContext context, HalfFloatArray memory, HalfFloatArray weights, int image, int in,
            int inStep,
            int out, int residual, int weight, int height, int width, int inChannels, int outHeight, int outWidth,
            int outVectors, int rows, int columns, int padding, int epilogue) {
        item(context.globalIdx, context.globalIdy, memory, weights, image, in, inStep, out, residual, weight, height,
                width, inChannels, outHeight, outWidth, outVectors, rows, columns, padding, epilogue);
    }

    static void item(int id, int n, HalfFloatArray memory, HalfFloatArray weights, int image, int in, int inStep,
            int out,
            int residual, int weight, int height, int width, int inChannels, int outHeight, int outWidth,
            int outVectors, int rows, int columns, int padding, int epilogue) {
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
        int all = taps * inChannels;
        // TornadoVM unrolls all loops with constant bounds, and 3x3 taps of 16 channels do not fit into registers then: each work item
        // spilled a kilobyte. It does not know that the zero at the start of each image's part is one.
        int channels = inChannels > Conv2dPerItem.UNROLLED
                ? inChannels + (int) memory.get(base).getFloat32()
                : inChannels;
        float s0 = weights.get(ScalarMath.weight(weight, output, all, 0)).getFloat32();
        float s1 = s0;
        float s2 = s0;
        float s3 = s0;
        for (int ky = 0; ky < tapsDown; ky++) {
            int iy = y * WindowNumbers.stride(rows) - WindowNumbers.above(padding)
                    + ky * WindowNumbers.dilation(rows);
            int above = VectorTasks.outside(iy, height);
            for (int kx = 0; kx < tapsAcross; kx++) {
                int x0 = x * stride - WindowNumbers.left(padding) + kx * dilation;
                int from = in + (iy * width + x0) * inStep;
                int i0 = base + (from & ~(above | VectorTasks.outside(x0, width)));
                int i1 = base + (from + 1 * stride * inStep & ~(above | VectorTasks.outside(x0 + 1 * stride, width)));
                int i2 = base + (from + 2 * stride * inStep & ~(above | VectorTasks.outside(x0 + 2 * stride, width)));
                int i3 = base + (from + 3 * stride * inStep & ~(above | VectorTasks.outside(x0 + 3 * stride, width)));
                int w = ScalarMath.weight(weight, output, all, (ky * tapsAcross + kx) * inChannels + 1);
                for (int c = 0; c < channels; c++) {
                    float v = weights.get(w + c * VectorTasks.WIDTH).getFloat32();
                    s0 += v * memory.get(i0 + c).getFloat32();
                    s1 += v * memory.get(i1 + c).getFloat32();
                    s2 += v * memory.get(i2 + c).getFloat32();
                    s3 += v * memory.get(i3 + c).getFloat32();
                }
            }
        }
        int offset = (y * outWidth + x) * step + output;
        HalfMath.finish(memory, base + out + offset, base + residual + offset, residual, epilogue, output, s0);
        if (x + 1 < outWidth) {
            HalfMath.finish(memory, base + out + offset + 1 * step, base + residual + offset + 1 * step, residual,
                    epilogue, output, s1);
        }
        if (x + 2 < outWidth) {
            HalfMath.finish(memory, base + out + offset + 2 * step, base + residual + offset + 2 * step, residual,
                    epilogue, output, s2);
        }
        if (x + 3 < outWidth) {
            HalfMath.finish(memory, base + out + offset + 3 * step, base + residual + offset + 3 * step, residual,
                    epilogue, output, s3);
        }
    }
}
