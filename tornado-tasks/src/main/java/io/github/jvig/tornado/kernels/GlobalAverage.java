package io.github.jvig.tornado.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/** The mean over all pixels; a work item computes 16 channels. */
public final class GlobalAverage {
    private GlobalAverage() {
    }

    /**
     * The kernel.
     *
     * @param image          floats per image in {@code memory}
     * @param in             offset of the input map in the image's memory
     * @param channelVectors vectors of 16 channels per pixel, in both maps
     */
    public static void run(KernelContext context, FloatArray memory, int image, int in, int out, int pixels,
            int channelVectors) {
        item(context.globalIdx, context.globalIdy, memory, image, in, out, pixels, channelVectors);
    }

    static void item(int id, int n, FloatArray memory, int image, int in, int out, int pixels, int channelVectors) {
        VectorFloat16 vectors = new VectorFloat16(memory);
        int base = n * image / VectorTasks.WIDTH + id;
        int from = base + in / VectorTasks.WIDTH;
        Float16 sum = vectors.get(from);
        for (int p = 1; p < pixels; p++) {
            sum = Float16.add(sum, vectors.get(from + p * channelVectors));
        }
        vectors.set(base + out / VectorTasks.WIDTH, Float16.mult(sum, VectorTasks.all(1f / pixels)));
    }

    /**
     * A kernel for GPUs, whose work items compute a single channel each.
     *
     * @param step floats from one pixel to the next
     */
    public static void runPerItem(KernelContext context, FloatArray memory, int image, int in, int step, int out,
            int pixels) {
        channel(context.globalIdx, context.globalIdy, memory, image, in, step, out, pixels);
    }

    /** Computes a single channel; {@code step} is the number of floats from one pixel to the next. */
    static void channel(int id, int n, FloatArray memory, int image, int in, int step, int out, int pixels) {
        int from = n * image + in + id;
        float sum = 0f;
        for (int p = 0; p < pixels; p++) {
            sum += memory.get(from + p * step);
        }
        memory.set(n * image + out + id, sum / pixels);
    }
}
