package io.github.jvig.tornado.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/**
 * A 1x1 convolution of a map with few pixels, such as a linear layer, for processors. A work item computes 16 output channels of one pixel
 * by two independent sums. Arguments and weights are those of {@link PointwiseTiles}.
 */
public final class PointwiseRow {
    private PointwiseRow() {
    }

    /** The kernel; see {@link PointwiseTiles#run}. */
    public static void run(KernelContext context, FloatArray memory, FloatArray weights, int image, int in, int inStep,
            int out, int outStep, int residual, int weight, int pixels, int inChannels, int outVectors,
            int epilogue) {
        item(context.globalIdx, context.globalIdy, memory, weights, image, in, inStep, out, outStep, residual, weight,
                pixels, inChannels, outVectors, epilogue);
    }

    static void item(int id, int n, FloatArray memory, FloatArray weights, int image, int in, int inStep, int out,
            int outStep, int residual, int weight, int pixels, int inChannels, int outVectors, int epilogue) {
        int panel = id % outVectors;
        int p = id / outVectors;
        int base = n * image;
        VectorFloat16 vectors = new VectorFloat16(memory);
        VectorFloat16 panels = new VectorFloat16(weights);
        int w = weight / VectorTasks.WIDTH + panel * (inChannels + 1);
        int i = base + in + p * inStep;
        Float16 even = panels.get(w);
        Float16 odd = VectorTasks.all(0f);
        for (int c = 0; c + 1 < inChannels; c += 2) {
            even = VectorTasks.multiplyAdd(panels.get(w + 1 + c), VectorTasks.all(memory.get(i + c)), even);
            odd = VectorTasks.multiplyAdd(panels.get(w + 2 + c), VectorTasks.all(memory.get(i + c + 1)), odd);
        }
        if (inChannels % 2 == 1) {
            even = VectorTasks.multiplyAdd(panels.get(w + inChannels), VectorTasks.all(memory.get(i + inChannels - 1)),
                    even);
        }
        Float16 y = VectorTasks.finish(epilogue, Float16.add(even, odd), vectors, residual,
                (base + residual + p * outStep) / VectorTasks.WIDTH + panel);
        vectors.set((base + out + p * outStep) / VectorTasks.WIDTH + panel, y);
    }
}
