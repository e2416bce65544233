package io.github.jvig.model.vision;

/** See {@link Transform#digits()}. */
record DigitsTransform() implements Transform {
    private static final int SIDE = 64;

    @Override
    public int height() {
        return SIDE;
    }

    @Override
    public int width() {
        return SIDE;
    }

    @Override
    public float[] apply(RgbImage image) {
        ResizeSize size = ResizeSize.shorterSide(image.width(), image.height(), SIDE);
        Crop crop = Crop.center(size.width(), size.height(), SIDE, SIDE);
        float[] planes = new float[3 * SIDE * SIDE];
        if (Math.min(image.width(), image.height()) < SIDE) {
            enlarge(image, size, crop, planes);
        } else {
            byte[] luma = Interpolation.BILINEAR.resize(grey(image), size.width(), size.height(), crop).luma();
            for (int i = 0; i < luma.length; i++) {
                planes[i] = normalized((luma[i] & 0xff) / 255f);
            }
        }
        System.arraycopy(planes, 0, planes, SIDE * SIDE, SIDE * SIDE);
        System.arraycopy(planes, 0, planes, 2 * SIDE * SIDE, SIDE * SIDE);
        return planes;
    }

    /** Bilinear with half-pixel centers, edges repeated: PyTorch's {@code interpolate(mode="bilinear", align_corners=False)}. */
    private static void enlarge(RgbImage image, ResizeSize size, Crop crop, float[] plane) {
        byte[] luma = image.luma();
        float scaleX = (float) image.width() / size.width();
        float scaleY = (float) image.height() / size.height();
        for (int y = 0; y < SIDE; y++) {
            float atY = position(crop.top() + y, scaleY);
            int row = (int) atY * image.width();
            int nextRow = Math.min((int) atY + 1, image.height() - 1) * image.width();
            float lower = atY - (int) atY;
            for (int x = 0; x < SIDE; x++) {
                float atX = position(crop.left() + x, scaleX);
                int left = (int) atX;
                int right = Math.min(left + 1, image.width() - 1);
                float later = atX - left;
                float above = (1 - later) * unit(luma[row + left]) + later * unit(luma[row + right]);
                float below = (1 - later) * unit(luma[nextRow + left]) + later * unit(luma[nextRow + right]);
                plane[y * SIDE + x] = normalized((1 - lower) * above + lower * below);
            }
        }
    }

    private static float position(long output, float scale) {
        return Math.max(0, scale * (output + 0.5f) - 0.5f);
    }

    private static float unit(byte value) {
        return (value & 0xff) / 255f;
    }

    private static float normalized(float unit) {
        return (unit - 0.5f) / 0.5f;
    }

    /** Luma is taken before the resize, as PIL's {@code convert("L")} in front of it would. */
    private static RgbImage grey(RgbImage image) {
        byte[] luma = image.luma();
        byte[] rgb = new byte[3 * luma.length];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = luma[i / 3];
        }
        return new RgbImage(image.width(), image.height(), rgb);
    }
}
