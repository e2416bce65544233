package io.github.jvig.tornado.kernels;

import io.github.jvig.kernels.LocalDepthwiseConv;
import io.github.jvig.kernels.Window;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * A depthwise convolution with weights for each place. A work item computes one output element. The weights are the bias of each channel,
 * then those of {@link LocalDepthwiseConv}; see {@link GroupedConvPerItem#pack}.
 */
public final class LocalDepthwisePerItem {
    private LocalDepthwisePerItem() {
    }

    /** The kernel; for its numbers see {@link #own}. */
    public static void run(KernelContext context, FloatArray memory, FloatArray weights, IntArray sizes) {
        item(context.globalIdx, context.globalIdy, memory, weights, sizes);
    }

    /** The same as a single work item. */
    public static void pipelinedLocalDepthwise(FloatArray memory, FloatArray weights, IntArray sizes) {
        for (int n = 0; n < sizes.get(Sizes.IMAGES); n++) {
            for (int id = 0; id < sizes.get(Sizes.ITEMS); id++) {
                item(id, n, memory, weights, sizes);
            }
        }
    }

    /** Offset, step and sizes of the input, width of the result, channels, the window as in {@link WindowNumbers}, and the activation. */
    public static int[] own(LocalDepthwiseConv spec, BufferOffsets at) {
        Window window = spec.window();
        return new int[]{at.in(), at.inStep(), spec.in().height(), spec.in().width(), spec.out().width(),
                spec.in().channels(), WindowNumbers.axis(window.rows()), WindowNumbers.axis(window.columns()),
                WindowNumbers.padding(window), Activations.number(spec.activation())};
    }

    private static void item(int id, int n, FloatArray memory, FloatArray weights, IntArray sizes) {
        int base = n * sizes.get(Sizes.IMAGE);
        int outStep = sizes.get(Sizes.OUT_STEP);
        int step = sizes.get(Sizes.OWN + 1);
        int height = sizes.get(Sizes.OWN + 2);
        int width = sizes.get(Sizes.OWN + 3);
        int outWidth = sizes.get(Sizes.OWN + 4);
        int channels = sizes.get(Sizes.OWN + 5);
        int rows = sizes.get(Sizes.OWN + 6);
        int columns = sizes.get(Sizes.OWN + 7);
        int padding = sizes.get(Sizes.OWN + 8);
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
        int weight = sizes.get(Sizes.WEIGHT);
        int place = weight + channels + pixel * WindowNumbers.taps(rows) * tapsAcross * channels + channel;
        int in = base + sizes.get(Sizes.OWN) + channel;
        float sum = weights.get(weight + channel);
        for (int ky = top; ky < bottom; ky++) {
            for (int kx = left; kx < right; kx++) {
                sum += memory.get(in + ((y + ky * down) * width + x + kx * across) * step)
                        * weights.get(place + (ky * tapsAcross + kx) * channels);
            }
        }
        float result = ScalarMath.activate(sizes.get(Sizes.OWN + 9), sum);
        if (id % outStep >= channels) {
            result = 0f;
        }
        memory.set(base + sizes.get(Sizes.OUT) + id, result);
    }
}
