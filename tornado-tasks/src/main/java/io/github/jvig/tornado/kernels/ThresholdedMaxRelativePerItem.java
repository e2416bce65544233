package io.github.jvig.tornado.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * The max-relative feature over the cyclic shifts whose pixel is near enough, concatenated to its input. A work item computes one pixel,
 * neighbor by neighbor, and keeps the maximum differences in the output itself. The weights are the shifts, packed by
 * {@link MaxRelativeGather#pack}.
 */
public final class ThresholdedMaxRelativePerItem {
    private ThresholdedMaxRelativePerItem() {
    }

    /**
     * The kernel.
     *
     * @param image  floats per image in {@code memory}
     * @param in     offset of the input map in the image's memory
     * @param inStep floats from one pixel of the input to the next
     * @param limit  offset of the threshold in the image's memory: only pixels at a smaller distance count
     * @param shifts offset of the shifts in {@code weights}
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
        int self = from + id * inStep;
        int copy = n * image + out + id * outStep;
        int max = copy + channels;
        float threshold = memory.get(n * image + limit);
        for (int c = 0; c < channels; c++) {
            memory.set(copy + c, memory.get(self + c));
            memory.set(max + c, 0f);
        }
        for (int s = 0; s < shiftCount; s++) {
            int dy = (int) weights.get(shifts + 2 * s);
            int dx = (int) weights.get(shifts + 2 * s + 1);
            int other = from + ScalarMath.shifted(y, x, dy, dx, height, width) * inStep;
            if (ScalarMath.distance(memory, self, other, channels) < threshold) {
                for (int c = 0; c < channels; c++) {
                    memory.set(max + c,
                            Math.max(memory.get(max + c), memory.get(other + c) - memory.get(self + c)));
                }
            }
        }
    }
}
