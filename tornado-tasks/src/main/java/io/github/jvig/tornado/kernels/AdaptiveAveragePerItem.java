package io.github.jvig.tornado.kernels;

import io.github.jvig.kernels.AdaptiveAveragePool;
import io.github.jvig.kernels.MapLayout;
import java.util.stream.IntStream;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** The means of the windows that a map is divided into. A work item computes one output element. */
public final class AdaptiveAveragePerItem {
    private AdaptiveAveragePerItem() {
    }

    /** The kernel; for its numbers see {@link #own}. */
    public static void run(KernelContext context, FloatArray memory, FloatArray weights, IntArray sizes) {
        item(context.globalIdx, context.globalIdy, memory, weights, sizes);
    }

    /** The same as a single work item. */
    public static void pipelinedAdaptiveAveragePool(FloatArray memory, FloatArray weights, IntArray sizes) {
        for (int n = 0; n < sizes.get(Sizes.IMAGES); n++) {
            for (int id = 0; id < sizes.get(Sizes.ITEMS); id++) {
                item(id, n, memory, weights, sizes);
            }
        }
    }

    /**
     * Offset, step and width of the input, sizes of the result, channels; then the first row of each window, the row behind its last one, and
     * alike for the columns.
     */
    public static int[] own(AdaptiveAveragePool spec, BufferOffsets at) {
        MapLayout in = spec.in();
        MapLayout out = spec.out();
        int height = out.height();
        int width = out.width();
        return Sizes.joined(new int[]{at.in(), at.inStep(), in.width(), height, width, in.channels()},
                IntStream.range(0, height).map(i -> AdaptiveAveragePool.start(i, in.height(), height)).toArray(),
                IntStream.range(0, height).map(i -> AdaptiveAveragePool.end(i, in.height(), height)).toArray(),
                IntStream.range(0, width).map(i -> AdaptiveAveragePool.start(i, in.width(), width)).toArray(),
                IntStream.range(0, width).map(i -> AdaptiveAveragePool.end(i, in.width(), width)).toArray());
    }

    private static void item(int id, int n, FloatArray memory, FloatArray weights, IntArray sizes) {
        int base = n * sizes.get(Sizes.IMAGE);
        int outStep = sizes.get(Sizes.OUT_STEP);
        int step = sizes.get(Sizes.OWN + 1);
        int width = sizes.get(Sizes.OWN + 2);
        int outHeight = sizes.get(Sizes.OWN + 3);
        int outWidth = sizes.get(Sizes.OWN + 4);
        int channels = sizes.get(Sizes.OWN + 5);
        int channel = Math.min(id % outStep, channels - 1);
        int rows = Sizes.OWN + 6 + id / outStep / outWidth;
        int columns = Sizes.OWN + 6 + 2 * outHeight + id / outStep % outWidth;
        int top = sizes.get(rows);
        int bottom = sizes.get(rows + outHeight);
        int left = sizes.get(columns);
        int right = sizes.get(columns + outWidth);
        int in = base + sizes.get(Sizes.OWN) + channel;
        float sum = 0f;
        for (int y = top; y < bottom; y++) {
            float row = 0f;
            for (int x = left; x < right; x++) {
                row += memory.get(in + (y * width + x) * step);
            }
            sum += row;
        }
        float mean = sum / ((bottom - top) * (right - left));
        if (id % outStep >= channels) {
            mean = 0f;
        }
        memory.set(base + sizes.get(Sizes.OUT) + id, mean);
    }
}
