package io.github.jvig.model.vision;

/** The size that an image is resized to before it is cropped; a side may be beyond what an array can hold. */
record Size(long width, long height) {
    /** The shorter side gets {@code side} pixels, the longer one keeps the aspect, rounded down: torchvision's {@code Resize}. */
    static Size shorterSide(RgbImage image, int side) {
        long width = image.width();
        long height = image.height();
        return width <= height ? new Size(side, side * height / width) : new Size(side * width / height, side);
    }

    /** The smallest size of the image's aspect that covers {@code width x height}: timm's {@code ResizeKeepRatio}. */
    static Size covering(RgbImage image, int width, int height) {
        double ratio = Math.min((double) image.width() / width, (double) image.height() / height);
        return new Size((long) Math.rint(image.width() / ratio), (long) Math.rint(image.height() / ratio));
    }
}
