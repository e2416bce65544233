package io.github.jvig.tornado.kernels;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;

/**
 * What a kernel has to read from the array of maps that it writes, if it can be the first of a plan that has this array. TornadoVM uploads no
 * array that its first kernel only writes: it allocates it, and what the host put there is lost. Of maps that is the zeros at the start of
 * each image's part, which all kernels rely on. Such a kernel adds {@link #zero} to what it writes, so that the read cannot be left out.
 */
final class FirstUse {
    private FirstUse() {
    }

    /**
     * The zero at the start of an image's part.
     *
     * @param base offset of the image's part in {@code memory}
     */
    static float zero(FloatArray memory, int base) {
        return memory.get(base);
    }

    /** The same in half precision. */
    static float zero(HalfFloatArray memory, int base) {
        return memory.get(base).getFloat32();
    }
}
