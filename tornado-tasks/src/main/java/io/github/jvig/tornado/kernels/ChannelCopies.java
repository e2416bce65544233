package io.github.jvig.tornado.kernels;

import io.github.jvig.kernels.ChannelGather;
import io.github.jvig.kernels.Concat;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Slice;
import java.util.List;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Maps whose pixels are made of channels of the same pixels of other maps. A work item copies one element; a concatenation may have an
 * activation. Pad lanes read the zeros at the start of the image's memory.
 */
public final class ChannelCopies {
    /** Numbers of a concatenation before those of its maps. */
    private static final int PARTS = 3;

    private ChannelCopies() {
    }

    /** Channels of several maps one behind the other; for the numbers see {@link #own(Concat, BufferOffsets)}. */
    public static void concat(KernelContext context, FloatArray memory, FloatArray weights, IntArray sizes) {
        concatItem(context.globalIdx, context.globalIdy, memory, weights, sizes);
    }

    /** The same as a single work item. */
    public static void pipelinedConcat(FloatArray memory, FloatArray weights, IntArray sizes) {
        for (int n = 0; n < sizes.get(Sizes.IMAGES); n++) {
            for (int id = 0; id < sizes.get(Sizes.ITEMS); id++) {
                concatItem(id, n, memory, weights, sizes);
            }
        }
    }

    /** Channels side by side; for the numbers see {@link #own(Slice, BufferOffsets)}. */
    public static void slice(KernelContext context, FloatArray memory, FloatArray weights, IntArray sizes) {
        sliceItem(context.globalIdx, context.globalIdy, memory, weights, sizes);
    }

    /** The same as a single work item. */
    public static void pipelinedSlice(FloatArray memory, FloatArray weights, IntArray sizes) {
        for (int n = 0; n < sizes.get(Sizes.IMAGES); n++) {
            for (int id = 0; id < sizes.get(Sizes.ITEMS); id++) {
                sliceItem(id, n, memory, weights, sizes);
            }
        }
    }

    /** Channels in any order; for the numbers see {@link #own(ChannelGather, BufferOffsets)}. */
    public static void gather(KernelContext context, FloatArray memory, FloatArray weights, IntArray sizes) {
        gatherItem(context.globalIdx, context.globalIdy, memory, weights, sizes);
    }

    /** The same as a single work item. */
    public static void pipelinedChannelGather(FloatArray memory, FloatArray weights, IntArray sizes) {
        for (int n = 0; n < sizes.get(Sizes.IMAGES); n++) {
            for (int id = 0; id < sizes.get(Sizes.ITEMS); id++) {
                gatherItem(id, n, memory, weights, sizes);
            }
        }
    }

    /**
     * The number of maps, the activation, channels of the result; of each map its offset, its step, its first channel in the result, and its
     * channels.
     */
    public static int[] own(Concat spec, BufferOffsets at) {
        List<MapLayout> maps = spec.inputs();
        int[] own = new int[PARTS + 4 * maps.size()];
        own[0] = maps.size();
        own[1] = Activations.number(spec.activation());
        own[2] = spec.out().channels();
        int first = 0;
        for (int i = 0; i < maps.size(); i++) {
            int part = PARTS + 4 * i;
            own[part] = at.inputs().get(i);
            own[part + 1] = maps.get(i).stride();
            own[part + 2] = first;
            own[part + 3] = maps.get(i).channels();
            first += maps.get(i).channels();
        }
        return own;
    }

    /** Offset of the first channel, step, channels of the result. */
    public static int[] own(Slice spec, BufferOffsets at) {
        return new int[]{at.in() + spec.from(), at.inStep(), spec.out().channels()};
    }

    /** Offset, step, channels of the result, then the channel of the input for each. */
    public static int[] own(ChannelGather spec, BufferOffsets at) {
        return Sizes.joined(new int[]{at.in(), at.inStep(), spec.out().channels()},
                spec.channels().stream().mapToInt(Integer::intValue).toArray());
    }

    private static void concatItem(int id, int n, FloatArray memory, FloatArray weights, IntArray sizes) {
        int base = n * sizes.get(Sizes.IMAGE);
        int outStep = sizes.get(Sizes.OUT_STEP);
        int pixel = id / outStep;
        int from = 0;
        for (int i = 0; i < sizes.get(Sizes.OWN); i++) {
            int part = Sizes.OWN + PARTS + 4 * i;
            int channel = id % outStep - sizes.get(part + 2);
            from |= sizes.get(part) + pixel * sizes.get(part + 1) + channel
                    & ~VectorTasks.outside(channel, sizes.get(part + 3));
        }
        float y = ScalarMath.activate(sizes.get(Sizes.OWN + 1), memory.get(base + from));
        // The activation may make something else of the zero of a pad lane.
        if (id % outStep >= sizes.get(Sizes.OWN + 2)) {
            y = 0f;
        }
        memory.set(base + sizes.get(Sizes.OUT) + id, y);
    }

    private static void sliceItem(int id, int n, FloatArray memory, FloatArray weights, IntArray sizes) {
        int base = n * sizes.get(Sizes.IMAGE);
        int outStep = sizes.get(Sizes.OUT_STEP);
        int channel = id % outStep;
        int from = sizes.get(Sizes.OWN) + id / outStep * sizes.get(Sizes.OWN + 1) + channel
                & ~VectorTasks.outside(channel, sizes.get(Sizes.OWN + 2));
        memory.set(base + sizes.get(Sizes.OUT) + id, memory.get(base + from));
    }

    private static void gatherItem(int id, int n, FloatArray memory, FloatArray weights, IntArray sizes) {
        int base = n * sizes.get(Sizes.IMAGE);
        int outStep = sizes.get(Sizes.OUT_STEP);
        int channels = sizes.get(Sizes.OWN + 2);
        int channel = id % outStep;
        int from = sizes.get(Sizes.OWN) + id / outStep * sizes.get(Sizes.OWN + 1)
                + sizes.get(Sizes.OWN + 3 + Math.min(channel, channels - 1))
                & ~VectorTasks.outside(channel, channels);
        memory.set(base + sizes.get(Sizes.OUT) + id, memory.get(base + from));
    }
}
