package io.github.jvig.tornado.kernels;

import io.github.jvig.kernels.PiecewiseLinear;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * An activation of two straight pieces. A work item computes one element. The weights are those of {@link PiecewiseLinear}.
 */
public final class PiecewiseLinearPerItem {
    private PiecewiseLinearPerItem() {
    }

    /** The kernel; for its numbers see {@link #own}. */
    public static void run(KernelContext context, FloatArray memory, FloatArray weights, IntArray sizes) {
        item(context.globalIdx, context.globalIdy, memory, weights, sizes);
    }

    /** The same as a single work item. */
    public static void pipelinedPiecewiseLinear(FloatArray memory, FloatArray weights, IntArray sizes) {
        for (int n = 0; n < sizes.get(Sizes.IMAGES); n++) {
            for (int id = 0; id < sizes.get(Sizes.ITEMS); id++) {
                item(id, n, memory, weights, sizes);
            }
        }
    }

    /** Offset and channels. */
    public static int[] own(PiecewiseLinear spec, BufferOffsets at) {
        return new int[]{at.in(), spec.in().channels()};
    }

    private static void item(int id, int n, FloatArray memory, FloatArray weights, IntArray sizes) {
        int base = n * sizes.get(Sizes.IMAGE);
        int channels = sizes.get(Sizes.OWN + 1);
        int channel = id % sizes.get(Sizes.OUT_STEP);
        int knee = sizes.get(Sizes.WEIGHT) + Math.min(channel, channels - 1);
        float x = memory.get(base + sizes.get(Sizes.OWN) + id) - weights.get(knee);
        float slope = weights.get(knee + channels);
        if (x >= 0f) {
            slope = weights.get(knee + 2 * channels);
        }
        float y = slope * x + weights.get(knee + 3 * channels);
        if (channel >= channels) {
            y = 0f;
        }
        memory.set(base + sizes.get(Sizes.OUT) + id, y);
    }
}
