package io.github.jvig.tornado.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * The mean of a one-channel map minus its unbiased standard deviation, computed by one work item. The sums are taken row by row, and the
 * rounding error of the first mean is corrected. This gives sufficient precision without doubles, which not every device supports.
 */
public final class MeanMinusStdSingleItem {
    /**
     * The result for a map of a single pixel, whose deviation is undefined. As with NaN, no distance is below it. NaN itself cannot be used:
     * the relaxed arithmetic of a device does not preserve it.
     */
    static final float NOTHING_IS_NEAR = -1f;

    private MeanMinusStdSingleItem() {
    }

    /**
     * The kernel.
     *
     * @param image  floats per image in {@code memory}
     * @param in     offset of the input map in the image's memory
     * @param inStep floats from one pixel of the input to the next
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
