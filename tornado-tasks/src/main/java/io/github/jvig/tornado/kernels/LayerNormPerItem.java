package io.github.jvig.tornado.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Layer normalization over the channels; a work item computes one pixel: first the mean, then the variance around it. */
public final class LayerNormPerItem {
    private LayerNormPerItem() {
    }

    /**
     * The kernel.
     *
     * @param image   floats per image in {@code memory}
     * @param in      offset of the input map in the image's memory
     * @param step    floats from one pixel of either map to the next
     * @param weight  offset of the weights, packed by {@link #pack}
     * @param epsilon added to the variance
     */
    public static void run(KernelContext context, FloatArray memory, FloatArray weights, int image, int in, int out,
            int step, int weight, int channels, float epsilon) {
        item(context.globalIdx, context.globalIdy, memory, weights, image, in, out, step, weight, channels, epsilon);
    }

    /**
     * Packs weights as the kernel reads them: all scales, then all biases.
     *
     * @param weight scale of each channel
     * @param bias   bias of each channel, or null for zeros
     */
    public static float[] pack(float[] weight, float[] bias) {
        float[] packed = new float[2 * weight.length];
        System.arraycopy(weight, 0, packed, 0, weight.length);
        if (bias != null) {
            System.arraycopy(bias, 0, packed, weight.length, bias.length);
        }
        return packed;
    }

    static void item(int id, int n, FloatArray memory, FloatArray weights, int image, int in, int out, int step,
            int weight, int channels, float epsilon) {
        int from = n * image + in + id * step;
        int to = n * image + out + id * step;
        float sum = 0f;
        for (int c = 0; c < channels; c++) {
            sum += memory.get(from + c);
        }
        float mean = sum / channels;
        float squares = 0f;
        for (int c = 0; c < channels; c++) {
            float d = memory.get(from + c) - mean;
            squares += d * d;
        }
        float factor = 1f / ScalarMath.root(squares / channels + epsilon);
        for (int c = 0; c < channels; c++) {
            memory.set(to + c, (memory.get(from + c) - mean) * factor * weights.get(weight + c)
                    + weights.get(weight + channels + c));
        }
    }
}
