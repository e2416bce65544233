package io.github.jvig.model.vision;

import io.github.jvig.model.image.Interpolation;
import io.github.jvig.model.image.RgbImage;

/**
 * From an image to a net's input. Implementations are immutable and may be used by several threads at once.
 */
public interface Transform {
    /** {@return rows of the input, in pixels} */
    int height();

    /** {@return columns of the input, in pixels} */
    int width();

    /**
     * The input of one image.
     *
     * @param image of any size
     * @return 3 planes (red, green, blue, or three times luma) of {@link #height()} rows of {@link #width()} values, all finite
     */
    float[] apply(RgbImage image);

    /**
     * The evaluation transform of the MobileViG family for an input of this size, bicubic with a crop fraction of 0.9; see
     * {@link Preprocessing#imagenet}.
     *
     * @param height of the input, in pixels
     * @param width  of the input, in pixels
     * @return the transform
     * @throws IllegalArgumentException when a side is below 1
     */
    static Transform imagenet(int height, int width) {
        return imagenet(height, width, 0.9, Interpolation.BICUBIC);
    }

    /**
     * The evaluation transform of ImageNet nets for an input of this size; see {@link Preprocessing#imagenet}.
     *
     * @param height        of the input, in pixels
     * @param width         of the input, in pixels
     * @param cropFraction  share of the resized side that is kept, above 0 and at most 1 (timm's {@code crop_pct})
     * @param interpolation how images are resized
     * @return the transform
     * @throws IllegalArgumentException when a side is below 1 or the fraction out of its range
     */
    static Transform imagenet(int height, int width, double cropFraction, Interpolation interpolation) {
        Preprocessing.checkSize(height, width);
        return Preprocessing.imagenet(Math.max(height, width), cropFraction, interpolation).transform(height, width);
    }

    /**
     * The transform of the built-in digits net; see {@link Preprocessing#digits}. The net knows light digits on dark ground.
     *
     * @return the transform to 64x64 pixels
     */
    static Transform digits() {
        Preprocessing digits = Preprocessing.digits();
        return digits.transform(digits.size(), digits.size());
    }
}
