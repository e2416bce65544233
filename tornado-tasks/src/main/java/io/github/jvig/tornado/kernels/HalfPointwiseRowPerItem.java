package io.github.jvig.tornado.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;

/**
 * The twin of {@link PointwiseRowPerItem} for maps and weights in half precision, with sums in single precision. Generated: the test class
 * {@code HalfTwins} says how; do not edit it.
 */
public final class HalfPointwiseRowPerItem {
    private HalfPointwiseRowPerItem() {
    }

    /** See {@link PointwiseRowPerItem#run}. */
    public static void run(KernelContext context, HalfFloatArray memory, HalfFloatArray weights, int image, int in,
            int inStep,
            int out, int outStep, int residual, int weight, int inChannels, int epilogue) {
        item(context.globalIdx, context.globalIdy, memory, weights, image, in, inStep, out, outStep, residual, weight,
                inChannels, epilogue);
    }

    static void item(int id, int n, HalfFloatArray memory, HalfFloatArray weights, int image, int in, int inStep,
            int out,
            int outStep, int residual, int weight, int inChannels, int epilogue) {
        int channel = id % outStep;
        int base = n * image;
        int i = base + in + id / outStep * inStep;
        int w = ScalarMath.weight(weight, channel, inChannels, 1);
        float s0 = weights.get(ScalarMath.weight(weight, channel, inChannels, 0)).getFloat32();
        float s1 = 0f;
        float s2 = 0f;
        float s3 = 0f;
        int whole = inChannels / 4 * 4;
        for (int c = 0; c < whole; c += 4) {
            s0 += memory.get(i + c).getFloat32() * weights.get(w + c * VectorTasks.WIDTH).getFloat32();
            s1 += memory.get(i + c + 1).getFloat32() * weights.get(w + (c + 1) * VectorTasks.WIDTH).getFloat32();
            s2 += memory.get(i + c + 2).getFloat32() * weights.get(w + (c + 2) * VectorTasks.WIDTH).getFloat32();
            s3 += memory.get(i + c + 3).getFloat32() * weights.get(w + (c + 3) * VectorTasks.WIDTH).getFloat32();
        }
        for (int c = whole; c < inChannels; c++) {
            s0 += memory.get(i + c).getFloat32() * weights.get(w + c * VectorTasks.WIDTH).getFloat32();
        }
        HalfMath.finish(memory, base + out + id, base + residual + id, residual, epilogue, channel,
                s0 + s1 + (s2 + s3));
    }
}
