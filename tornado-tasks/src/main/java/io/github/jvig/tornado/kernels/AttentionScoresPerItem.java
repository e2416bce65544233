package io.github.jvig.tornado.kernels;

import io.github.jvig.kernels.AttentionScores;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** The products of queries with keys. A work item computes one output element. */
public final class AttentionScoresPerItem {
    private AttentionScoresPerItem() {
    }

    /** The kernel; for its numbers see {@link #own}. */
    public static void run(KernelContext context, FloatArray memory, FloatArray weights, IntArray sizes) {
        item(context.globalIdx, context.globalIdy, memory, weights, sizes);
    }

    /** The same as a single work item. */
    public static void pipelinedAttentionScores(FloatArray memory, FloatArray weights, IntArray sizes) {
        for (int n = 0; n < sizes.get(Sizes.IMAGES); n++) {
            for (int id = 0; id < sizes.get(Sizes.ITEMS); id++) {
                item(id, n, memory, weights, sizes);
            }
        }
    }

    /** Offset and step of the queries and of the keys, channels of a head, keys, and channels of the result. */
    public static int[] own(AttentionScores spec, BufferOffsets at) {
        return new int[]{at.in(), at.inStep(), at.in2(), spec.keyLayout().stride(), spec.dim(), spec.keys(),
                spec.out().channels()};
    }

    private static void item(int id, int n, FloatArray memory, FloatArray weights, IntArray sizes) {
        int base = n * sizes.get(Sizes.IMAGE);
        int outStep = sizes.get(Sizes.OUT_STEP);
        int dim = sizes.get(Sizes.OWN + 4);
        int keys = sizes.get(Sizes.OWN + 5);
        int channels = sizes.get(Sizes.OWN + 6);
        int channel = Math.min(id % outStep, channels - 1);
        int first = channel / keys * dim;
        int query = base + sizes.get(Sizes.OWN) + id / outStep * sizes.get(Sizes.OWN + 1) + first;
        int key = base + sizes.get(Sizes.OWN + 2) + channel % keys * sizes.get(Sizes.OWN + 3) + first;
        float sum = 0f;
        for (int c = 0; c < dim; c++) {
            sum += memory.get(query + c) * memory.get(key + c);
        }
        if (id % outStep >= channels) {
            sum = 0f;
        }
        memory.set(base + sizes.get(Sizes.OUT) + id, sum);
    }
}
