package io.github.jvig.model.image;

/**
 * A window of {@code width x height} pixels in an image that may be too large to exist.
 *
 * @param left   first column
 * @param top    first row
 * @param width  columns
 * @param height rows
 */
public record Crop(long left, long top, int width, int height) {
    /**
     * In the middle; half of an odd margin is rounded to the even number, as in torchvision's {@code CenterCrop}.
     *
     * @param imageWidth  columns of the image
     * @param imageHeight rows of the image
     * @param width       columns of the window
     * @param height      rows of the window
     * @return the window; it begins outside an image that is smaller
     */
    public static Crop center(long imageWidth, long imageHeight, int width, int height) {
        return new Crop((long) Math.rint((imageWidth - width) / 2.0), (long) Math.rint((imageHeight - height) / 2.0),
                width, height);
    }
}
