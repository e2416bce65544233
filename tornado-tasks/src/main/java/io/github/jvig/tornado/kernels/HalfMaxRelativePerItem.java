package io.github.jvig.tornado.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.HalfFloat;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;

/**
 * The twin of {@link MaxRelativePerItem} for maps and weights in half precision, with sums in single precision. Generated: the test class
 * {@code HalfTwins} says how; do not edit it.
 */
public final class HalfMaxRelativePerItem {
    private HalfMaxRelativePerItem() {
    }

    /** See {@link MaxRelativePerItem#run}. */
    public static void run(KernelContext context, HalfFloatArray memory, HalfFloatArray weights, int image, int in,
            int inStep,
            int out, int outStep, int shifts, int shiftCount, int height, int width, int channels, int neighborFirst) {
        item(context.globalIdx, context.globalIdy, memory, weights, image, in, inStep, out, outStep, shifts, shiftCount,
                height, width, channels, neighborFirst);
    }

    static void item(int id, int n, HalfFloatArray memory, HalfFloatArray weights, int image, int in, int inStep,
            int out,
            int outStep, int shifts, int shiftCount, int height, int width, int channels, int neighborFirst) {
        int channel = id % channels;
        int pixel = id / channels;
        int y = pixel / width;
        int x = pixel % width;
        int from = n * image + in + channel;
        float self = memory.get(from + pixel * inStep).getFloat32();
        float m = 0f;
        for (int s = 0; s < shiftCount; s++) {
            int sy = y - (int) weights.get(shifts + 2 * s).getFloat32();
            int sx = x - (int) weights.get(shifts + 2 * s + 1).getFloat32();
            int wy = sy + (height & sy >> 31);
            int wx = sx + (width & sx >> 31);
            float other = memory.get(from + (wy * width + wx) * inStep).getFloat32();
            m = Math.max(m, neighborFirst == 1 ? other - self : self - other);
        }
        int offset = n * image + out + pixel * outStep + channel;
        memory.set(offset, new HalfFloat(self));
        memory.set(offset + channels, new HalfFloat(m));
    }
}
