package io.github.jvig.model.vision;

/** A window of {@code width x height} pixels in an image that may be too large to exist. */
record Crop(long left, long top, int width, int height) {
    /** In the middle; where the margin is odd, it is halved to the even side, as torchvision's {@code CenterCrop} does. */
    static Crop center(long imageWidth, long imageHeight, int width, int height) {
        return new Crop((long) Math.rint((imageWidth - width) / 2.0), (long) Math.rint((imageHeight - height) / 2.0),
                width, height);
    }
}
