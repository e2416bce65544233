package io.github.jvig.tornado.kernels;

import io.github.jvig.kernels.BinaryConstant;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * A map and a constant map, element by element. A work item computes one element. The weights are the constant, without padding.
 */
public final class BinaryConstantPerItem {
    private BinaryConstantPerItem() {
    }

    /** The kernel; for its numbers see {@link #own}. */
    public static void run(KernelContext context, FloatArray memory, FloatArray weights, IntArray sizes) {
        item(context.globalIdx, context.globalIdy, memory, weights, sizes);
    }

    /** The same as a single work item. */
    public static void pipelinedBinaryConstant(FloatArray memory, FloatArray weights, IntArray sizes) {
        for (int n = 0; n < sizes.get(Sizes.IMAGES); n++) {
            for (int id = 0; id < sizes.get(Sizes.ITEMS); id++) {
                item(id, n, memory, weights, sizes);
            }
        }
    }

    /** The kernel's own numbers. */
    public static int[] own(BinaryConstant spec, BufferOffsets at) {
        return new int[]{at.in(), spec.in().channels(), BinaryPerItem.number(spec.operator())};
    }

    private static void item(int id, int n, FloatArray memory, FloatArray weights, IntArray sizes) {
        int base = n * sizes.get(Sizes.IMAGE);
        int step = sizes.get(Sizes.OUT_STEP);
        int channels = sizes.get(Sizes.OWN + 1);
        int channel = id % step;
        float x = memory.get(base + sizes.get(Sizes.OWN) + id);
        float y = weights.get(sizes.get(Sizes.WEIGHT) + id / step * channels + Math.min(channel, channels - 1));
        float z = BinaryPerItem.combine(sizes.get(Sizes.OWN + 2), x, y);
        if (channel >= channels) {
            z = 0f;
        }
        memory.set(base + sizes.get(Sizes.OUT) + id, z);
    }
}
