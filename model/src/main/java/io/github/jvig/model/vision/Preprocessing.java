package io.github.jvig.model.vision;

import io.github.jvig.model.image.Images;
import io.github.jvig.model.image.Interpolation;
import io.github.jvig.model.image.RgbImage;
import java.util.Objects;

/**
 * How an image becomes a net's input, as the net was evaluated: resize of the shorter side to {@code floor(size / cropFraction)}
 * (antialiased, PIL's bytes), center crop, division by 255, then minus the mean and divided by the deviation of each channel. Where an
 * input's height and width differ, the image is resized to cover both. Nets that were evaluated on squashed images have each side resized by
 * itself.
 *
 * @param size          height and width of the input that the net was trained for, in pixels
 * @param cropFraction  share of the resized image's side that is kept, above 0 and at most 1 (timm's {@code crop_pct})
 * @param interpolation how images are resized
 * @param mean          of each channel of the training images, whose values are 0 to 1
 * @param std           standard deviation of each channel, above 0
 * @param colors        what the three planes of the input hold
 * @param aspect        whether the resize keeps the image's aspect
 */
public record Preprocessing(int size, double cropFraction, Interpolation interpolation, Rgb mean, Rgb std,
        Colors colors, Aspect aspect) {
    private static final Rgb IMAGENET_MEAN = new Rgb(0.485f, 0.456f, 0.406f);
    private static final Rgb IMAGENET_STD = new Rgb(0.229f, 0.224f, 0.225f);

    /**
     * A number for each channel, all finite.
     *
     * @param red   of the first channel
     * @param green of the second channel
     * @param blue  of the third channel
     */
    public record Rgb(float red, float green, float blue) {
        /**
         * Checks the numbers.
         *
         * @throws IllegalArgumentException when one is NaN or infinite
         */
        public Rgb {
            if (!Float.isFinite(red) || !Float.isFinite(green) || !Float.isFinite(blue)) {
                throw new IllegalArgumentException(
                        "mean and deviation must be finite, got " + red + ", " + green + ", " + blue);
            }
        }

        /**
         * The same number for all channels.
         *
         * @param value finite
         * @return the three
         */
        public static Rgb of(float value) {
            return new Rgb(value, value, value);
        }

        float channel(int number) {
            return number == 0 ? red : number == 1 ? green : blue;
        }
    }

    /** What a resize makes of the ratio of an image's sides. */
    public enum Aspect {
        /** Width and height are resized by the same factor; what is beyond the input on the longer side is cut off. */
        KEPT,
        /** Each side is resized by itself, to {@code floor(size / cropFraction)}: timm's {@code crop_mode} squash. */
        SQUASHED
    }

    /** What the three planes of an input hold. */
    public enum Colors {
        /** Red, green and blue. */
        RGB,
        /**
         * The luma of the image, the same on all planes; it is taken before the resize. Images smaller than the input are enlarged in
         * float32 (PyTorch's {@code interpolate} with half-pixel centers), larger ones are shrunk with antialiasing. Bilinear only.
         */
        LUMA
    }

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException when the size is below 1, the fraction out of its range or NaN, a deviation not above 0, or luma
     *                                  is to be resized other than bilinearly
     */
    public Preprocessing {
        checkSize(size, size);
        if (!(cropFraction > 0 && cropFraction <= 1)) {
            throw new IllegalArgumentException("the crop fraction must be above 0 and at most 1, got " + cropFraction);
        }
        Objects.requireNonNull(interpolation, "interpolation");
        Objects.requireNonNull(mean, "mean");
        if (!(Math.min(std.red(), Math.min(std.green(), std.blue())) > 0)) {
            throw new IllegalArgumentException("deviations must be above 0, got " + std);
        }
        if (Objects.requireNonNull(colors, "colors") == Colors.LUMA && interpolation != Interpolation.BILINEAR) {
            throw new IllegalArgumentException("luma is resized bilinearly, not by " + interpolation);
        }
        Objects.requireNonNull(aspect, "aspect");
    }

    /**
     * A preprocessing that keeps the image's aspect, as that of nearly all nets.
     *
     * @param size          height and width of the input, in pixels
     * @param cropFraction  share of the resized image's side that is kept
     * @param interpolation how images are resized
     * @param mean          of each channel of the training images
     * @param std           standard deviation of each channel
     * @param colors        what the three planes of the input hold
     * @throws IllegalArgumentException as above
     */
    public Preprocessing(int size, double cropFraction, Interpolation interpolation, Rgb mean, Rgb std, Colors colors) {
        this(size, cropFraction, interpolation, mean, std, colors, Aspect.KEPT);
    }

    /**
     * The same with another aspect.
     *
     * @param changed whether the resize keeps the image's aspect
     * @return the preprocessing
     */
    public Preprocessing withAspect(Aspect changed) {
        return new Preprocessing(size, cropFraction, interpolation, mean, std, colors, changed);
    }

    /**
     * The evaluation of most ImageNet nets: colors, mean 0.485, 0.456, 0.406, deviation 0.229, 0.224, 0.225.
     *
     * @param size          height and width of the input, in pixels
     * @param cropFraction  above 0 and at most 1
     * @param interpolation how images are resized
     * @return the preprocessing
     * @throws IllegalArgumentException when the size is below 1 or the fraction out of its range
     */
    public static Preprocessing imagenet(int size, double cropFraction, Interpolation interpolation) {
        return new Preprocessing(size, cropFraction, interpolation, IMAGENET_MEAN, IMAGENET_STD, Colors.RGB);
    }

    /**
     * For the built-in digits net: values from -1 (black) to 1 (white), nothing cropped of a square.
     *
     * @return the preprocessing, luma of 64x64 pixels
     */
    public static Preprocessing digits() {
        return new Preprocessing(64, 1, Interpolation.BILINEAR, Rgb.of(0.5f), Rgb.of(0.5f), Colors.LUMA);
    }

    /**
     * The transform for an input of this size, which need not be the net's own.
     *
     * @param height of the input, in pixels
     * @param width  of the input, in pixels
     * @return the transform
     * @throws IllegalArgumentException when a side is below 1
     */
    public Transform transform(int height, int width) {
        return switch (colors) {
            case RGB -> new ImagenetTransform(height, width, this);
            case LUMA -> new LumaTransform(height, width, this);
        };
    }

    /** The size that an image is resized to before an input is cut from its middle. */
    ResizeSize resize(RgbImage image, int height, int width) {
        int resizedHeight = (int) Math.floor(height / cropFraction);
        int resizedWidth = (int) Math.floor(width / cropFraction);
        if (aspect == Aspect.SQUASHED) {
            return new ResizeSize(resizedWidth, resizedHeight);
        }
        return height == width
                ? ResizeSize.shorterSide(image.width(), image.height(), resizedHeight)
                : ResizeSize.covering(image.width(), image.height(), resizedWidth, resizedHeight);
    }

    /** @param value of a pixel, 0 to 1 */
    float normalized(float value, int channel) {
        return (value - mean.channel(channel)) / std.channel(channel);
    }

    static void checkSize(int height, int width) {
        if (height < 1 || width < 1) {
            throw new IllegalArgumentException("input size must be at least 1x1, got " + height + "x" + width);
        }
    }
}
