package io.github.jvig.tornado.kernels;

import io.github.jvig.kernels.MapNorm;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Normalization by a statistic of the whole map, or of groups of its channels, in three phases. The first computes statistics of the
 * channels, a channel per work item; the second, a group per work item, what is subtracted from all elements of the group, and the factor of
 * each of its channels; the third an element per work item. The weights are the epsilon, the weights of all channels, and their biases.
 *
 * <p>Scratch: for each group what is subtracted; for each channel its mean, which the second phase replaces by the factor; for each the sum
 * of squares.
 */
public final class MapNormPhases {
    private static final int GROUP = 0;
    private static final int RESPONSE = 1;
    private static final int L2 = 2;

    private MapNormPhases() {
    }

    /** The first phase; for its numbers see {@link #own}. */
    public static void channels(KernelContext context, FloatArray memory, FloatArray weights, IntArray sizes) {
        channelItem(context.globalIdx, context.globalIdy, memory, weights, sizes);
    }

    /** The same as a single work item. */
    public static void pipelinedMapNormChannels(FloatArray memory, FloatArray weights, IntArray sizes) {
        for (int n = 0; n < sizes.get(Sizes.IMAGES); n++) {
            for (int id = 0; id < sizes.get(Sizes.ITEMS); id++) {
                channelItem(id, n, memory, weights, sizes);
            }
        }
    }

    /** The second phase, with the same numbers. */
    public static void factors(KernelContext context, FloatArray memory, FloatArray weights, IntArray sizes) {
        factorsItem(context.globalIdx, context.globalIdy, memory, weights, sizes);
    }

    /** The same as a single work item. */
    public static void pipelinedMapNormFactors(FloatArray memory, FloatArray weights, IntArray sizes) {
        for (int n = 0; n < sizes.get(Sizes.IMAGES); n++) {
            for (int id = 0; id < sizes.get(Sizes.ITEMS); id++) {
                factorsItem(id, n, memory, weights, sizes);
            }
        }
    }

    /** The third phase, with the same numbers. */
    public static void apply(KernelContext context, FloatArray memory, FloatArray weights, IntArray sizes) {
        applyItem(context.globalIdx, context.globalIdy, memory, weights, sizes);
    }

    /** The same as a single work item. */
    public static void pipelinedMapNorm(FloatArray memory, FloatArray weights, IntArray sizes) {
        for (int n = 0; n < sizes.get(Sizes.IMAGES); n++) {
            for (int id = 0; id < sizes.get(Sizes.ITEMS); id++) {
                applyItem(id, n, memory, weights, sizes);
            }
        }
    }

    /** The epsilon, the weights and the biases; zeros where there are none. */
    public static float[] pack(MapNorm spec, float[] weight, float[] bias) {
        int channels = spec.in().channels();
        float[] packed = new float[1 + 2 * channels];
        packed[0] = (float) spec.epsilon();
        if (spec.weightCount() > 0) {
            System.arraycopy(weight, 0, packed, 1, channels);
        }
        if (bias != null) {
            System.arraycopy(bias, 0, packed, 1 + channels, bias.length);
        }
        return packed;
    }

    /** Floats of scratch. */
    public static int scratch(MapNorm spec) {
        return spec.groups() + 2 * spec.in().channels();
    }

    /** Offset, sizes, channels, the kind, and the number of groups. */
    public static int[] own(MapNorm spec, BufferOffsets at) {
        int kind = switch (spec.kind()) {
            case GROUP -> GROUP;
            case RESPONSE -> RESPONSE;
            case L2 -> L2;
        };
        return new int[]{at.in(), spec.in().height(), spec.in().width(), spec.in().channels(), kind, spec.groups()};
    }

    private static void channelItem(int id, int n, FloatArray memory, FloatArray weights, IntArray sizes) {
        int base = n * sizes.get(Sizes.IMAGE);
        int in = base + sizes.get(Sizes.OWN) + id;
        int step = sizes.get(Sizes.OUT_STEP);
        int height = sizes.get(Sizes.OWN + 1);
        int width = sizes.get(Sizes.OWN + 2);
        int scratch = base + sizes.get(Sizes.SCRATCH) + sizes.get(Sizes.OWN + 5) + id;
        float mean = 0f;
        if (sizes.get(Sizes.OWN + 4) == GROUP) {
            mean = ScalarMath.sum(memory, in, step, height, width) / (height * width);
        }
        memory.set(scratch, mean);
        memory.set(scratch + sizes.get(Sizes.OWN + 3), ScalarMath.squaresAround(memory, in, step, height, width, mean));
    }

    private static void factorsItem(int id, int n, FloatArray memory, FloatArray weights, IntArray sizes) {
        int base = n * sizes.get(Sizes.IMAGE);
        int channels = sizes.get(Sizes.OWN + 3);
        int kind = sizes.get(Sizes.OWN + 4);
        int groups = sizes.get(Sizes.OWN + 5);
        int perGroup = channels / groups;
        int first = id * perGroup;
        int means = base + sizes.get(Sizes.SCRATCH) + groups + first;
        int squares = means + channels;
        int weight = sizes.get(Sizes.WEIGHT);
        float epsilon = weights.get(weight);
        float pixels = sizes.get(Sizes.OWN + 1) * sizes.get(Sizes.OWN + 2);
        float sum = 0f;
        float lengths = 0f;
        for (int c = 0; c < perGroup; c++) {
            sum += memory.get(means + c);
            lengths += ScalarMath.root(memory.get(squares + c));
        }
        float mean = sum / perGroup;
        float variance = 0f;
        for (int c = 0; c < perGroup; c++) {
            float d = memory.get(means + c) - mean;
            variance += memory.get(squares + c) / pixels + d * d;
        }
        memory.set(base + sizes.get(Sizes.SCRATCH) + id, mean);
        for (int c = 0; c < perGroup; c++) {
            float w = weights.get(weight + 1 + first + c);
            float length = ScalarMath.root(memory.get(squares + c));
            float factor = 1f / Math.max(length, epsilon);
            if (kind == GROUP) {
                factor = w / ScalarMath.root(variance / perGroup + epsilon);
            } else if (kind == RESPONSE) {
                factor = 1f + w * length / (lengths / perGroup + epsilon);
            }
            memory.set(means + c, factor);
        }
    }

    private static void applyItem(int id, int n, FloatArray memory, FloatArray weights, IntArray sizes) {
        int base = n * sizes.get(Sizes.IMAGE);
        int channels = sizes.get(Sizes.OWN + 3);
        int channel = id % sizes.get(Sizes.OUT_STEP);
        int c = Math.min(channel, channels - 1);
        int groups = sizes.get(Sizes.OWN + 5);
        int scratch = base + sizes.get(Sizes.SCRATCH);
        float mean = memory.get(scratch + c / (channels / groups));
        float y = (memory.get(base + sizes.get(Sizes.OWN) + id) - mean) * memory.get(scratch + groups + c)
                + weights.get(sizes.get(Sizes.WEIGHT) + 1 + channels + c);
        if (channel >= channels) {
            y = 0f;
        }
        memory.set(base + sizes.get(Sizes.OUT) + id, y);
    }
}
