package io.github.jvig.tornado.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.HalfFloat;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;

/**
 * The twin of {@link GroupedConvPerItem} for maps and weights in half precision, with sums in single precision. Generated: the test class
 * {@code HalfTwins} says how; do not edit it.
 */
public final class HalfGroupedConvPerItem {
    private HalfGroupedConvPerItem() {
    }

    /** See {@link GroupedConvPerItem#run}. */
    public static void run(KernelContext context, HalfFloatArray memory, HalfFloatArray weights, int image, int in,
            int inStep,
            int out, int outStep, int residual, int weight, int height, int width, int outWidth, int outChannels,
            int groupIn, int groupOut, int rows, int columns, int padding, int epilogue) {
        item(context.globalIdx, context.globalIdy, memory, weights, image, in, inStep, out, outStep, residual, weight,
                height, width, outWidth, outChannels, groupIn, groupOut, rows, columns, padding, epilogue);
    }

    static void item(int id, int n, HalfFloatArray memory, HalfFloatArray weights, int image, int in, int inStep,
            int out,
            int outStep, int residual, int weight, int height, int width, int outWidth, int outChannels, int groupIn,
            int groupOut, int rows, int columns, int padding, int epilogue) {
        int channel = id % outStep;
        int pixel = id / outStep;
        int tapsDown = WindowNumbers.taps(rows);
        int tapsAcross = WindowNumbers.taps(columns);
        int y = pixel / outWidth * WindowNumbers.stride(rows) - WindowNumbers.above(padding);
        int x = pixel % outWidth * WindowNumbers.stride(columns) - WindowNumbers.left(padding);
        int base = n * image;
        // Pad lanes compute the last output, and are set to zero below.
        int output = Math.min(channel, outChannels - 1);
        int first = in + output / groupOut * groupIn;
        int taps = tapsDown * tapsAcross;
        int w = weight + outChannels + output * groupIn * taps;
        float sum = weights.get(weight + output).getFloat32();
        for (int ky = 0; ky < tapsDown; ky++) {
            int iy = y + ky * WindowNumbers.dilation(rows);
            for (int kx = 0; kx < tapsAcross; kx++) {
                int ix = x + kx * WindowNumbers.dilation(columns);
                int outside = VectorTasks.outside(iy, height) | VectorTasks.outside(ix, width);
                int from = base + (first + (iy * width + ix) * inStep & ~outside);
                for (int c = 0; c < groupIn; c++) {
                    sum += memory.get(from + c).getFloat32()
                            * weights.get(w + c * taps + ky * tapsAcross + kx).getFloat32();
                }
            }
        }
        if (channel < outChannels) {
            HalfMath.finish(memory, base + out + id, base + residual + id, residual, epilogue, channel, sum);
        } else {
            memory.set(base + out + id, new HalfFloat(0f));
        }
    }
}
