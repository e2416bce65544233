package io.github.jvig.tornado.kernels;

import io.github.jvig.kernels.Binary;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Two maps, element by element, the second of the same shape, of one pixel or of one channel, for all devices; a work item computes one
 * element.
 */
public final class BinaryPerItem {
    static final int ADD = 0;
    static final int SUBTRACT = 1;
    static final int MULTIPLY = 2;
    static final int MAXIMUM = 3;

    private BinaryPerItem() {
    }

    /** The number that stands for an operator in the arguments of a kernel. */
    public static int number(Binary.Operator operator) {
        return switch (operator) {
            case ADD -> ADD;
            case SUBTRACT -> SUBTRACT;
            case MULTIPLY -> MULTIPLY;
            case MAXIMUM -> MAXIMUM;
        };
    }

    /** Floats from one pixel of the second map to the next; zero if it has one pixel for all. */
    public static int pixelStep(Binary spec) {
        return spec.broadcast() == Binary.Broadcast.PIXEL ? 0 : spec.in2Layout().stride();
    }

    /** Floats from one channel of the second map to the next; zero if it has one channel for all. */
    public static int channelStep(Binary spec) {
        return spec.broadcast() == Binary.Broadcast.CHANNEL ? 0 : 1;
    }

    /**
     * The kernel.
     *
     * @param image       floats per image in {@code memory}
     * @param step        floats from one pixel of the first map and of the result to the next
     * @param pixelStep   see {@link #pixelStep(Binary)}
     * @param channelStep see {@link #channelStep(Binary)}
     * @param operator    see {@link #number}
     * @param activation  one of {@link Activations}
     */
    public static void run(KernelContext context, FloatArray memory, int image, int in, int step, int in2,
            int pixelStep, int channelStep, int out, int channels, int operator, int activation) {
        item(context.globalIdx, context.globalIdy, memory, image, in, step, in2, pixelStep, channelStep, out, channels,
                operator, activation);
    }

    static void item(int id, int n, FloatArray memory, int image, int in, int step, int in2, int pixelStep,
            int channelStep, int out, int channels, int operator, int activation) {
        int base = n * image;
        int channel = id % step;
        float x = memory.get(base + in + id);
        // A second map of one pixel may have less padding.
        float y = memory.get(base + in2 + id / step * pixelStep + Math.min(channel, channels - 1) * channelStep);
        float z = ScalarMath.activate(activation, combine(operator, x, y));
        if (channel >= channels) {
            z = 0f;
        }
        memory.set(base + out + id, z);
    }

    /** What an operator gives for two elements. */
    static float combine(int operator, float x, float y) {
        float z = y;
        if (operator == ADD) {
            z = x + y;
        } else if (operator == SUBTRACT) {
            z = x - y;
        } else if (operator == MULTIPLY) {
            z = x * y;
        } else if (operator == MAXIMUM) {
            z = Math.max(x, y);
        }
        return z;
    }
}
