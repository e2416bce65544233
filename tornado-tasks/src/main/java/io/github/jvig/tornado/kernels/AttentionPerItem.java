package io.github.jvig.tornado.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Attention among all pixels: a work item makes one head of one pixel. It takes the greatest score first, then each score again, and adds
 * up the values in the output's place, which takes no room for scores. The biases lie among the weights,
 * {@code [heads][pixels][pixels]}.
 */
public final class AttentionPerItem {
    private AttentionPerItem() {
    }

    /**
     * A task's method.
     *
     * @param image    floats of one image in {@code memory}
     * @param in       where the input map lies in them
     * @param inStep   floats from one pixel of it to the next
     * @param weight   where the biases start in {@code weights}
     * @param keyDim   channels of a query and of a key
     * @param valueDim channels of a value
     * @param scale    what a query's product with a key is multiplied by
     */
    public static void run(KernelContext context, FloatArray memory, FloatArray weights, int image, int in, int inStep,
            int out, int outStep, int weight, int pixels, int keyDim, int valueDim, float scale) {
        item(context.globalIdx, context.globalIdy, memory, weights, image, in, inStep, out, outStep, weight, pixels,
                keyDim, valueDim, scale);
    }

    static void item(int id, int n, FloatArray memory, FloatArray weights, int image, int in, int inStep, int out,
            int outStep, int weight, int pixels, int keyDim, int valueDim, float scale) {
        int query = id % pixels;
        int head = id / pixels;
        int from = n * image + in + head * (2 * keyDim + valueDim);
        int q = from + query * inStep;
        int to = n * image + out + query * outStep + head * valueDim;
        int bias = weight + id * pixels;
        float most = score(memory, q, from + keyDim, keyDim, scale, weights.get(bias));
        for (int j = 1; j < pixels; j++) {
            most = Math.max(most,
                    score(memory, q, from + j * inStep + keyDim, keyDim, scale, weights.get(bias + j)));
        }
        for (int c = 0; c < valueDim; c++) {
            memory.set(to + c, 0f);
        }
        float sum = 0f;
        for (int j = 0; j < pixels; j++) {
            int key = from + j * inStep + keyDim;
            float share = ScalarMath.exp(score(memory, q, key, keyDim, scale, weights.get(bias + j)) - most);
            sum += share;
            for (int c = 0; c < valueDim; c++) {
                memory.set(to + c, memory.get(to + c) + share * memory.get(key + keyDim + c));
            }
        }
        float factor = 1f / sum;
        for (int c = 0; c < valueDim; c++) {
            memory.set(to + c, memory.get(to + c) * factor);
        }
    }

    private static float score(FloatArray memory, int query, int key, int keyDim, float scale, float bias) {
        float dot = 0f;
        for (int d = 0; d < keyDim; d++) {
            dot += memory.get(query + d) * memory.get(key + d);
        }
        return dot * scale + bias;
    }
}
