package io.github.jvig.tornado.kernels;

import io.github.jvig.kernels.BinaryConv;
import io.github.jvig.kernels.Window;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * A convolution of signs with signs. A work item computes one output element; pixels outside of the input are not visited, because a zero has
 * a sign. The weights are the biases, the factors, and then the signs as numbers, in the order of {@link BinaryConv}.
 */
public final class BinaryConvPerItem {
    private BinaryConvPerItem() {
    }

    /** The kernel; for its numbers see {@link #own}. */
    public static void run(KernelContext context, FloatArray memory, FloatArray weights, IntArray sizes) {
        item(context.globalIdx, context.globalIdy, memory, weights, sizes);
    }

    /** The same as a single work item. */
    public static void pipelinedBinaryConv(FloatArray memory, FloatArray weights, IntArray sizes) {
        for (int n = 0; n < sizes.get(Sizes.IMAGES); n++) {
            for (int id = 0; id < sizes.get(Sizes.ITEMS); id++) {
                item(id, n, memory, weights, sizes);
            }
        }
    }

    /** The biases, the factors and the signs; a null bias means zeros. */
    public static float[] pack(BinaryConv spec, float[] weight, float[] bias) {
        int channels = spec.out().channels();
        int signs = weight.length - channels;
        float[] packed = new float[Math.addExact(weight.length, channels)];
        if (bias != null) {
            System.arraycopy(bias, 0, packed, 0, channels);
        }
        System.arraycopy(weight, signs, packed, channels, channels);
        for (int i = 0; i < signs; i++) {
            packed[2 * channels + i] = weight[i] >= 0 ? 1f : -1f;
        }
        return packed;
    }

    /** Offset, step, sizes and channels of the input, width and channels of the result, and the window as in {@link WindowNumbers}. */
    public static int[] own(BinaryConv spec, BufferOffsets at) {
        Window window = spec.window();
        return new int[]{at.in(), at.inStep(), spec.in().height(), spec.in().width(), spec.in().channels(),
                spec.out().width(), spec.out().channels(), WindowNumbers.axis(window.rows()),
                WindowNumbers.axis(window.columns()), WindowNumbers.padding(window)};
    }

    private static void item(int id, int n, FloatArray memory, FloatArray weights, IntArray sizes) {
        int base = n * sizes.get(Sizes.IMAGE);
        int outStep = sizes.get(Sizes.OUT_STEP);
        int step = sizes.get(Sizes.OWN + 1);
        int height = sizes.get(Sizes.OWN + 2);
        int width = sizes.get(Sizes.OWN + 3);
        int inChannels = sizes.get(Sizes.OWN + 4);
        int outWidth = sizes.get(Sizes.OWN + 5);
        int channels = sizes.get(Sizes.OWN + 6);
        int rows = sizes.get(Sizes.OWN + 7);
        int columns = sizes.get(Sizes.OWN + 8);
        int padding = sizes.get(Sizes.OWN + 9);
        int channel = Math.min(id % outStep, channels - 1);
        int pixel = id / outStep;
        int down = WindowNumbers.dilation(rows);
        int across = WindowNumbers.dilation(columns);
        int y = pixel / outWidth * WindowNumbers.stride(rows) - WindowNumbers.above(padding);
        int x = pixel % outWidth * WindowNumbers.stride(columns) - WindowNumbers.left(padding);
        int top = WindowNumbers.firstTap(y, down);
        int left = WindowNumbers.firstTap(x, across);
        int bottom = WindowNumbers.endTap(y, down, height, WindowNumbers.taps(rows));
        int right = WindowNumbers.endTap(x, across, width, WindowNumbers.taps(columns));
        int tapsAcross = WindowNumbers.taps(columns);
        int taps = WindowNumbers.taps(rows) * tapsAcross;
        int weight = sizes.get(Sizes.WEIGHT);
        int signs = weight + 2 * channels + channel * inChannels * taps;
        float sum = 0f;
        for (int ky = top; ky < bottom; ky++) {
            for (int kx = left; kx < right; kx++) {
                int from = base + sizes.get(Sizes.OWN) + ((y + ky * down) * width + x + kx * across) * step;
                for (int c = 0; c < inChannels; c++) {
                    float product = weights.get(signs + c * taps + ky * tapsAcross + kx);
                    if (!(memory.get(from + c) >= 0f)) {
                        product = -product;
                    }
                    sum += product;
                }
            }
        }
        float result = weights.get(weight + channels + channel) * sum + weights.get(weight + channel);
        if (id % outStep >= channels) {
            result = 0f;
        }
        memory.set(base + sizes.get(Sizes.OUT) + id, result);
    }
}
