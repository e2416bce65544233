package io.github.jvig.tornado.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Attention among all pixels of one map, with biases; faster than {@link GeneralAttentionPerItem}, since its sizes are constants. A work item
 * computes one head of one pixel. It finds the maximum score first, then computes each score a second time and sums up the values in the
 * output itself, so it needs no memory for scores. The weights are the biases, {@code [heads][pixels][pixels]}.
 */
public final class AttentionPerItem {
    private AttentionPerItem() {
    }

    /**
     * The kernel.
     *
     * @param image    floats per image in {@code memory}
     * @param in       offset of the input map in the image's memory
     * @param inStep   floats from one pixel of the input to the next
     * @param weight   offset of the biases in {@code weights}
     * @param keyDim   channels of a query and of a key
     * @param valueDim channels of a value
     * @param scale    factor for the dot product of a query and a key
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
        float maxScore = score(memory, q, from + keyDim, keyDim, scale, weights.get(bias));
        for (int j = 1; j < pixels; j++) {
            maxScore = Math.max(maxScore,
                    score(memory, q, from + j * inStep + keyDim, keyDim, scale, weights.get(bias + j)));
        }
        for (int c = 0; c < valueDim; c++) {
            memory.set(to + c, 0f);
        }
        float sum = 0f;
        for (int j = 0; j < pixels; j++) {
            int key = from + j * inStep + keyDim;
            float share = ScalarMath.exp(score(memory, q, key, keyDim, scale, weights.get(bias + j)) - maxScore);
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
