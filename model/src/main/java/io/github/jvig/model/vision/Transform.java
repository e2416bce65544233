package io.github.jvig.model.vision;

import io.github.jvig.model.nets.MobileViG;

/**
 * From an image to a net's input. Implementations are immutable and may be used by several threads at once.
 */
public interface Transform {
    /**
     * Rows of the input.
     *
     * @return at least 1
     */
    int height();

    /**
     * Columns of the input.
     *
     * @return at least 1
     */
    int width();

    /**
     * The input of one image.
     *
     * @param image of any size
     * @return finite values, {@code planes[(c * height + y) * width + x]} with c = 0, 1, 2 for red, green, blue
     */
    float[] apply(RgbImage image);

    /** As {@link #imagenet(int, int, double, Interpolation)}, bicubic with a crop fraction of 0.9 as the MobileViG family is evaluated. */
    static Transform imagenet(int height, int width) {
        return imagenet(height, width, 0.9, Interpolation.BICUBIC);
    }

    /**
     * The evaluation transform of ImageNet nets: resize of the shorter side to {@code floor(size / cropFraction)} (antialiased,
     * PIL's bytes), center crop, division by 255, then less the mean 0.485, 0.456, 0.406 and over the deviation 0.229, 0.224, 0.225.
     * Where height and width differ, the image is resized to cover both.
     *
     * @param cropFraction share of the resized side that is kept, above 0 and at most 1 (timm's {@code crop_pct})
     * @param resample     how it is resized
     * @throws IllegalArgumentException when a side is below 1 or the fraction out of its range
     */
    static Transform imagenet(int height, int width, double cropFraction, Interpolation resample) {
        return new ImagenetTransform(height, width, cropFraction, resample);
    }

    /**
     * The transform of the built-in digits net, 64x64: luma, the shorter side resized to 64 and a square cut from the middle, values from
     * -1 (black) to 1 (white), the same on 3 planes. Small images are enlarged bilinearly in float32, as the net was trained on
     * 8x8 pixels; large ones are shrunk with antialiasing. The net knows light digits on dark ground.
     */
    static Transform digits() {
        return new DigitsTransform();
    }
}
