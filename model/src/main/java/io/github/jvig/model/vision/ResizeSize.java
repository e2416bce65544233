package io.github.jvig.model.vision;

/** The size that an image is resized to before it is cropped; a side may be beyond what an array can hold. */
record ResizeSize(long width, long height) {
    /** The shorter side gets {@code side} pixels, the longer one keeps the aspect, rounded down: torchvision's {@code Resize}. */
    static ResizeSize shorterSide(long imageWidth, long imageHeight, int side) {
        return imageWidth <= imageHeight
                ? new ResizeSize(side, side * imageHeight / imageWidth)
                : new ResizeSize(side * imageWidth / imageHeight, side);
    }

    /** The smallest size of the image's aspect that covers {@code width x height}: timm's {@code ResizeKeepRatio}. */
    static ResizeSize covering(int imageWidth, int imageHeight, int width, int height) {
        double ratio = Math.min((double) imageWidth / width, (double) imageHeight / height);
        return new ResizeSize((long) Math.rint(imageWidth / ratio), (long) Math.rint(imageHeight / ratio));
    }
}
