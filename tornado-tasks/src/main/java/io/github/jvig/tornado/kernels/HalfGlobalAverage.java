package io.github.jvig.tornado.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.HalfFloat;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;

/**
 * The twin of {@link GlobalAverage} for maps and weights in half precision, with sums in single precision. Generated: the test class
 * {@code HalfTwins} says how; do not edit it.
 */
public final class HalfGlobalAverage {
    private HalfGlobalAverage() {
    }

    /** See {@link GlobalAverage#runPerItem}. */
    public static void runPerItem(KernelContext context, HalfFloatArray memory, int image, int in, int step, int out,
            int pixels) {
        channel(context.globalIdx, context.globalIdy, memory, image, in, step, out, pixels);
    }

    static void channel(int id, int n, HalfFloatArray memory, int image, int in, int step, int out, int pixels) {
        int from = n * image + in + id;
        float sum = 0f;
        for (int p = 0; p < pixels; p++) {
            sum += memory.get(from + p * step).getFloat32();
        }
        memory.set(n * image + out + id, new HalfFloat(sum / pixels));
    }
}
