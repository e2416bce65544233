package io.github.jvig.tornado.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * A convolution in groups, for all devices. A work item computes one output element from the channels of its group. Weights: the bias of
 * each output, then the weights in the order of {@link io.github.jvig.kernels.Conv2d}.
 */
public final class GroupedConvPerItem {
    private GroupedConvPerItem() {
    }

    /** Packs weights; a null bias means zeros. */
    public static float[] pack(float[] weight, float[] bias, int outChannels) {
        float[] packed = new float[Math.addExact(outChannels, weight.length)];
        if (bias != null) {
            System.arraycopy(bias, 0, packed, 0, outChannels);
        }
        System.arraycopy(weight, 0, packed, outChannels, weight.length);
        return packed;
    }

    /**
     * The kernel.
     *
     * @param image       floats per image in {@code memory}
     * @param in          offset of the input map in the image's memory
     * @param inStep      floats from one pixel of the input to the next
     * @param outStep     floats from one pixel of the output to the next
     * @param residual    offset of the map that is added, laid out like the output; negative for none
     * @param weight      offset of this step's weights
     * @param groupIn     input channels per group
     * @param groupOut    output channels per group
     * @param rows        the window along the height, as {@link WindowNumbers} encodes it
     * @param columns     the window along the width
     * @param padding     the padding in front
     * @param epilogue    as {@link Activations} encodes it
     */
    public static void run(KernelContext context, FloatArray memory, FloatArray weights, int image, int in, int inStep,
            int out, int outStep, int residual, int weight, int height, int width, int outWidth, int outChannels,
            int groupIn, int groupOut, int rows, int columns, int padding, int epilogue) {
        item(context.globalIdx, context.globalIdy, memory, weights, image, in, inStep, out, outStep, residual, weight,
                height, width, outWidth, outChannels, groupIn, groupOut, rows, columns, padding, epilogue);
    }

    static void item(int id, int n, FloatArray memory, FloatArray weights, int image, int in, int inStep, int out,
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
        float sum = weights.get(weight + output);
        for (int ky = 0; ky < tapsDown; ky++) {
            int iy = y + ky * WindowNumbers.dilation(rows);
            for (int kx = 0; kx < tapsAcross; kx++) {
                int ix = x + kx * WindowNumbers.dilation(columns);
                int outside = VectorTasks.outside(iy, height) | VectorTasks.outside(ix, width);
                int from = base + (first + (iy * width + ix) * inStep & ~outside);
                for (int c = 0; c < groupIn; c++) {
                    sum += memory.get(from + c) * weights.get(w + c * taps + ky * tapsAcross + kx);
                }
            }
        }
        if (channel < outChannels) {
            ScalarMath.finish(memory, base + out + id, base + residual + id, residual, epilogue, channel, sum);
        } else {
            memory.set(base + out + id, 0f);
        }
    }
}
