package io.github.jvig.tornado.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/**
 * A 1x1 convolution, for processors. A work item computes 16 output channels of 14 pixels, all in registers while it iterates over the input
 * channels; each iteration costs one load of a vector of weights and 14 multiply-adds with a float of the input. 14 divides the map sizes
 * of the usual input sizes, and is enough to hide the latency of a multiply-add. Weights: for each vector of outputs its 16 biases, then
 * 16 weights for each input channel.
 */
public final class PointwiseTiles {
    /** Pixels per work item. */
    public static final int TILE = 14;

    private PointwiseTiles() {
    }

    /**
     * The kernel.
     *
     * @param image      floats per image in {@code memory}
     * @param in         offset of the input map in the image's memory
     * @param inStep     floats from one pixel of the input to the next
     * @param residual   offset of the map that is added last, laid out like the output; negative for none
     * @param weight     offset of this step's weights
     * @param outVectors vectors of 16 output channels per pixel
     */
    public static void run(KernelContext context, FloatArray memory, FloatArray weights, int image, int in, int inStep,
            int out, int outStep, int residual, int weight, int pixels, int inChannels, int outVectors,
            int epilogue) {
        item(context.globalIdx, context.globalIdy, memory, weights, image, in, inStep, out, outStep, residual, weight,
                pixels, inChannels,
                outVectors, epilogue);
    }

    /** Work items per image. */
    public static int items(int pixels, int outVectors) {
        return (pixels + TILE - 1) / TILE * outVectors;
    }

    /** Packs weights {@code [out][in]}; a null bias means zeros. */
    public static float[] pack(float[] weight, float[] bias, int inChannels, int outChannels) {
        return WeightPanels.pack(outChannels, inChannels, bias, (o, c) -> weight[o * inChannels + c]);
    }

    static void item(int id, int n, FloatArray memory, FloatArray weights, int image, int in, int inStep, int out,
            int outStep,
            int residual, int weight, int pixels, int inChannels, int outVectors, int epilogue) {
        int panel = id % outVectors;
        int tile = id / outVectors;
        int tiles = (pixels + TILE - 1) / TILE;
        // The outer loop is over the larger one of weights and pixels, which is read once; the other stays in a near cache.
        if (outVectors * VectorTasks.WIDTH > pixels && tiles > 1) {
            panel = id / tiles;
            tile = id % tiles;
        }
        int first = tile * TILE;
        int base = n * image;
        int last = pixels - 1;
        VectorFloat16 vectors = new VectorFloat16(memory);
        VectorFloat16 panels = new VectorFloat16(weights);
        int w = weight / VectorTasks.WIDTH + panel * (inChannels + 1);
        int i0 = base + in + first * inStep;
        int i1 = base + in + Math.min(first + 1, last) * inStep;
        int i2 = base + in + Math.min(first + 2, last) * inStep;
        int i3 = base + in + Math.min(first + 3, last) * inStep;
        int i4 = base + in + Math.min(first + 4, last) * inStep;
        int i5 = base + in + Math.min(first + 5, last) * inStep;
        int i6 = base + in + Math.min(first + 6, last) * inStep;
        int i7 = base + in + Math.min(first + 7, last) * inStep;
        int i8 = base + in + Math.min(first + 8, last) * inStep;
        int i9 = base + in + Math.min(first + 9, last) * inStep;
        int i10 = base + in + Math.min(first + 10, last) * inStep;
        int i11 = base + in + Math.min(first + 11, last) * inStep;
        int i12 = base + in + Math.min(first + 12, last) * inStep;
        int i13 = base + in + Math.min(first + 13, last) * inStep;
        Float16 bias = panels.get(w);
        Float16 s0 = bias;
        Float16 s1 = bias;
        Float16 s2 = bias;
        Float16 s3 = bias;
        Float16 s4 = bias;
        Float16 s5 = bias;
        Float16 s6 = bias;
        Float16 s7 = bias;
        Float16 s8 = bias;
        Float16 s9 = bias;
        Float16 s10 = bias;
        Float16 s11 = bias;
        Float16 s12 = bias;
        Float16 s13 = bias;
        for (int c = 0; c < inChannels; c++) {
            Float16 v = panels.get(w + 1 + c);
            s0 = VectorTasks.multiplyAdd(v, VectorTasks.all(memory.get(i0 + c)), s0);
            s1 = VectorTasks.multiplyAdd(v, VectorTasks.all(memory.get(i1 + c)), s1);
            s2 = VectorTasks.multiplyAdd(v, VectorTasks.all(memory.get(i2 + c)), s2);
            s3 = VectorTasks.multiplyAdd(v, VectorTasks.all(memory.get(i3 + c)), s3);
            s4 = VectorTasks.multiplyAdd(v, VectorTasks.all(memory.get(i4 + c)), s4);
            s5 = VectorTasks.multiplyAdd(v, VectorTasks.all(memory.get(i5 + c)), s5);
            s6 = VectorTasks.multiplyAdd(v, VectorTasks.all(memory.get(i6 + c)), s6);
            s7 = VectorTasks.multiplyAdd(v, VectorTasks.all(memory.get(i7 + c)), s7);
            s8 = VectorTasks.multiplyAdd(v, VectorTasks.all(memory.get(i8 + c)), s8);
            s9 = VectorTasks.multiplyAdd(v, VectorTasks.all(memory.get(i9 + c)), s9);
            s10 = VectorTasks.multiplyAdd(v, VectorTasks.all(memory.get(i10 + c)), s10);
            s11 = VectorTasks.multiplyAdd(v, VectorTasks.all(memory.get(i11 + c)), s11);
            s12 = VectorTasks.multiplyAdd(v, VectorTasks.all(memory.get(i12 + c)), s12);
            s13 = VectorTasks.multiplyAdd(v, VectorTasks.all(memory.get(i13 + c)), s13);
        }
        int step = outStep / VectorTasks.WIDTH;
        int o = (base + out) / VectorTasks.WIDTH + first * step + panel;
        int count = Math.min(TILE, pixels - first);
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
        if (count > 7) {
            vectors.set(o + 7 * step, s7);
        }
        if (count > 8) {
            vectors.set(o + 8 * step, s8);
        }
        if (count > 9) {
            vectors.set(o + 9 * step, s9);
        }
        if (count > 10) {
            vectors.set(o + 10 * step, s10);
        }
        if (count > 11) {
            vectors.set(o + 11 * step, s11);
        }
        if (count > 12) {
            vectors.set(o + 12 * step, s12);
        }
        if (count > 13) {
            vectors.set(o + 13 * step, s13);
        }
        // The results are still in the nearest cache: one loop over them is less code than 14 epilogues. The count must not be a constant
        // for the device's compiler, or it unrolls the loop and moves reads before writes. This is why the batch has its own dimension.
        if (epilogue != 0 || residual >= 0) {
            int r = (base + residual) / VectorTasks.WIDTH + first * step + panel;
            for (int k = 0; k < count; k++) {
                vectors.set(o + k * step, VectorTasks.finish(epilogue, vectors.get(o + k * step), vectors, residual,
                        r + k * step));
            }
        }
    }
}
