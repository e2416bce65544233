package io.github.jvig.tornado.kernels;

import io.github.jvig.kernels.Pool2d;
import io.github.jvig.kernels.TokenPool;
import io.github.jvig.kernels.Window;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Maxima and averages over windows. A work item computes one output element.
 */
public final class PoolPerItem {
    private PoolPerItem() {
    }

    /** The kernel; for its numbers see {@link #own(Pool2d, BufferOffsets)}. */
    public static void run(KernelContext context, FloatArray memory, FloatArray weights, IntArray sizes) {
        item(context.globalIdx, context.globalIdy, memory, weights, sizes);
    }

    /** The same as a single work item. */
    public static void pipelinedPool2d(FloatArray memory, FloatArray weights, IntArray sizes) {
        for (int n = 0; n < sizes.get(Sizes.IMAGES); n++) {
            for (int id = 0; id < sizes.get(Sizes.ITEMS); id++) {
                item(id, n, memory, weights, sizes);
            }
        }
    }

    /** The same for {@link TokenPool}, on its numbers as {@link TokenPool#asPool2d} reads them. */
    public static void tokens(KernelContext context, FloatArray memory, FloatArray weights, IntArray sizes) {
        tokenItem(context.globalIdx, context.globalIdy, memory, weights, sizes);
    }

    /** The same as a single work item. */
    public static void pipelinedTokenPool(FloatArray memory, FloatArray weights, IntArray sizes) {
        for (int n = 0; n < sizes.get(Sizes.IMAGES); n++) {
            for (int id = 0; id < sizes.get(Sizes.ITEMS); id++) {
                tokenItem(id, n, memory, weights, sizes);
            }
        }
    }

    /**
     * Offset, step, sizes of the input, width of the output, channels, the window as in {@link WindowNumbers}, whether a maximum is taken, by
     * how many pixels a sum is divided (0 for those inside the input), and the activation.
     */
    public static int[] own(Pool2d spec, BufferOffsets at) {
        Window window = spec.window();
        return new int[]{at.in(), at.inStep(), spec.in().height(), spec.in().width(), spec.out().width(),
                spec.in().channels(), WindowNumbers.axis(window.rows()), WindowNumbers.axis(window.columns()),
                WindowNumbers.padding(window), spec.mode() == Pool2d.Mode.MAXIMUM ? 1 : 0,
                spec.mode() == Pool2d.Mode.AVERAGE_WITH_PADDING ? window.taps() : 0,
                Activations.number(spec.activation())};
    }

    private static void item(int id, int n, FloatArray memory, FloatArray weights, IntArray sizes) {
        int base = n * sizes.get(Sizes.IMAGE);
        int step = sizes.get(Sizes.OWN + 1);
        int height = sizes.get(Sizes.OWN + 2);
        int width = sizes.get(Sizes.OWN + 3);
        int outWidth = sizes.get(Sizes.OWN + 4);
        int rows = sizes.get(Sizes.OWN + 6);
        int columns = sizes.get(Sizes.OWN + 7);
        int padding = sizes.get(Sizes.OWN + 8);
        int channel = id % step;
        int pixel = id / step;
        int down = WindowNumbers.dilation(rows);
        int across = WindowNumbers.dilation(columns);
        int y = pixel / outWidth * WindowNumbers.stride(rows) - WindowNumbers.above(padding);
        int x = pixel % outWidth * WindowNumbers.stride(columns) - WindowNumbers.left(padding);
        int top = WindowNumbers.firstTap(y, down);
        int left = WindowNumbers.firstTap(x, across);
        int bottom = WindowNumbers.endTap(y, down, height, WindowNumbers.taps(rows));
        int right = WindowNumbers.endTap(x, across, width, WindowNumbers.taps(columns));
        int in = base + sizes.get(Sizes.OWN) + channel;
        float greatest = memory.get(in + ((y + top * down) * width + x + left * across) * step);
        float sum = 0f;
        for (int ky = top; ky < bottom; ky++) {
            for (int kx = left; kx < right; kx++) {
                float value = memory.get(in + ((y + ky * down) * width + x + kx * across) * step);
                greatest = Math.max(greatest, value);
                sum += value;
            }
        }
        int divisor = sizes.get(Sizes.OWN + 10);
        if (divisor == 0) {
            divisor = (bottom - top) * (right - left);
        }
        float result = sum / divisor;
        if (sizes.get(Sizes.OWN + 9) == 1) {
            result = greatest;
        }
        result = ScalarMath.activate(sizes.get(Sizes.OWN + 11), result);
        if (channel >= sizes.get(Sizes.OWN + 5)) {
            result = 0f;
        }
        memory.set(base + sizes.get(Sizes.OUT) + id, result);
    }

    private static void tokenItem(int id, int n, FloatArray memory, FloatArray weights, IntArray sizes) {
        item(id, n, memory, weights, sizes);
    }
}
