package io.github.jvig.tornado.kernels;

import io.github.jvig.kernels.GlobalDeviation;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * The standard deviation over all pixels. A work item computes one channel in two passes, row by row. The weight is the epsilon.
 */
public final class GlobalDeviationPerItem {
    private GlobalDeviationPerItem() {
    }

    /** The kernel; for its numbers see {@link #own}. */
    public static void run(KernelContext context, FloatArray memory, FloatArray weights, IntArray sizes) {
        item(context.globalIdx, context.globalIdy, memory, weights, sizes);
    }

    /** The same as a single work item. */
    public static void pipelinedGlobalDeviation(FloatArray memory, FloatArray weights, IntArray sizes) {
        for (int n = 0; n < sizes.get(Sizes.IMAGES); n++) {
            for (int id = 0; id < sizes.get(Sizes.ITEMS); id++) {
                item(id, n, memory, weights, sizes);
            }
        }
    }

    /** The kernel's own numbers. */
    public static int[] own(GlobalDeviation spec, BufferOffsets at) {
        return new int[]{at.in(), at.inStep(), spec.in().height(), spec.in().width(), spec.correction()};
    }

    private static void item(int id, int n, FloatArray memory, FloatArray weights, IntArray sizes) {
        int base = n * sizes.get(Sizes.IMAGE);
        int in = base + sizes.get(Sizes.OWN) + id;
        int step = sizes.get(Sizes.OWN + 1);
        int height = sizes.get(Sizes.OWN + 2);
        int width = sizes.get(Sizes.OWN + 3);
        int pixels = height * width;
        float mean = ScalarMath.sum(memory, in, step, height, width) / pixels;
        float squares = ScalarMath.squaresAround(memory, in, step, height, width, mean);
        memory.set(base + sizes.get(Sizes.OUT) + id,
                ScalarMath.root(squares / (pixels - sizes.get(Sizes.OWN + 4)) + weights.get(sizes.get(Sizes.WEIGHT))));
    }
}
