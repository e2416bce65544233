package io.github.jvig.model.image;

/** The canvas on which the first frame of an animation is placed. */
final class Canvas {
    private Canvas() {
    }

    /** @param background {@code 0xRRGGBB}; bits above are ignored */
    static RgbImage place(RgbImage frame, int left, int top, int width, int height, int background) {
        if (frame.width() == width && frame.height() == height) {
            return frame;
        }
        if (left > width - frame.width() || top > height - frame.height()) {
            throw new IllegalArgumentException("the frame is larger than its canvas");
        }
        byte[] rgb = RgbImage.allocate(width, height);
        for (int offset = 0; offset < rgb.length;) {
            offset = RgbImage.put(rgb, offset, background);
        }
        for (int y = 0; y < frame.height(); y++) {
            System.arraycopy(frame.rgb(), y * frame.width() * 3, rgb, ((top + y) * width + left) * 3,
                    frame.width() * 3);
        }
        return new RgbImage(width, height, rgb);
    }
}
