package io.github.jvig.tornado.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * The max-relative feature over cyclic shifts, concatenated to its input, for GPUs; a work item computes one channel of one pixel. Arguments
 * and shifts are those of {@link MaxRelativeGather}.
 */
public final class MaxRelativePerItem {
    private MaxRelativePerItem() {
    }

    /** The kernel; see {@link MaxRelativeGather#run}. */
    public static void run(KernelContext context, FloatArray memory, FloatArray weights, int image, int in, int inStep,
            int out, int outStep, int shifts, int shiftCount, int height, int width, int channels, int neighborFirst) {
        item(context.globalIdx, context.globalIdy, memory, weights, image, in, inStep, out, outStep, shifts, shiftCount,
                height, width, channels, neighborFirst);
    }

    static void item(int id, int n, FloatArray memory, FloatArray weights, int image, int in, int inStep, int out,
            int outStep, int shifts, int shiftCount, int height, int width, int channels, int neighborFirst) {
        int channel = id % channels;
        int pixel = id / channels;
        int y = pixel / width;
        int x = pixel % width;
        int from = n * image + in + channel;
        float self = memory.get(from + pixel * inStep);
        float m = 0f;
        for (int s = 0; s < shiftCount; s++) {
            int sy = y - (int) weights.get(shifts + 2 * s);
            int sx = x - (int) weights.get(shifts + 2 * s + 1);
            int wy = sy + (height & sy >> 31);
            int wx = sx + (width & sx >> 31);
            float other = memory.get(from + (wy * width + wx) * inStep);
            m = Math.max(m, neighborFirst == 1 ? other - self : self - other);
        }
        int offset = n * image + out + pixel * outStep + channel;
        memory.set(offset, self);
        memory.set(offset + channels, m);
    }
}
