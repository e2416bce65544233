package io.github.jvig.tornado.kernels;

import io.github.jvig.kernels.ChannelAtMaximum;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * The channel of a second map that has the number of the first map's largest channel; see {@link ChannelAtMaximum}. A work item computes one
 * pixel with its padding. NaN is not looked for: the flags with which device code is compiled rule it out.
 */
public final class ChannelAtMaximumPerItem {
    private ChannelAtMaximumPerItem() {
    }

    /** The kernel; for its numbers see {@link #own}. */
    public static void run(KernelContext context, FloatArray memory, FloatArray weights, IntArray sizes) {
        item(context.globalIdx, context.globalIdy, memory, sizes);
    }

    /** The same as a single work item. */
    public static void pipelinedChannelAtMaximum(FloatArray memory, FloatArray weights, IntArray sizes) {
        for (int n = 0; n < sizes.get(Sizes.IMAGES); n++) {
            for (int id = 0; id < sizes.get(Sizes.ITEMS); id++) {
                item(id, n, memory, sizes);
            }
        }
    }

    /** Offset, step and channels of the first map, offset and step of the values. */
    public static int[] own(ChannelAtMaximum spec, BufferOffsets at) {
        return new int[]{at.in(), at.inStep(), spec.in().channels(), at.in2(), spec.values().stride()};
    }

    private static void item(int id, int n, FloatArray memory, IntArray sizes) {
        int base = n * sizes.get(Sizes.IMAGE);
        int in = base + sizes.get(Sizes.OWN) + id * sizes.get(Sizes.OWN + 1);
        int channels = sizes.get(Sizes.OWN + 2);
        int largest = 0;
        float maximum = memory.get(in);
        for (int c = 1; c < channels; c++) {
            float x = memory.get(in + c);
            if (x > maximum) {
                maximum = x;
                largest = c;
            }
        }
        int outStep = sizes.get(Sizes.OUT_STEP);
        int out = base + sizes.get(Sizes.OUT) + id * outStep;
        memory.set(out, memory.get(base + sizes.get(Sizes.OWN + 3) + id * sizes.get(Sizes.OWN + 4) + largest));
        for (int c = 1; c < outStep; c++) {
            memory.set(out + c, 0f);
        }
    }
}
