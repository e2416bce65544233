package io.github.jvig.tornado.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.HalfFloat;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;

/**
 * The twin of {@link BinaryPerItem} for maps and weights in half precision, with sums in single precision. Generated: the test class
 * {@code HalfTwins} says how; do not edit it.
 */
public final class HalfBinaryPerItem {
    private HalfBinaryPerItem() {
    }

    /** See {@link BinaryPerItem#run}. */
    public static void run(KernelContext context, HalfFloatArray memory, int image, int in, int step, int in2,
            int pixelStep, int channelStep, int out, int channels, int operator, int activation) {
        item(context.globalIdx, context.globalIdy, memory, image, in, step, in2, pixelStep, channelStep, out, channels,
                operator, activation);
    }

    static void item(int id, int n, HalfFloatArray memory, int image, int in, int step, int in2, int pixelStep,
            int channelStep, int out, int channels, int operator, int activation) {
        int base = n * image;
        int channel = id % step;
        float x = memory.get(base + in + id).getFloat32();
        // A second map of one pixel may have less padding.
        float y = memory.get(base + in2 + id / step * pixelStep + Math.min(channel, channels - 1) * channelStep)
                .getFloat32();
        float z = ScalarMath.activate(activation, BinaryPerItem.combine(operator, x, y));
        if (channel >= channels) {
            z = 0f;
        }
        memory.set(base + out + id, new HalfFloat(z));
    }
}
