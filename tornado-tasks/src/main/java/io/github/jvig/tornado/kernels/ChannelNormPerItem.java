package io.github.jvig.tornado.kernels;

import io.github.jvig.kernels.ChannelNorm;
import java.util.Arrays;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Normalization of each pixel by the length of its channels; a work item computes one pixel. The weights are the epsilon, then a factor for
 * each channel.
 */
public final class ChannelNormPerItem {
    private ChannelNormPerItem() {
    }

    /** The kernel; for its numbers see {@link #own}. */
    public static void run(KernelContext context, FloatArray memory, FloatArray weights, IntArray sizes) {
        item(context.globalIdx, context.globalIdy, memory, weights, sizes);
    }

    /** The same as a single work item. */
    public static void pipelinedChannelNorm(FloatArray memory, FloatArray weights, IntArray sizes) {
        for (int n = 0; n < sizes.get(Sizes.IMAGES); n++) {
            for (int id = 0; id < sizes.get(Sizes.ITEMS); id++) {
                item(id, n, memory, weights, sizes);
            }
        }
    }

    /** The epsilon, then the factors; ones where the operation has none. */
    public static float[] pack(ChannelNorm spec, float[] weight) {
        float[] packed = new float[1 + spec.in().channels()];
        Arrays.fill(packed, 1f);
        packed[0] = (float) spec.epsilon();
        if (spec.weightCount() > 0) {
            System.arraycopy(weight, 0, packed, 1, weight.length);
        }
        return packed;
    }

    /** Offset, channels, and whether the mean is taken of the squares. */
    public static int[] own(ChannelNorm spec, BufferOffsets at) {
        return new int[]{at.in(), spec.in().channels(), spec.kind() == ChannelNorm.Kind.RMS ? 1 : 0};
    }

    private static void item(int id, int n, FloatArray memory, FloatArray weights, IntArray sizes) {
        int base = n * sizes.get(Sizes.IMAGE) + id * sizes.get(Sizes.OUT_STEP);
        int from = base + sizes.get(Sizes.OWN);
        int to = base + sizes.get(Sizes.OUT);
        int channels = sizes.get(Sizes.OWN + 1);
        int weight = sizes.get(Sizes.WEIGHT);
        float epsilon = weights.get(weight);
        float squares = 0f;
        for (int c = 0; c < channels; c++) {
            squares += memory.get(from + c) * memory.get(from + c);
        }
        float divisor = Math.max(ScalarMath.root(squares), epsilon);
        if (sizes.get(Sizes.OWN + 2) == 1) {
            divisor = ScalarMath.root(squares / channels + epsilon);
        }
        for (int c = 0; c < channels; c++) {
            memory.set(to + c, memory.get(from + c) / divisor * weights.get(weight + 1 + c));
        }
    }
}
