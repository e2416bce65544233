package io.github.jvig.model.vision;

/** The canvas that the first frame of an animation stands on. */
final class Canvas {
    private Canvas() {
    }

    /** @param background {@code 0xRRGGBB}; bits above are ignored */
    static RgbImage place(RgbImage frame, int left, int top, int width, int height, int background) {
        if (frame.width() == width && frame.height() == height) {
            return frame;
        }
        if (left > width - frame.width() || top > height - frame.height()) {
            throw new IllegalArgumentException("the frame reaches over its canvas");
        }
        byte[] rgb = new byte[Math.multiplyExact(3, Math.multiplyExact(width, height))];
        for (int i = 0; i < rgb.length; i += 3) {
            rgb[i] = (byte) (background >> 16);
            rgb[i + 1] = (byte) (background >> 8);
            rgb[i + 2] = (byte) background;
        }
        for (int y = 0; y < frame.height(); y++) {
            System.arraycopy(frame.rgb(), y * frame.width() * 3, rgb, ((top + y) * width + left) * 3,
                    frame.width() * 3);
        }
        return new RgbImage(width, height, rgb);
    }
}
