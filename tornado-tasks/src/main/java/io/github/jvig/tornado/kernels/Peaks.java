package io.github.jvig.tornado.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/** Kernels that do nothing useful, as fast as a device can: multiply-adds in registers, and a copy. */
public final class Peaks {
    /** Independent sums of a work item, more than a multiply-add has cycles of latency. */
    public static final int CHAINS = 16;
    /** Floats that a work item of {@link #multiplyAdd16} holds in each sum. */
    public static final int WIDTH = VectorTasks.WIDTH;
    /** The sums stay bounded: they tend to {@code B / (1 - A)}. */
    private static final float A = 0.999f;
    private static final float B = 0.001f;

    private Peaks() {
    }

    /**
     * Repeats {@code x = A x + B} on sixteen floats.
     *
     * @param values a float per work item, which is read and written
     * @param rounds how often, in its first element
     */
    public static void multiplyAdd(KernelContext context, FloatArray values, IntArray rounds) {
        int id = context.globalIdx;
        float x = values.get(id);
        float s0 = x;
        float s1 = x + 1f;
        float s2 = x + 2f;
        float s3 = x + 3f;
        float s4 = x + 4f;
        float s5 = x + 5f;
        float s6 = x + 6f;
        float s7 = x + 7f;
        float s8 = x + 8f;
        float s9 = x + 9f;
        float s10 = x + 10f;
        float s11 = x + 11f;
        float s12 = x + 12f;
        float s13 = x + 13f;
        float s14 = x + 14f;
        float s15 = x + 15f;
        int n = rounds.get(0);
        for (int i = 0; i < n; i++) {
            s0 = s0 * A + B;
            s1 = s1 * A + B;
            s2 = s2 * A + B;
            s3 = s3 * A + B;
            s4 = s4 * A + B;
            s5 = s5 * A + B;
            s6 = s6 * A + B;
            s7 = s7 * A + B;
            s8 = s8 * A + B;
            s9 = s9 * A + B;
            s10 = s10 * A + B;
            s11 = s11 * A + B;
            s12 = s12 * A + B;
            s13 = s13 * A + B;
            s14 = s14 * A + B;
            s15 = s15 * A + B;
        }
        values.set(id, s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7 + s8 + s9 + s10 + s11 + s12 + s13 + s14 + s15);
    }

    /** The same on sixteen vectors, for processors. */
    public static void multiplyAdd16(KernelContext context, FloatArray values, IntArray rounds) {
        VectorFloat16 vectors = new VectorFloat16(values);
        int id = context.globalIdx;
        Float16 a = VectorTasks.all(A);
        Float16 b = VectorTasks.all(B);
        Float16 s0 = vectors.get(id);
        Float16 s1 = Float16.add(s0, VectorTasks.all(1f));
        Float16 s2 = Float16.add(s0, VectorTasks.all(2f));
        Float16 s3 = Float16.add(s0, VectorTasks.all(3f));
        Float16 s4 = Float16.add(s0, VectorTasks.all(4f));
        Float16 s5 = Float16.add(s0, VectorTasks.all(5f));
        Float16 s6 = Float16.add(s0, VectorTasks.all(6f));
        Float16 s7 = Float16.add(s0, VectorTasks.all(7f));
        Float16 s8 = Float16.add(s0, VectorTasks.all(8f));
        Float16 s9 = Float16.add(s0, VectorTasks.all(9f));
        Float16 s10 = Float16.add(s0, VectorTasks.all(10f));
        Float16 s11 = Float16.add(s0, VectorTasks.all(11f));
        Float16 s12 = Float16.add(s0, VectorTasks.all(12f));
        Float16 s13 = Float16.add(s0, VectorTasks.all(13f));
        Float16 s14 = Float16.add(s0, VectorTasks.all(14f));
        Float16 s15 = Float16.add(s0, VectorTasks.all(15f));
        int n = rounds.get(0);
        for (int i = 0; i < n; i++) {
            s0 = VectorTasks.multiplyAdd(s0, a, b);
            s1 = VectorTasks.multiplyAdd(s1, a, b);
            s2 = VectorTasks.multiplyAdd(s2, a, b);
            s3 = VectorTasks.multiplyAdd(s3, a, b);
            s4 = VectorTasks.multiplyAdd(s4, a, b);
            s5 = VectorTasks.multiplyAdd(s5, a, b);
            s6 = VectorTasks.multiplyAdd(s6, a, b);
            s7 = VectorTasks.multiplyAdd(s7, a, b);
            s8 = VectorTasks.multiplyAdd(s8, a, b);
            s9 = VectorTasks.multiplyAdd(s9, a, b);
            s10 = VectorTasks.multiplyAdd(s10, a, b);
            s11 = VectorTasks.multiplyAdd(s11, a, b);
            s12 = VectorTasks.multiplyAdd(s12, a, b);
            s13 = VectorTasks.multiplyAdd(s13, a, b);
            s14 = VectorTasks.multiplyAdd(s14, a, b);
            s15 = VectorTasks.multiplyAdd(s15, a, b);
        }
        Float16 low = Float16.add(Float16.add(Float16.add(s0, s1), Float16.add(s2, s3)),
                Float16.add(Float16.add(s4, s5), Float16.add(s6, s7)));
        Float16 high = Float16.add(Float16.add(Float16.add(s8, s9), Float16.add(s10, s11)),
                Float16.add(Float16.add(s12, s13), Float16.add(s14, s15)));
        vectors.set(id, Float16.add(low, high));
    }

    /** Copies a float per work item; neighbors copy neighbors. */
    public static void copy(KernelContext context, FloatArray from, FloatArray to) {
        to.set(context.globalIdx, from.get(context.globalIdx));
    }

    /** Copies sixteen floats per work item, for processors. */
    public static void copy16(KernelContext context, FloatArray from, FloatArray to) {
        VectorFloat16 source = new VectorFloat16(from);
        VectorFloat16 target = new VectorFloat16(to);
        target.set(context.globalIdx, source.get(context.globalIdx));
    }
}
