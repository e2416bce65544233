package io.github.jvig.tornado.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * The mean of a map of one channel less its unbiased standard deviation, by one work item. Sums are taken row by row, and what the first
 * mean was rounded by is added to it, so that they are good without doubles, which not every device has.
 */
public final class MeanMinusStdSingleItem {
    /**
     * What a single pixel gives, which has no deviation: no distance is below it, as none is below NaN. NaN itself does not survive the
     * relaxed arithmetic of a device.
     */
    static final float NOTHING_IS_NEAR = -1f;

    private MeanMinusStdSingleItem() {
    }

    /**
     * A task's method.
     *
     * @param image  floats of one image in {@code memory}
     * @param in     where the input map lies in them
     * @param inStep floats from one pixel of it to the next
     */
    public static void run(KernelContext context, FloatArray memory, int image, int in, int inStep, int out, int height,
            int width) {
        item(context.globalIdx, context.globalIdy, memory, image, in, inStep, out, height, width);
    }

    static void item(int id, int n, FloatArray memory, int image, int in, int inStep, int out, int height, int width) {
        int from = n * image + in;
        int pixels = height * width;
        float sum = 0f;
        for (int y = 0; y < height; y++) {
            float row = 0f;
            for (int x = 0; x < width; x++) {
                row += memory.get(from + (y * width + x) * inStep);
            }
            sum += row;
        }
        float mean = sum / pixels;
        float rest = 0f;
        float squares = 0f;
        for (int y = 0; y < height; y++) {
            float rowRest = 0f;
            float rowSquares = 0f;
            for (int x = 0; x < width; x++) {
                float d = memory.get(from + (y * width + x) * inStep) - mean;
                rowRest += d;
                rowSquares += d * d;
            }
            rest += rowRest;
            squares += rowSquares;
        }
        float result = NOTHING_IS_NEAR;
        if (pixels > 1) {
            result = mean + rest / pixels - ScalarMath.root(squares / (pixels - 1));
        }
        memory.set(n * image + out + id, result);
    }
}
