package io.github.jvig.tornado.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.HalfFloat;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;

/**
 * Copies a map from single to half precision and back, element by element, its padding included. Rounds to the nearest number of half
 * precision; what is beyond 65504 becomes infinite.
 */
public final class HalfConversion {
    private HalfConversion() {
    }

    /**
     * The kernel that writes a map in half precision.
     *
     * @param image     floats per image in {@code memory}
     * @param from      offset of the map in the image's floats
     * @param halfImage numbers per image in {@code halves}
     * @param to        offset of the map in the image's numbers of half precision
     */
    public static void toHalf(KernelContext context, FloatArray memory, HalfFloatArray halves, int image, int from,
            int halfImage, int to) {
        half(context.globalIdx, context.globalIdy, memory, halves, image, from, halfImage, to);
    }

    static void half(int id, int n, FloatArray memory, HalfFloatArray halves, int image, int from, int halfImage,
            int to) {
        float zero = FirstUse.zero(halves, n * halfImage);
        halves.set(n * halfImage + to + id, new HalfFloat(memory.get(n * image + from + id) + zero));
    }

    /** The kernel that writes a map in single precision; see {@link #toHalf}. */
    public static void toFloat(KernelContext context, HalfFloatArray halves, FloatArray memory, int halfImage, int from,
            int image, int to) {
        single(context.globalIdx, context.globalIdy, halves, memory, halfImage, from, image, to);
    }

    static void single(int id, int n, HalfFloatArray halves, FloatArray memory, int halfImage, int from, int image,
            int to) {
        float zero = FirstUse.zero(memory, n * image);
        memory.set(n * image + to + id, halves.get(n * halfImage + from + id).getFloat32() + zero);
    }

    /** Numbers in half precision, for an array of the device. */
    public static HalfFloatArray array(float[] values) {
        HalfFloatArray halves = new HalfFloatArray(values.length);
        for (int i = 0; i < values.length; i++) {
            halves.set(i, new HalfFloat(values[i]));
        }
        return halves;
    }
}
