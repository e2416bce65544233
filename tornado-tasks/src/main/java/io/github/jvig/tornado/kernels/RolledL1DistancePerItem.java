package io.github.jvig.tornado.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** The L1 distance between each pixel and the pixel that a cyclic shift moves there; a work item computes one pixel. */
public final class RolledL1DistancePerItem {
    private RolledL1DistancePerItem() {
    }

    /**
     * The kernel.
     *
     * @param image  floats per image in {@code memory}
     * @param in     offset of the input map in the image's memory
     * @param inStep floats from one pixel of the input to the next
     * @param dy     rows of the shift, at least 0 and below the height
     * @param dx     columns of the shift, at least 0 and below the width
     */
    public static void run(KernelContext context, FloatArray memory, int image, int in, int inStep, int out,
            int outStep, int height, int width, int channels, int dy, int dx) {
        item(context.globalIdx, context.globalIdy, memory, image, in, inStep, out, outStep, height, width, channels, dy,
                dx);
    }

    static void item(int id, int n, FloatArray memory, int image, int in, int inStep, int out, int outStep, int height,
            int width, int channels, int dy, int dx) {
        int from = n * image + in;
        int shifted = ScalarMath.shifted(id / width, id % width, dy, dx, height, width);
        memory.set(n * image + out + id * outStep,
                ScalarMath.distance(memory, from + id * inStep, from + shifted * inStep, channels));
    }
}
