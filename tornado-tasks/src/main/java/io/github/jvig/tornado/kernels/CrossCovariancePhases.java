package io.github.jvig.tornado.kernels;

import io.github.jvig.kernels.AttentionHeads;
import io.github.jvig.kernels.CrossCovariance;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Cross-covariance attention in two phases. The first computes the shares of all channels of a head in one of them: a work item computes one
 * channel of queries. The second computes one output element per work item. The weights are the epsilon, then the temperatures.
 */
public final class CrossCovariancePhases {
    private CrossCovariancePhases() {
    }

    /** The first phase; for its numbers see {@link #own}. */
    public static void shares(KernelContext context, FloatArray memory, FloatArray weights, IntArray sizes) {
        sharesItem(context.globalIdx, context.globalIdy, memory, weights, sizes);
    }

    /** The same as a single work item. */
    public static void pipelinedCrossCovarianceShares(FloatArray memory, FloatArray weights, IntArray sizes) {
        for (int n = 0; n < sizes.get(Sizes.IMAGES); n++) {
            for (int id = 0; id < sizes.get(Sizes.ITEMS); id++) {
                sharesItem(id, n, memory, weights, sizes);
            }
        }
    }

    /** The second phase, with the same numbers. */
    public static void combine(KernelContext context, FloatArray memory, FloatArray weights, IntArray sizes) {
        combineItem(context.globalIdx, context.globalIdy, memory, weights, sizes);
    }

    /** The same as a single work item. */
    public static void pipelinedCrossCovariance(FloatArray memory, FloatArray weights, IntArray sizes) {
        for (int n = 0; n < sizes.get(Sizes.IMAGES); n++) {
            for (int id = 0; id < sizes.get(Sizes.ITEMS); id++) {
                combineItem(id, n, memory, weights, sizes);
            }
        }
    }

    /** Floats of scratch: the shares. */
    public static int scratch(CrossCovariance spec) {
        return Math.multiplyExact(spec.out().channels(), spec.layout().keyDim());
    }

    /**
     * Those of {@link Sizes#heads}; channels of a head, sizes of the maps, channels of the result.
     */
    public static int[] own(CrossCovariance spec, BufferOffsets at) {
        AttentionHeads heads = spec.layout();
        return Sizes.joined(Sizes.heads(spec.layout(), spec.inputs(), at),
                new int[]{heads.keyDim(), spec.out().height(), spec.out().width(), spec.out().channels()});
    }

    private static void sharesItem(int id, int n, FloatArray memory, FloatArray weights, IntArray sizes) {
        int base = n * sizes.get(Sizes.IMAGE);
        int dim = sizes.get(Sizes.OWN + 9);
        int height = sizes.get(Sizes.OWN + 10);
        int width = sizes.get(Sizes.OWN + 11);
        int head = id / dim;
        int query = base + sizes.get(Sizes.OWN) + head * sizes.get(Sizes.OWN + 2) + id % dim;
        int queryStep = sizes.get(Sizes.OWN + 1);
        int key = base + sizes.get(Sizes.OWN + 3) + head * sizes.get(Sizes.OWN + 5);
        int keyStep = sizes.get(Sizes.OWN + 4);
        int weight = sizes.get(Sizes.WEIGHT);
        float epsilon = weights.get(weight);
        float length = Math.max(ScalarMath.root(dot(memory, query, queryStep, query, queryStep, height, width)),
                epsilon);
        float factor = weights.get(weight + 1 + head) / length;
        int to = base + sizes.get(Sizes.SCRATCH) + id * dim;
        float maxScore = 0f;
        for (int d = 0; d < dim; d++) {
            float keyLength = ScalarMath.root(dot(memory, key + d, keyStep, key + d, keyStep, height, width));
            float score = dot(memory, query, queryStep, key + d, keyStep, height, width) * factor
                    / Math.max(keyLength, epsilon);
            if (d == 0) {
                maxScore = score;
            }
            maxScore = Math.max(maxScore, score);
            memory.set(to + d, score);
        }
        float sum = 0f;
        for (int d = 0; d < dim; d++) {
            float share = ScalarMath.exp(memory.get(to + d) - maxScore);
            sum += share;
            memory.set(to + d, share);
        }
        for (int d = 0; d < dim; d++) {
            memory.set(to + d, memory.get(to + d) / sum);
        }
    }

    private static void combineItem(int id, int n, FloatArray memory, FloatArray weights, IntArray sizes) {
        int base = n * sizes.get(Sizes.IMAGE);
        int outStep = sizes.get(Sizes.OUT_STEP);
        int dim = sizes.get(Sizes.OWN + 9);
        int channels = sizes.get(Sizes.OWN + 12);
        int channel = Math.min(id % outStep, channels - 1);
        int value = base + sizes.get(Sizes.OWN + 6) + id / outStep * sizes.get(Sizes.OWN + 7)
                + channel / dim * sizes.get(Sizes.OWN + 8);
        int shares = base + sizes.get(Sizes.SCRATCH) + channel * dim;
        float mixed = 0f;
        for (int d = 0; d < dim; d++) {
            mixed += memory.get(shares + d) * memory.get(value + d);
        }
        if (id % outStep >= channels) {
            mixed = 0f;
        }
        memory.set(base + sizes.get(Sizes.OUT) + id, mixed);
    }

    private static float dot(FloatArray memory, int a, int aStep, int b, int bStep, int height, int width) {
        float sum = 0f;
        for (int y = 0; y < height; y++) {
            float row = 0f;
            for (int x = 0; x < width; x++) {
                int i = y * width + x;
                row += memory.get(a + i * aStep) * memory.get(b + i * bStep);
            }
            sum += row;
        }
        return sum;
    }
}
