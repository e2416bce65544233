package io.github.jvig.model.vision;

/** A window of {@code width x height} pixels in an image that may be too large to exist. */
record Crop(long left, long top, int width, int height) {
    /** In the middle; half of an odd margin is rounded to the even number, as in torchvision's {@code CenterCrop}. */
    static Crop center(long imageWidth, long imageHeight, int width, int height) {
        return new Crop((long) Math.rint((imageWidth - width) / 2.0), (long) Math.rint((imageHeight - height) / 2.0),
                width, height);
    }
}
