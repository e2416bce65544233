package io.github.jvig.tornado.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * The max-relative feature over those cyclic shifts that bring a near pixel, beside its input: a work item makes one pixel, neighbor by
 * neighbor, and keeps the greatest differences in the output's place. Shifts lie among the weights as {@link MaxRelativeGather#pack}
 * leaves them.
 */
public final class ThresholdedMaxRelativePerItem {
    private ThresholdedMaxRelativePerItem() {
    }

    /**
     * A task's method.
     *
     * @param image  floats of one image in {@code memory}
     * @param in     where the input map lies in them
     * @param inStep floats from one pixel of it to the next
     * @param limit  where the distance lies in the image's floats that a near pixel stays below
     * @param shifts where the shifts start in {@code weights}
     */
    public static void run(KernelContext context, FloatArray memory, FloatArray weights, int image, int in, int inStep,
            int limit, int out, int outStep, int shifts, int shiftCount, int height, int width, int channels) {
        item(context.globalIdx, context.globalIdy, memory, weights, image, in, inStep, limit, out, outStep, shifts,
                shiftCount, height, width, channels);
    }

    static void item(int id, int n, FloatArray memory, FloatArray weights, int image, int in, int inStep, int limit,
            int out, int outStep, int shifts, int shiftCount, int height, int width, int channels) {
        int y = id / width;
        int x = id % width;
        int from = n * image + in;
        int own = from + id * inStep;
        int copy = n * image + out + id * outStep;
        int most = copy + channels;
        float below = memory.get(n * image + limit);
        for (int c = 0; c < channels; c++) {
            memory.set(copy + c, memory.get(own + c));
            memory.set(most + c, 0f);
        }
        for (int s = 0; s < shiftCount; s++) {
            int dy = (int) weights.get(shifts + 2 * s);
            int dx = (int) weights.get(shifts + 2 * s + 1);
            int other = from + ScalarMath.shifted(y, x, dy, dx, height, width) * inStep;
            if (ScalarMath.distance(memory, own, other, channels) < below) {
                for (int c = 0; c < channels; c++) {
                    memory.set(most + c,
                            Math.max(memory.get(most + c), memory.get(other + c) - memory.get(own + c)));
                }
            }
        }
    }
}
