package io.github.jvig.tornado.kernels;

import io.github.jvig.kernels.GatedPointwiseConv;
import io.github.jvig.kernels.MapLayout;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * A 1x1 convolution of a map whose channels are multiplied by a gate. A work item computes one output element. The weights are those of
 * {@link PointwiseTiles}.
 */
public final class GatedPointwisePerItem {
    private GatedPointwisePerItem() {
    }

    /** The kernel; for its numbers see {@link #own}. */
    public static void run(KernelContext context, FloatArray memory, FloatArray weights, IntArray sizes) {
        item(context.globalIdx, context.globalIdy, memory, weights, sizes);
    }

    /** The same as a single work item. */
    public static void pipelinedGatedPointwise(FloatArray memory, FloatArray weights, IntArray sizes) {
        for (int n = 0; n < sizes.get(Sizes.IMAGES); n++) {
            for (int id = 0; id < sizes.get(Sizes.ITEMS); id++) {
                item(id, n, memory, weights, sizes);
            }
        }
    }

    /** The kernel's own numbers. */
    public static int[] own(GatedPointwiseConv spec, BufferOffsets at) {
        MapLayout out = spec.out();
        return new int[]{at.in(), at.inStep(), at.inputs().get(1), spec.epilogue().residual() ? at.inputs().get(2) : -1,
                spec.in().channels(), out.channels(), Activations.number(spec.epilogue(), out)};
    }

    private static void item(int id, int n, FloatArray memory, FloatArray weights, IntArray sizes) {
        int base = n * sizes.get(Sizes.IMAGE);
        int outStep = sizes.get(Sizes.OUT_STEP);
        int in = base + sizes.get(Sizes.OWN) + id / outStep * sizes.get(Sizes.OWN + 1);
        int gate = base + sizes.get(Sizes.OWN + 2);
        int residual = sizes.get(Sizes.OWN + 3);
        int inChannels = sizes.get(Sizes.OWN + 4);
        int outChannels = sizes.get(Sizes.OWN + 5);
        int channel = id % outStep;
        // Pad lanes compute the last output, and are set to zero below.
        int output = Math.min(channel, outChannels - 1);
        int w = ScalarMath.weight(sizes.get(Sizes.WEIGHT), output, inChannels, 0);
        float sum = weights.get(w);
        for (int c = 0; c < inChannels; c++) {
            sum += memory.get(in + c) * memory.get(gate + c) * weights.get(w + (c + 1) * VectorTasks.WIDTH);
        }
        int to = base + sizes.get(Sizes.OUT) + id;
        if (channel < outChannels) {
            ScalarMath.finish(memory, to, base + residual + id, residual, sizes.get(Sizes.OWN + 6), channel, sum);
        } else {
            memory.set(to, 0f);
        }
    }
}
