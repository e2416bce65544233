package io.github.jvig.tornado.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * A 1x1 convolution of a map with few pixels, such as a linear layer, for GPUs. A work item computes one output channel of one pixel by four
 * independent sums; neighbors read neighboring weights. Arguments and weights are those of {@link PointwiseTiles}.
 */
public final class PointwiseRowPerItem {
    private PointwiseRowPerItem() {
    }

    /** The kernel; see {@link PointwiseTiles#run}. */
    public static void run(KernelContext context, FloatArray memory, FloatArray weights, int image, int in, int inStep,
            int out, int outStep, int residual, int weight, int inChannels, int epilogue) {
        item(context.globalIdx, context.globalIdy, memory, weights, image, in, inStep, out, outStep, residual, weight,
                inChannels, epilogue);
    }

    static void item(int id, int n, FloatArray memory, FloatArray weights, int image, int in, int inStep, int out,
            int outStep, int residual, int weight, int inChannels, int epilogue) {
        int channel = id % outStep;
        int base = n * image;
        int i = base + in + id / outStep * inStep;
        int w = ScalarMath.weight(weight, channel, inChannels, 1);
        float s0 = weights.get(ScalarMath.weight(weight, channel, inChannels, 0));
        float s1 = 0f;
        float s2 = 0f;
        float s3 = 0f;
        int whole = inChannels / 4 * 4;
        for (int c = 0; c < whole; c += 4) {
            s0 += memory.get(i + c) * weights.get(w + c * VectorTasks.WIDTH);
            s1 += memory.get(i + c + 1) * weights.get(w + (c + 1) * VectorTasks.WIDTH);
            s2 += memory.get(i + c + 2) * weights.get(w + (c + 2) * VectorTasks.WIDTH);
            s3 += memory.get(i + c + 3) * weights.get(w + (c + 3) * VectorTasks.WIDTH);
        }
        for (int c = whole; c < inChannels; c++) {
            s0 += memory.get(i + c) * weights.get(w + c * VectorTasks.WIDTH);
        }
        ScalarMath.finish(memory, base + out + id, base + residual + id, residual, epilogue, channel,
                s0 + s1 + (s2 + s3));
    }
}
