package io.github.jvig.tornado.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/** A weighted sum of the average around a pixel and the pixel itself; a work item computes 16 channels of one pixel. */
public final class AvgPoolBlendPerItem {
    private AvgPoolBlendPerItem() {
    }

    /**
     * The kernel. The memory of each image starts with zeros, which are read in place of pixels outside of the map.
     *
     * @param image          floats per image in {@code memory}
     * @param in             offset of the input map in the image's memory
     * @param weight         offset of the weights, packed by {@link #pack}
     * @param channelVectors vectors of 16 channels per pixel, in both maps
     * @param side           pixels along a side of the square, odd
     */
    public static void run(KernelContext context, FloatArray memory, FloatArray weights, int image, int in, int out,
            int weight, int height, int width, int channelVectors, int side) {
        item(context.globalIdx, context.globalIdy, memory, weights, image, in, out, weight, height, width,
                channelVectors, side);
    }

    /**
     * Packs weights as the kernel reads them: the factors of the average, then the factors of the pixel, each padded with zeros.
     *
     * @param weight {@code poolScale[channels]}, then {@code selfScale[channels]}
     */
    public static float[] pack(float[] weight) {
        int channels = weight.length / 2;
        int padded = (channels + VectorTasks.WIDTH - 1) / VectorTasks.WIDTH * VectorTasks.WIDTH;
        float[] packed = new float[2 * padded];
        System.arraycopy(weight, 0, packed, 0, channels);
        System.arraycopy(weight, channels, packed, padded, channels);
        return packed;
    }

    static void item(int id, int n, FloatArray memory, FloatArray weights, int image, int in, int out, int weight,
            int height, int width, int channelVectors, int side) {
        VectorFloat16 vectors = new VectorFloat16(memory);
        VectorFloat16 factors = new VectorFloat16(weights);
        int v = id % channelVectors;
        int pixel = id / channelVectors;
        int y = pixel / width;
        int x = pixel % width;
        int base = n * image / VectorTasks.WIDTH;
        int from = in / VectorTasks.WIDTH + v;
        Float16 sum = VectorTasks.all(0f);
        int count = 0;
        for (int ky = 0; ky < side; ky++) {
            int iy = y - side / 2 + ky;
            for (int kx = 0; kx < side; kx++) {
                int ix = x - side / 2 + kx;
                int outside = VectorTasks.outside(iy, height) | VectorTasks.outside(ix, width);
                sum = Float16.add(sum, vectors.get(base + (from + (iy * width + ix) * channelVectors & ~outside)));
                count += outside + 1;
            }
        }
        int w = weight / VectorTasks.WIDTH + v;
        Float16 mean = Float16.mult(Float16.mult(sum, VectorTasks.all(1f / count)), factors.get(w));
        Float16 self = Float16.mult(vectors.get(base + in / VectorTasks.WIDTH + id), factors.get(w + channelVectors));
        vectors.set(base + out / VectorTasks.WIDTH + id, Float16.add(mean, self));
    }

    /** A kernel for GPUs, whose work items compute a single channel each; see {@link #run}. */
    public static void runPerElement(KernelContext context, FloatArray memory, FloatArray weights, int image, int in,
            int out, int weight, int height, int width, int channelVectors, int side) {
        element(context.globalIdx, context.globalIdy, memory, weights, image, in, out, weight, height, width,
                channelVectors, side);
    }

    /** Computes a single channel of one pixel. */
    static void element(int id, int n, FloatArray memory, FloatArray weights, int image, int in, int out, int weight,
            int height, int width, int channelVectors, int side) {
        int step = channelVectors * VectorTasks.WIDTH;
        int channel = id % step;
        int pixel = id / step;
        int y = pixel / width;
        int x = pixel % width;
        int base = n * image;
        float sum = 0f;
        int count = 0;
        for (int ky = 0; ky < side; ky++) {
            int iy = y - side / 2 + ky;
            for (int kx = 0; kx < side; kx++) {
                int ix = x - side / 2 + kx;
                int outside = VectorTasks.outside(iy, height) | VectorTasks.outside(ix, width);
                sum += memory.get(base + (in + (iy * width + ix) * step + channel & ~outside));
                count += outside + 1;
            }
        }
        float self = memory.get(base + in + id);
        memory.set(base + out + id,
                sum / count * weights.get(weight + channel) + self * weights.get(weight + step + channel));
    }
}
