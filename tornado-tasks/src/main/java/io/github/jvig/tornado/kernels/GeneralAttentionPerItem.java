package io.github.jvig.tornado.kernels;

import io.github.jvig.kernels.Attention;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Attention of any kind; a work item computes one head of one query. It finds the greatest score first, then computes each score a second
 * time and sums up the values in the output itself, so it needs no memory for scores. The weights are the scale, then the biases.
 */
public final class GeneralAttentionPerItem {
    private GeneralAttentionPerItem() {
    }

    /** The kernel; for its numbers see {@link #own}. */
    public static void run(KernelContext context, FloatArray memory, FloatArray weights, IntArray sizes) {
        item(context.globalIdx, context.globalIdy, memory, weights, sizes);
    }

    /** The same as a single work item. */
    public static void pipelinedAttention(FloatArray memory, FloatArray weights, IntArray sizes) {
        for (int n = 0; n < sizes.get(Sizes.IMAGES); n++) {
            for (int id = 0; id < sizes.get(Sizes.ITEMS); id++) {
                item(id, n, memory, weights, sizes);
            }
        }
    }

    /**
     * Those of {@link Sizes#heads}; channels of a key, channels of a value, windows, queries and keys of a window, the number of biases (0 for none, 1
     * if windows share them, otherwise 1 more than there are heads); and the partition of the query map and of the key map.
     */
    public static int[] own(Attention spec, BufferOffsets at) {
        return Sizes.joined(Sizes.heads(spec.layout(), spec.inputs(), at),
                new int[]{spec.keyDim(), spec.valueDim(), spec.windows(), spec.queries(), spec.keys(),
                        spec.byWindow() ? 1 + spec.heads() : spec.biased() ? 1 : 0},
                Sizes.partition(spec.partition(), spec.queryMap()), Sizes.partition(spec.partition(), spec.keyMap()));
    }

    private static void item(int id, int n, FloatArray memory, FloatArray weights, IntArray sizes) {
        int base = n * sizes.get(Sizes.IMAGE);
        int keyDim = sizes.get(Sizes.OWN + 9);
        int valueDim = sizes.get(Sizes.OWN + 10);
        int windows = sizes.get(Sizes.OWN + 11);
        int queries = sizes.get(Sizes.OWN + 12);
        int keys = sizes.get(Sizes.OWN + 13);
        int biased = sizes.get(Sizes.OWN + 14);
        int i = id % queries;
        int window = id / queries % windows;
        int head = id / queries / windows;
        int pixel = Sizes.pixel(sizes, Sizes.OWN + 15, window, i);
        int query = base + sizes.get(Sizes.OWN) + pixel * sizes.get(Sizes.OWN + 1) + head * sizes.get(Sizes.OWN + 2);
        int key = base + sizes.get(Sizes.OWN + 3) + head * sizes.get(Sizes.OWN + 5);
        int keyStep = sizes.get(Sizes.OWN + 4);
        int value = base + sizes.get(Sizes.OWN + 6) + head * sizes.get(Sizes.OWN + 8);
        int valueStep = sizes.get(Sizes.OWN + 7);
        int to = base + sizes.get(Sizes.OUT) + pixel * sizes.get(Sizes.OUT_STEP) + head * valueDim;
        int weight = sizes.get(Sizes.WEIGHT);
        float scale = weights.get(weight);
        int bias = weight + 1 + ((window * (biased - 1) + head) * queries + i) * keys;
        int keyPixels = Sizes.OWN + 15 + Sizes.PARTITION;
        float maxScore = 0f;
        for (int j = 0; j < keys; j++) {
            int at = Sizes.pixel(sizes, keyPixels, window, j);
            float score = score(memory, query, key + at * keyStep, keyDim, scale);
            if (biased > 0) {
                score += weights.get(bias + j);
            }
            if (j == 0) {
                maxScore = score;
            }
            maxScore = Math.max(maxScore, score);
        }
        for (int c = 0; c < valueDim; c++) {
            memory.set(to + c, 0f);
        }
        float sum = 0f;
        for (int j = 0; j < keys; j++) {
            int at = Sizes.pixel(sizes, keyPixels, window, j);
            float score = score(memory, query, key + at * keyStep, keyDim, scale);
            if (biased > 0) {
                score += weights.get(bias + j);
            }
            float share = ScalarMath.exp(score - maxScore);
            sum += share;
            for (int c = 0; c < valueDim; c++) {
                memory.set(to + c, memory.get(to + c) + share * memory.get(value + at * valueStep + c));
            }
        }
        float factor = 1f / sum;
        for (int c = 0; c < valueDim; c++) {
            memory.set(to + c, memory.get(to + c) * factor);
        }
    }

    private static float score(FloatArray memory, int query, int key, int keyDim, float scale) {
        float dot = 0f;
        for (int d = 0; d < keyDim; d++) {
            dot += memory.get(query + d) * memory.get(key + d);
        }
        return dot * scale;
    }
}
