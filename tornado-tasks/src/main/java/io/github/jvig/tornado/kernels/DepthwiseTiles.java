package io.github.jvig.tornado.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/**
 * A depthwise convolution with any window, for processors. A work item computes 16 channels of seven output pixels in a row, so that
 * a vector of weights is loaded once for seven multiply-adds. Taps outside of the input read the zeros at the start of the image's memory.
 * Weights: for each vector of channels its 16 biases, then 16 weights for each tap, row by row.
 */
public final class DepthwiseTiles {
    /** Output pixels per work item. */
    public static final int TILE = 7;

    private DepthwiseTiles() {
    }

    /**
     * The kernel.
     *
     * @param image          floats per image in {@code memory}
     * @param in             offset of the input map in the image's memory
     * @param residual       offset of the map that is added last; negative for none
     * @param weight         offset of this step's weights
     * @param channelVectors vectors of 16 channels per pixel, in all maps
     * @param rows       the window along the height, as {@link WindowNumbers} encodes it
     * @param columns    the window along the width
     * @param padding    the padding in front
     * @param epilogue   as {@link Activations} encodes it
     */
    public static void run(KernelContext context, FloatArray memory, FloatArray weights, int image, int in, int out,
            int residual, int weight, int height, int width, int channelVectors, int outHeight, int outWidth, int rows,
            int columns, int padding, int epilogue) {
        item(context.globalIdx, context.globalIdy, memory, weights, image, in, out, residual, weight, height, width,
                channelVectors, outHeight, outWidth, rows, columns, padding, epilogue);
    }

    /** Work items per image. */
    public static int items(int outHeight, int outWidth, int channelVectors) {
        return outHeight * ((outWidth + TILE - 1) / TILE) * channelVectors;
    }

    /** Packs weights {@code [channels][taps]}, taps row by row; a null bias means zeros. */
    public static float[] pack(float[] weight, float[] bias, int channels, int taps) {
        return WeightPanels.pack(channels, taps, bias, (c, tap) -> weight[c * taps + tap]);
    }

    static void item(int id, int n, FloatArray memory, FloatArray weights, int image, int in, int out, int residual,
            int weight, int height, int width, int channelVectors, int outHeight, int outWidth, int rows, int columns,
            int padding, int epilogue) {
        int tapsDown = WindowNumbers.taps(rows);
        int tapsAcross = WindowNumbers.taps(columns);
        int taps = tapsDown * tapsAcross;
        int stride = WindowNumbers.stride(columns);
        int dilation = WindowNumbers.dilation(columns);
        int panel = id % channelVectors;
        int tile = id / channelVectors;
        int y = tile % outHeight;
        int x = tile / outHeight * TILE;
        int base = n * image / VectorTasks.WIDTH;
        int step = channelVectors;
        VectorFloat16 vectors = new VectorFloat16(memory);
        VectorFloat16 panels = new VectorFloat16(weights);
        int w = weight / VectorTasks.WIDTH + panel * (taps + 1);
        Float16 bias = panels.get(w);
        Float16 s0 = bias;
        Float16 s1 = bias;
        Float16 s2 = bias;
        Float16 s3 = bias;
        Float16 s4 = bias;
        Float16 s5 = bias;
        Float16 s6 = bias;
        for (int ky = 0; ky < tapsDown; ky++) {
            int iy = y * WindowNumbers.stride(rows) - WindowNumbers.above(padding)
                    + ky * WindowNumbers.dilation(rows);
            int above = VectorTasks.outside(iy, height);
            int from = in / VectorTasks.WIDTH + iy * width * step + panel;
            for (int kx = 0; kx < tapsAcross; kx++) {
                Float16 v = panels.get(w + 1 + ky * tapsAcross + kx);
                int x0 = x * stride - WindowNumbers.left(padding) + kx * dilation;
                int x1 = x0 + 1 * stride;
                int x2 = x0 + 2 * stride;
                int x3 = x0 + 3 * stride;
                int x4 = x0 + 4 * stride;
                int x5 = x0 + 5 * stride;
                int x6 = x0 + 6 * stride;
                int i0 = from + x0 * step & ~(above | VectorTasks.outside(x0, width));
                int i1 = from + x1 * step & ~(above | VectorTasks.outside(x1, width));
                int i2 = from + x2 * step & ~(above | VectorTasks.outside(x2, width));
                int i3 = from + x3 * step & ~(above | VectorTasks.outside(x3, width));
                int i4 = from + x4 * step & ~(above | VectorTasks.outside(x4, width));
                int i5 = from + x5 * step & ~(above | VectorTasks.outside(x5, width));
                int i6 = from + x6 * step & ~(above | VectorTasks.outside(x6, width));
                s0 = VectorTasks.multiplyAdd(v, vectors.get(base + i0), s0);
                s1 = VectorTasks.multiplyAdd(v, vectors.get(base + i1), s1);
                s2 = VectorTasks.multiplyAdd(v, vectors.get(base + i2), s2);
                s3 = VectorTasks.multiplyAdd(v, vectors.get(base + i3), s3);
                s4 = VectorTasks.multiplyAdd(v, vectors.get(base + i4), s4);
                s5 = VectorTasks.multiplyAdd(v, vectors.get(base + i5), s5);
                s6 = VectorTasks.multiplyAdd(v, vectors.get(base + i6), s6);
            }
        }
        int o = base + out / VectorTasks.WIDTH + (y * outWidth + x) * step + panel;
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
        // The count must not be a constant, see PointwiseTiles.
        if (epilogue != 0 || residual >= 0) {
            int r = o + (residual - out) / VectorTasks.WIDTH;
            for (int k = 0; k < count; k++) {
                vectors.set(o + k * step, VectorTasks.finish(epilogue, vectors.get(o + k * step), vectors, residual,
                        r + k * step));
            }
        }
    }
}
