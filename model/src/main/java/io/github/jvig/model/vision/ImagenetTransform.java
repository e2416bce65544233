package io.github.jvig.model.vision;

/** See {@link Transform#imagenet(int, int, double, Interpolation)}. */
record ImagenetTransform(int height, int width, double cropFraction, Interpolation resample) implements Transform {
    private static final float[] MEAN = {0.485f, 0.456f, 0.406f};
    private static final float[] DEVIATION = {0.229f, 0.224f, 0.225f};

    ImagenetTransform {
        if (height < 1 || width < 1) {
            throw new IllegalArgumentException("an input of " + height + "x" + width + " has no pixels");
        }
        if (!(cropFraction > 0 && cropFraction <= 1)) {
            throw new IllegalArgumentException(
                    "the crop fraction must be above 0 and at most 1, it is " + cropFraction);
        }
    }

    @Override
    public float[] apply(RgbImage image) {
        byte[] rgb = crop(image).rgb();
        int pixels = height * width;
        float[] planes = new float[3 * pixels];
        for (int c = 0; c < 3; c++) {
            float[] values = values(c);
            for (int i = 0; i < pixels; i++) {
                planes[c * pixels + i] = values[rgb[3 * i + c] & 0xff];
            }
        }
        return planes;
    }

    /** The pixels that the net sees, before they are normalized. */
    RgbImage crop(RgbImage image) {
        int resizedHeight = (int) Math.floor(height / cropFraction);
        int resizedWidth = (int) Math.floor(width / cropFraction);
        ResizeSize size = height == width
                ? ResizeSize.shorterSide(image.width(), image.height(), resizedHeight)
                : ResizeSize.covering(image.width(), image.height(), resizedWidth, resizedHeight);
        return resample.resize(image, size.width(), size.height(),
                Crop.center(size.width(), size.height(), width, height));
    }

    private static float[] values(int channel) {
        float[] values = new float[256];
        for (int v = 0; v < values.length; v++) {
            values[v] = (v / 255f - MEAN[channel]) / DEVIATION[channel];
        }
        return values;
    }
}
