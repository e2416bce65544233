package io.github.jvig.tornado.tasks;

import io.github.jvig.tornado.kernels.HalfConversion;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;

/**
 * The arrays that a task may use. The arrays of half precision are null in a plan that stores all in single precision.
 *
 * @param memory      maps in single precision, {@code image} floats for each image of the batch
 * @param second      weights in single precision; for uploads the planes of the images, for downloads those of the results
 * @param halves      maps in half precision, {@code halfImage} numbers for each image of the batch
 * @param halfWeights weights in half precision
 * @param images      the planes of the images of the batch, behind zeros if the first layer reads them; null for tasks of single layers
 */
record DeviceArrays(FloatArray memory, FloatArray second, HalfFloatArray halves, HalfFloatArray halfWeights,
        FloatArray images,
        int image, int halfImage) {
    /** Those of a net: maps and images of zeros, and its weights. */
    static DeviceArrays of(NetLayout layout, int batch) {
        FloatArray memory = new FloatArray(Math.multiplyExact(batch, layout.image()));
        memory.init(0f);
        FloatArray weights = FloatArray.fromArray(layout.weights());
        FloatArray images = new FloatArray(
                Math.addExact(layout.imageStart(), Math.multiplyExact(batch, layout.input().length())));
        images.init(0f);
        if (layout.halfImage() == 0) {
            return new DeviceArrays(memory, weights, null, null, images, layout.image(), 0);
        }
        HalfFloatArray halves = new HalfFloatArray(Math.multiplyExact(batch, layout.halfImage()));
        halves.clear();
        return new DeviceArrays(memory, weights, halves, HalfConversion.array(layout.halfWeights()),
                images, layout.image(), layout.halfImage());
    }

    /** For layers of single precision that read no images. */
    static DeviceArrays of(FloatArray memory, FloatArray second, int image) {
        return new DeviceArrays(memory, second, null, null, null, image, 0);
    }

    /** Those that stay on the device: maps and weights. */
    Object[] resident() {
        return halves == null ? new Object[]{memory, second} : new Object[]{memory, second, halves, halfWeights};
    }

    /** With planes in place of the weights. */
    DeviceArrays withSecond(FloatArray planes) {
        return new DeviceArrays(memory, planes, halves, halfWeights, images, image, halfImage);
    }
}
