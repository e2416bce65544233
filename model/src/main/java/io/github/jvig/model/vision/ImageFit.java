package io.github.jvig.model.vision;

import io.github.jvig.model.image.Interpolation;
import io.github.jvig.model.image.RgbImage;
import java.util.Objects;

/**
 * How a whole image is put into the input of a detector or a segmenter, nothing cut off, and where a point of the input lies in the image.
 *
 * @param height of the input, in pixels
 * @param width  of the input, in pixels
 * @param mode   how the image is made as large as the input
 * @param mean   subtracted from each channel, whose values are 0 to 1
 * @param std    by which the difference is divided, above 0
 */
public record ImageFit(int height, int width, Mode mode, Preprocessing.Rgb mean, Preprocessing.Rgb std) {
    /** How an image gets the size of an input. */
    public enum Mode {
        /**
         * The aspect is kept, the image lies in the middle, and what is left is gray (114): Ultralytics' {@code LetterBox}. Resized
         * bilinearly from the four nearest pixels without antialiasing, as OpenCV does, up to one level of rounding.
         */
        LETTERBOX,
        /** Each side is stretched or shrunk by itself; antialiased, PIL's bytes of {@link Interpolation#BILINEAR}. */
        STRETCH
    }

    private static final byte GRAY = 114;
    /** Halves of odd margins go below and to the right. */
    private static final double LESS = 0.1;

    /**
     * An image as input of a net.
     *
     * @param input  {@code [3][height][width]}, normalized
     * @param scaleX pixels of the input for a pixel of the image, along its width
     * @param scaleY likewise along its height
     * @param left   column of the input at which the image begins
     * @param top    row of the input at which the image begins
     * @param image  the image
     */
    public record Fitted(float[] input, double scaleX, double scaleY, int left, int top, RgbImage image) {
        /**
         * A box of the input in pixels of the image.
         *
         * @param box in pixels of the input
         * @return the same in pixels of the image, cut at its edges
         */
        public Detection toImage(Detection box) {
            double x0 = Math.clamp((box.x() - left) / scaleX, 0, image.width());
            double y0 = Math.clamp((box.y() - top) / scaleY, 0, image.height());
            double x1 = Math.clamp((box.x() + box.width() - left) / scaleX, 0, image.width());
            double y1 = Math.clamp((box.y() + box.height() - top) / scaleY, 0, image.height());
            return new Detection(box.label(), box.index(), box.score(), x0, y0, x1 - x0, y1 - y0);
        }
    }

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException when a side is below 1 or a deviation not above 0
     */
    public ImageFit {
        Preprocessing.checkSize(height, width);
        Objects.requireNonNull(mode, "mode");
        Objects.requireNonNull(mean, "mean");
        if (!(Math.min(std.red(), Math.min(std.green(), std.blue())) > 0)) {
            throw new IllegalArgumentException("deviations must be above 0, got " + std);
        }
    }

    /**
     * As the nets of Ultralytics are run: gray margins, values from 0 to 1.
     *
     * @param height of the input, in pixels
     * @param width  of the input, in pixels
     * @return the fit
     * @throws IllegalArgumentException when a side is below 1
     */
    public static ImageFit letterbox(int height, int width) {
        return new ImageFit(height, width, Mode.LETTERBOX, Preprocessing.Rgb.of(0), Preprocessing.Rgb.of(1));
    }

    /**
     * Makes an image an input.
     *
     * @param image of any size
     * @return the input, and where the image lies in it
     */
    public Fitted apply(RgbImage image) {
        if (mode == Mode.STRETCH) {
            return new Fitted(planes(Interpolation.BILINEAR.resize(image, width, height).toRgb()),
                    (double) width / image.width(), (double) height / image.height(), 0, 0, image);
        }
        double scale = Math.min((double) height / image.height(), (double) width / image.width());
        int insideWidth = Math.max(1, (int) Math.rint(image.width() * scale));
        int insideHeight = Math.max(1, (int) Math.rint(image.height() * scale));
        int left = (int) Math.rint((width - insideWidth) / 2.0 - LESS);
        int top = (int) Math.rint((height - insideHeight) / 2.0 - LESS);
        byte[] rgb = new byte[Math.multiplyExact(3 * width, height)];
        java.util.Arrays.fill(rgb, GRAY);
        resize(image, insideWidth, insideHeight, rgb, left, top);
        return new Fitted(planes(rgb), scale, scale, left, top, image);
    }

    /** Bilinear, pixels as areas; into a window of an image of this input's size. */
    private void resize(RgbImage image, int toWidth, int toHeight, byte[] target, int left, int top) {
        byte[] rgb = image.toRgb();
        double stepX = (double) image.width() / toWidth;
        double stepY = (double) image.height() / toHeight;
        for (int y = 0; y < toHeight; y++) {
            double atY = Math.clamp((y + 0.5) * stepY - 0.5, 0, image.height() - 1);
            int y0 = (int) atY;
            int row0 = y0 * image.width();
            int row1 = Math.min(y0 + 1, image.height() - 1) * image.width();
            double partY = atY - y0;
            for (int x = 0; x < toWidth; x++) {
                double atX = Math.clamp((x + 0.5) * stepX - 0.5, 0, image.width() - 1);
                int x0 = (int) atX;
                int x1 = Math.min(x0 + 1, image.width() - 1);
                double partX = atX - x0;
                for (int c = 0; c < 3; c++) {
                    double upper = (rgb[3 * (row0 + x0) + c] & 0xff) * (1 - partX)
                            + (rgb[3 * (row0 + x1) + c] & 0xff) * partX;
                    double lower = (rgb[3 * (row1 + x0) + c] & 0xff) * (1 - partX)
                            + (rgb[3 * (row1 + x1) + c] & 0xff) * partX;
                    target[3 * ((top + y) * width + left + x) + c] = (byte) Math
                            .round(upper * (1 - partY) + lower * partY);
                }
            }
        }
    }

    private float[] planes(byte[] rgb) {
        int pixels = height * width;
        float[] planes = new float[3 * pixels];
        for (int c = 0; c < 3; c++) {
            float m = mean.channel(c);
            float s = std.channel(c);
            for (int i = 0; i < pixels; i++) {
                planes[c * pixels + i] = ((rgb[3 * i + c] & 0xff) / 255f - m) / s;
            }
        }
        return planes;
    }
}
