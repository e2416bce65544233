package io.github.jvig.tornado.kernels;

import io.github.jvig.kernels.SpatialSoftmax;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** The softmax over all pixels. A work item computes one channel in three passes: the maximum, the sum of the exponentials, the shares. */
public final class SpatialSoftmaxPerItem {
    private SpatialSoftmaxPerItem() {
    }

    /** The kernel; for its numbers see {@link #own}. */
    public static void run(KernelContext context, FloatArray memory, FloatArray weights, IntArray sizes) {
        item(context.globalIdx, context.globalIdy, memory, weights, sizes);
    }

    /** The same as a single work item. */
    public static void pipelinedSpatialSoftmax(FloatArray memory, FloatArray weights, IntArray sizes) {
        for (int n = 0; n < sizes.get(Sizes.IMAGES); n++) {
            for (int id = 0; id < sizes.get(Sizes.ITEMS); id++) {
                item(id, n, memory, weights, sizes);
            }
        }
    }

    /** Offset, step, sizes of the map. */
    public static int[] own(SpatialSoftmax spec, BufferOffsets at) {
        return new int[]{at.in(), at.inStep(), spec.in().height(), spec.in().width()};
    }

    private static void item(int id, int n, FloatArray memory, FloatArray weights, IntArray sizes) {
        int base = n * sizes.get(Sizes.IMAGE);
        int in = base + sizes.get(Sizes.OWN) + id;
        int out = base + sizes.get(Sizes.OUT) + id;
        int step = sizes.get(Sizes.OWN + 1);
        int height = sizes.get(Sizes.OWN + 2);
        int width = sizes.get(Sizes.OWN + 3);
        float greatest = memory.get(in);
        for (int p = 1; p < height * width; p++) {
            greatest = Math.max(greatest, memory.get(in + p * step));
        }
        float sum = 0f;
        for (int y = 0; y < height; y++) {
            float row = 0f;
            for (int x = 0; x < width; x++) {
                int at = (y * width + x) * step;
                float share = ScalarMath.exp(memory.get(in + at) - greatest);
                row += share;
                memory.set(out + at, share);
            }
            sum += row;
        }
        float factor = 1f / sum;
        for (int p = 0; p < height * width; p++) {
            memory.set(out + p * step, memory.get(out + p * step) * factor);
        }
    }
}
