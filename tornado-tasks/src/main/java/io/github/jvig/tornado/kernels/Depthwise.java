package io.github.jvig.tornado.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/**
 * A convolution of each channel by itself, any square window, for processors: a work item makes sixteen channels of seven outputs in a
 * row, so that a vector of weights is loaded once for seven multiply-adds. Taps outside the input read the zeros at the start of the
 * image's memory. Weights: for each vector of channels its sixteen biases, then sixteen weights for each tap, row by row.
 */
public final class Depthwise {
    /** Outputs of a work item. */
    public static final int TILE = 7;

    private Depthwise() {
    }

    /**
     * A task's method.
     *
     * @param image          floats of one image in {@code memory}
     * @param in             where the input map lies in them
     * @param residual       where the map that is added last lies; negative for none
     * @param weight         where this step's weights start
     * @param channelVectors vectors of sixteen channels, and the step of all maps in vectors
     */
    public static void run(KernelContext context, FloatArray memory, FloatArray weights, int image, int in, int out,
            int residual, int weight, int height, int width, int channelVectors, int outHeight, int outWidth,
            int kernel, int stride, int padding, int dilation, int activation) {
        item(context.globalIdx, memory, weights, image, in, out, residual, weight, height, width, channelVectors,
                outHeight, outWidth, kernel, stride, padding, dilation, activation);
    }

    /** Work items for one image. */
    public static int items(int outHeight, int outWidth, int channelVectors) {
        return outHeight * ((outWidth + TILE - 1) / TILE) * channelVectors;
    }

    /** Packs weights {@code [channels][kernel][kernel]}; a null bias is zero. */
    public static float[] pack(float[] weight, float[] bias, int channels, int kernel) {
        return Panels.pack(channels, kernel * kernel, bias, (c, tap) -> weight[c * kernel * kernel + tap]);
    }

    static void item(int id, FloatArray memory, FloatArray weights, int image, int in, int out, int residual,
            int weight, int height, int width, int channelVectors, int outHeight, int outWidth, int kernel, int stride,
            int padding, int dilation, int activation) {
        int tiles = (outWidth + TILE - 1) / TILE;
        int panel = id % channelVectors;
        int tile = id / channelVectors;
        int x = tile % tiles * TILE;
        int row = tile / tiles;
        int y = row % outHeight;
        int base = row / outHeight * image / Lanes.WIDTH;
        int step = channelVectors;
        VectorFloat16 vectors = new VectorFloat16(memory);
        VectorFloat16 panels = new VectorFloat16(weights);
        int w = weight / Lanes.WIDTH + panel * (kernel * kernel + 1);
        Float16 bias = panels.get(w);
        Float16 s0 = bias;
        Float16 s1 = bias;
        Float16 s2 = bias;
        Float16 s3 = bias;
        Float16 s4 = bias;
        Float16 s5 = bias;
        Float16 s6 = bias;
        for (int ky = 0; ky < kernel; ky++) {
            int iy = y * stride - padding + ky * dilation;
            if (iy >= 0 && iy < height) {
                int from = base + in / Lanes.WIDTH + iy * width * step + panel;
                for (int kx = 0; kx < kernel; kx++) {
                    Float16 v = panels.get(w + 1 + ky * kernel + kx);
                    int x0 = x * stride - padding + kx * dilation;
                    int x1 = x0 + 1 * stride;
                    int x2 = x0 + 2 * stride;
                    int x3 = x0 + 3 * stride;
                    int x4 = x0 + 4 * stride;
                    int x5 = x0 + 5 * stride;
                    int x6 = x0 + 6 * stride;
                    s0 = Lanes.multiplyAdd(v, vectors.get(x0 >= 0 && x0 < width ? from + x0 * step : base), s0);
                    s1 = Lanes.multiplyAdd(v, vectors.get(x1 >= 0 && x1 < width ? from + x1 * step : base), s1);
                    s2 = Lanes.multiplyAdd(v, vectors.get(x2 >= 0 && x2 < width ? from + x2 * step : base), s2);
                    s3 = Lanes.multiplyAdd(v, vectors.get(x3 >= 0 && x3 < width ? from + x3 * step : base), s3);
                    s4 = Lanes.multiplyAdd(v, vectors.get(x4 >= 0 && x4 < width ? from + x4 * step : base), s4);
                    s5 = Lanes.multiplyAdd(v, vectors.get(x5 >= 0 && x5 < width ? from + x5 * step : base), s5);
                    s6 = Lanes.multiplyAdd(v, vectors.get(x6 >= 0 && x6 < width ? from + x6 * step : base), s6);
                }
            }
        }
        int o = base + out / Lanes.WIDTH + (y * outWidth + x) * step + panel;
        int count = Math.min(TILE, outWidth - x);
        vectors.set(o, s0);
        if (count > 1) {
            vectors.set(o + 1 * step, s1);
        }
        if (count > 2) {
            vectors.set(o + 2 * step, s2);
        }
        if (count > 3) {
            vectors.set(o + 3 * step, s3);
        }
        if (count > 4) {
            vectors.set(o + 4 * step, s4);
        }
        if (count > 5) {
            vectors.set(o + 5 * step, s5);
        }
        if (count > 6) {
            vectors.set(o + 6 * step, s6);
        }
        if (activation != Activations.NONE || residual >= 0) {
            int r = o + (residual - out) / Lanes.WIDTH;
            for (int k = 0; k < count; k++) {
                Float16 z = Lanes.activate(activation, vectors.get(o + k * step));
                if (residual >= 0) {
                    z = Float16.add(z, vectors.get(r + k * step));
                }
                vectors.set(o + k * step, z);
            }
        }
    }
}
