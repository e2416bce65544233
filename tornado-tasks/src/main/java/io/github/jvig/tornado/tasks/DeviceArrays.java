package io.github.jvig.tornado.tasks;

import io.github.jvig.tornado.kernels.HalfConversion;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;

/**
 * The arrays that a task may use. The arrays of half precision are null in a plan that stores all in single precision.
 *
 * @param memory      maps in single precision, {@code image} floats for each image of the batch
 * @param second      weights in single precision; for uploads and downloads the planes
 * @param halves      maps in half precision, {@code halfImage} numbers for each image of the batch
 * @param halfWeights weights in half precision
 */
record DeviceArrays(FloatArray memory, FloatArray second, HalfFloatArray halves, HalfFloatArray halfWeights, int image,
        int halfImage) {
    /** Those of a net: maps of zeros, and its weights. */
    static DeviceArrays of(NetLayout layout, int batch) {
        FloatArray memory = new FloatArray(Math.multiplyExact(batch, layout.image()));
        memory.init(0f);
        FloatArray weights = FloatArray.fromArray(layout.weights());
        if (layout.halfImage() == 0) {
            return of(memory, weights, layout.image());
        }
        HalfFloatArray halves = new HalfFloatArray(Math.multiplyExact(batch, layout.halfImage()));
        halves.clear();
        return new DeviceArrays(memory, weights, halves, HalfConversion.array(layout.halfWeights()), layout.image(),
                layout.halfImage());
    }

    /** Without half precision. */
    static DeviceArrays of(FloatArray memory, FloatArray second, int image) {
        return new DeviceArrays(memory, second, null, null, image, 0);
    }

    /** All arrays that there are. */
    Object[] all() {
        return halves == null ? new Object[]{memory, second} : new Object[]{memory, second, halves, halfWeights};
    }

    /** With planes in place of the weights. */
    DeviceArrays withSecond(FloatArray planes) {
        return new DeviceArrays(memory, planes, halves, halfWeights, image, halfImage);
    }
}
