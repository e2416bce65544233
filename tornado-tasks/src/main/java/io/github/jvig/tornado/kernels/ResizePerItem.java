package io.github.jvig.tornado.kernels;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Resize;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * A map in another size. A work item computes one output element. The weights are the fractions of the places of all rows, then of all
 * columns.
 */
public final class ResizePerItem {
    private ResizePerItem() {
    }

    /** The kernel; for its numbers see {@link #own}. */
    public static void run(KernelContext context, FloatArray memory, FloatArray weights, IntArray sizes) {
        item(context.globalIdx, context.globalIdy, memory, weights, sizes);
    }

    /** The same as a single work item. */
    public static void pipelinedResize(FloatArray memory, FloatArray weights, IntArray sizes) {
        for (int n = 0; n < sizes.get(Sizes.IMAGES); n++) {
            for (int id = 0; id < sizes.get(Sizes.ITEMS); id++) {
                item(id, n, memory, weights, sizes);
            }
        }
    }

    /** The fractions of all rows, then of all columns. */
    public static float[] pack(Resize spec) {
        int height = spec.out().height();
        float[] fractions = new float[height + spec.out().width()];
        for (int i = 0; i < fractions.length; i++) {
            double place = i < height ? row(spec, i) : column(spec, i - height);
            fractions[i] = (float) (place - Math.floor(place));
        }
        return fractions;
    }

    /**
     * Offset, step, sizes of both maps, channels, 1 where outputs are copies (an infinity times a fraction of zero would not be one) and else 0,
     * then the first of two pixels for each row and each column; -1 where there is none.
     */
    public static int[] own(Resize spec, BufferOffsets at) {
        MapLayout in = spec.in();
        MapLayout out = spec.out();
        int[] first = new int[out.height() + out.width()];
        for (int i = 0; i < first.length; i++) {
            boolean isRow = i < out.height();
            int output = isRow ? i : i - out.height();
            int filled = isRow
                    ? spec.mode().filled(in.height(), out.height())
                    : spec.mode().filled(in.width(), out.width());
            first[i] = output >= filled ? -1 : (int) (isRow ? row(spec, output) : column(spec, output));
        }
        return Sizes.joined(new int[]{at.in(), at.inStep(), in.height(), in.width(), out.height(), out.width(),
                in.channels(), spec.mode().copies() ? 1 : 0}, first);
    }

    private static double row(Resize spec, int i) {
        return spec.mode().position(i, spec.in().height(), spec.out().height());
    }

    private static double column(Resize spec, int i) {
        return spec.mode().position(i, spec.in().width(), spec.out().width());
    }

    private static void item(int id, int n, FloatArray memory, FloatArray weights, IntArray sizes) {
        int base = n * sizes.get(Sizes.IMAGE);
        int outStep = sizes.get(Sizes.OUT_STEP);
        int step = sizes.get(Sizes.OWN + 1);
        int height = sizes.get(Sizes.OWN + 2);
        int width = sizes.get(Sizes.OWN + 3);
        int outHeight = sizes.get(Sizes.OWN + 4);
        int outWidth = sizes.get(Sizes.OWN + 5);
        int channels = sizes.get(Sizes.OWN + 6);
        int channel = id % outStep;
        int y = id / outStep / outWidth;
        int x = id / outStep % outWidth;
        int copies = sizes.get(Sizes.OWN + 7);
        int row = sizes.get(Sizes.OWN + 8 + y);
        int column = sizes.get(Sizes.OWN + 8 + outHeight + x);
        int top = Math.max(row, 0);
        int left = Math.max(column, 0);
        int bottom = Math.min(top + 1, height - 1);
        int right = Math.min(left + 1, width - 1);
        float down = weights.get(sizes.get(Sizes.WEIGHT) + y);
        float across = weights.get(sizes.get(Sizes.WEIGHT) + outHeight + x);
        int in = base + sizes.get(Sizes.OWN) + Math.min(channel, channels - 1);
        float upper = (1f - across) * memory.get(in + (top * width + left) * step)
                + across * memory.get(in + (top * width + right) * step);
        float lower = (1f - across) * memory.get(in + (bottom * width + left) * step)
                + across * memory.get(in + (bottom * width + right) * step);
        float result = (1f - down) * upper + down * lower;
        if (copies == 1) {
            result = memory.get(in + (top * width + left) * step);
        }
        if (channel >= channels || row < 0 || column < 0) {
            result = 0f;
        }
        memory.set(base + sizes.get(Sizes.OUT) + id, result);
    }
}
