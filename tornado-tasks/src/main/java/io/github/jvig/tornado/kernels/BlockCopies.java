package io.github.jvig.tornado.kernels;

import io.github.jvig.kernels.BlockOrder;
import io.github.jvig.kernels.DepthToSpace;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.SpaceToDepth;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Blocks of pixels as channels of one pixel, and back. A work item copies one element of the result. Pad lanes read the zeros at the start of
 * the image's memory.
 */
public final class BlockCopies {
    private BlockCopies() {
    }

    /** Pixels from channels; for the numbers see {@link #own(DepthToSpace, BufferOffsets)}. */
    public static void depthToSpace(KernelContext context, FloatArray memory, FloatArray weights, IntArray sizes) {
        depthToSpaceItem(context.globalIdx, context.globalIdy, memory, weights, sizes);
    }

    /** The same as a single work item. */
    public static void pipelinedDepthToSpace(FloatArray memory, FloatArray weights, IntArray sizes) {
        for (int n = 0; n < sizes.get(Sizes.IMAGES); n++) {
            for (int id = 0; id < sizes.get(Sizes.ITEMS); id++) {
                depthToSpaceItem(id, n, memory, weights, sizes);
            }
        }
    }

    /** Channels from pixels; for the numbers see {@link #own(SpaceToDepth, BufferOffsets)}. */
    public static void spaceToDepth(KernelContext context, FloatArray memory, FloatArray weights, IntArray sizes) {
        spaceToDepthItem(context.globalIdx, context.globalIdy, memory, weights, sizes);
    }

    /** The same as a single work item. */
    public static void pipelinedSpaceToDepth(FloatArray memory, FloatArray weights, IntArray sizes) {
        for (int n = 0; n < sizes.get(Sizes.IMAGES); n++) {
            for (int id = 0; id < sizes.get(Sizes.ITEMS); id++) {
                spaceToDepthItem(id, n, memory, weights, sizes);
            }
        }
    }

    /** See the other; the width is that of the map with fewer pixels. */
    public static int[] own(DepthToSpace spec, BufferOffsets at) {
        return own(at, spec.in().width(), spec.factor(), spec.out(), spec.order());
    }

    /**
     * Offset, step, width of the map with fewer pixels, factor, channels of the map with more pixels, and how far apart channels are in a
     * pixel of the map with fewer: those of neighbors down, of neighbors across, and of one pixel.
     */
    public static int[] own(SpaceToDepth spec, BufferOffsets at) {
        return own(at, spec.out().width(), spec.factor(), spec.in(), spec.order());
    }

    private static int[] own(BufferOffsets at, int width, int factor, MapLayout pixels, BlockOrder order) {
        int channels = pixels.channels();
        return new int[]{at.in(), at.inStep(), width, factor, channels, order.first(1, 0, factor, channels),
                order.first(0, 1, factor, channels), order.step(factor)};
    }

    private static void depthToSpaceItem(int id, int n, FloatArray memory, FloatArray weights, IntArray sizes) {
        int base = n * sizes.get(Sizes.IMAGE);
        int outStep = sizes.get(Sizes.OUT_STEP);
        int width = sizes.get(Sizes.OWN + 2);
        int factor = sizes.get(Sizes.OWN + 3);
        int channel = id % outStep;
        int y = id / outStep / (width * factor);
        int x = id / outStep % (width * factor);
        int block = y / factor * width + x / factor;
        int from = sizes.get(Sizes.OWN) + block * sizes.get(Sizes.OWN + 1) + y % factor * sizes.get(Sizes.OWN + 5)
                + x % factor * sizes.get(Sizes.OWN + 6) + channel * sizes.get(Sizes.OWN + 7)
                & ~VectorTasks.outside(channel, sizes.get(Sizes.OWN + 4));
        memory.set(base + sizes.get(Sizes.OUT) + id, memory.get(base + from));
    }

    private static void spaceToDepthItem(int id, int n, FloatArray memory, FloatArray weights, IntArray sizes) {
        int base = n * sizes.get(Sizes.IMAGE);
        int outStep = sizes.get(Sizes.OUT_STEP);
        int width = sizes.get(Sizes.OWN + 2);
        int factor = sizes.get(Sizes.OWN + 3);
        int channels = sizes.get(Sizes.OWN + 4);
        int place = id % outStep;
        int block = id / outStep;
        int y = block / width * factor + place / sizes.get(Sizes.OWN + 5) % factor;
        int x = block % width * factor + place / sizes.get(Sizes.OWN + 6) % factor;
        int channel = place / sizes.get(Sizes.OWN + 7) % channels;
        int from = sizes.get(Sizes.OWN) + (y * width * factor + x) * sizes.get(Sizes.OWN + 1) + channel
                & ~VectorTasks.outside(place, channels * factor * factor);
        memory.set(base + sizes.get(Sizes.OUT) + id, memory.get(base + from));
    }
}
