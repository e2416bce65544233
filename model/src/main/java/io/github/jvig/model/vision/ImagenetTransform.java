package io.github.jvig.model.vision;

import io.github.jvig.model.image.Crop;
import io.github.jvig.model.image.RgbImage;

/** See {@link Preprocessing.Colors#RGB}. */
record ImagenetTransform(int height, int width, Preprocessing preprocessing) implements Transform {
    ImagenetTransform {
        Preprocessing.checkSize(height, width);
    }

    @Override
    public float[] apply(RgbImage image) {
        byte[] rgb = crop(image).toRgb();
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
        ResizeSize size = preprocessing.resize(image, height, width);
        return preprocessing.interpolation().resize(image, size.width(), size.height(),
                Crop.center(size.width(), size.height(), width, height));
    }

    private float[] values(int channel) {
        float[] values = new float[256];
        for (int v = 0; v < values.length; v++) {
            values[v] = preprocessing.normalized(v / 255f, channel);
        }
        return values;
    }
}
