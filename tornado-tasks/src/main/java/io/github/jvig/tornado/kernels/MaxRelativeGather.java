package io.github.jvig.tornado.kernels;

import io.github.jvig.kernels.MaxRelative;
import java.util.List;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/**
 * The max-relative feature over cyclic shifts, concatenated to its input; a work item computes one pixel. The difference to the smallest
 * or largest neighbor would do for finite numbers, but not for infinities, so every difference is taken. As plain Java the result has the
 * bits of the scalar kernel; devices compute with relaxed arithmetic, for which OpenCL leaves NaN and infinities open. The weights are the
 * shifts as floats: row and column of each.
 */
public final class MaxRelativeGather {
    private MaxRelativeGather() {
    }

    /**
     * The kernel.
     *
     * @param image          floats per image in {@code memory}
     * @param in             offset of the input map in the image's memory
     * @param inStep         floats from one pixel of the input to the next
     * @param shifts         offset of the shifts in {@code weights}
     * @param neighborFirst  1 for neighbor minus pixel, 0 for pixel minus neighbor
     */
    public static void run(KernelContext context, FloatArray memory, FloatArray weights, int image, int in, int inStep,
            int out, int outStep, int shifts, int shiftCount, int height, int width, int channels, int neighborFirst) {
        item(context.globalIdx, context.globalIdy, memory, weights, image, in, inStep, out, outStep, shifts, shiftCount,
                height, width, channels, neighborFirst);
    }

    /** Packs shifts as the kernel reads them. */
    public static float[] pack(List<MaxRelative.Shift> shifts) {
        float[] packed = new float[2 * shifts.size()];
        for (int i = 0; i < shifts.size(); i++) {
            packed[2 * i] = shifts.get(i).dy();
            packed[2 * i + 1] = shifts.get(i).dx();
        }
        return packed;
    }

    static void item(int id, int n, FloatArray memory, FloatArray weights, int image, int in, int inStep, int out,
            int outStep, int shifts, int shiftCount, int height, int width, int channels, int neighborFirst) {
        VectorFloat16 vectors = new VectorFloat16(memory);
        int base = n * image;
        int y = id / width;
        int x = id % width;
        int from = (base + in) / VectorTasks.WIDTH;
        int step = inStep / VectorTasks.WIDTH;
        int o = base + out + id * outStep;
        // First copy the input's channels. The last vector may reach into the place of m, which is written afterwards.
        for (int v = 0; v < step; v++) {
            vectors.set(o / VectorTasks.WIDTH + v, vectors.get(from + id * step + v));
        }
        for (int v = 0; v < step; v++) {
            Float16 self = vectors.get(from + id * step + v);
            Float16 m = VectorTasks.all(0f);
            for (int s = 0; s < shiftCount; s++) {
                int sy = y - (int) weights.get(shifts + 2 * s);
                int sx = x - (int) weights.get(shifts + 2 * s + 1);
                int wy = sy + (height & sy >> 31);
                int wx = sx + (width & sx >> 31);
                Float16 other = vectors.get(from + (wy * width + wx) * step + v);
                m = VectorTasks.max(m, neighborFirst == 1 ? Float16.sub(other, self) : Float16.sub(self, other));
            }
            // Lane by lane, because m may start in the middle of a vector.
            int at = o + channels + v * VectorTasks.WIDTH;
            int count = Math.min(VectorTasks.WIDTH, channels - v * VectorTasks.WIDTH);
            memory.set(at, m.getS0());
            if (count > 1) {
                memory.set(at + 1, m.getS1());
            }
            if (count > 2) {
                memory.set(at + 2, m.getS2());
            }
            if (count > 3) {
                memory.set(at + 3, m.getS3());
            }
            if (count > 4) {
                memory.set(at + 4, m.getS4());
            }
            if (count > 5) {
                memory.set(at + 5, m.getS5());
            }
            if (count > 6) {
                memory.set(at + 6, m.getS6());
            }
            if (count > 7) {
                memory.set(at + 7, m.getS7());
            }
            if (count > 8) {
                memory.set(at + 8, m.getS8());
            }
            if (count > 9) {
                memory.set(at + 9, m.getS9());
            }
            if (count > 10) {
                memory.set(at + 10, m.getS10());
            }
            if (count > 11) {
                memory.set(at + 11, m.getS11());
            }
            if (count > 12) {
                memory.set(at + 12, m.getS12());
            }
            if (count > 13) {
                memory.set(at + 13, m.getS13());
            }
            if (count > 14) {
                memory.set(at + 14, m.getS14());
            }
            if (count > 15) {
                memory.set(at + 15, m.getS15());
            }
        }
    }
}
