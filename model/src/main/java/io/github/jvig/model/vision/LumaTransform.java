package io.github.jvig.model.vision;

import io.github.jvig.model.image.Crop;
import io.github.jvig.model.image.RgbImage;

/** See {@link Preprocessing.Colors#LUMA}. */
record LumaTransform(int height, int width, Preprocessing preprocessing) implements Transform {
    LumaTransform {
        Preprocessing.checkSize(height, width);
    }

    @Override
    public float[] apply(RgbImage image) {
        ResizeSize size = preprocessing.resize(image, height, width);
        Crop crop = Crop.center(size.width(), size.height(), width, height);
        float[] unit = new float[height * width];
        if (image.width() < size.width()) {
            enlarge(image, size, crop, unit);
        } else {
            byte[] luma = preprocessing.interpolation().resize(grey(image), size.width(), size.height(), crop).toLuma();
            for (int i = 0; i < luma.length; i++) {
                unit[i] = unit(luma[i]);
            }
        }
        float[] planes = new float[3 * unit.length];
        for (int c = 0; c < 3; c++) {
            for (int i = 0; i < unit.length; i++) {
                planes[c * unit.length + i] = preprocessing.normalized(unit[i], c);
            }
        }
        return planes;
    }

    /** Bilinear with half-pixel centers, edges repeated: PyTorch's {@code interpolate(mode="bilinear", align_corners=False)}. */
    private void enlarge(RgbImage image, ResizeSize size, Crop crop, float[] plane) {
        byte[] luma = image.toLuma();
        float scaleX = (float) image.width() / size.width();
        float scaleY = (float) image.height() / size.height();
        for (int y = 0; y < height; y++) {
            float sourceY = position(crop.top() + y, scaleY);
            int row = (int) sourceY * image.width();
            int nextRow = Math.min((int) sourceY + 1, image.height() - 1) * image.width();
            float fractionY = sourceY - (int) sourceY;
            for (int x = 0; x < width; x++) {
                float sourceX = position(crop.left() + x, scaleX);
                int left = (int) sourceX;
                int right = Math.min(left + 1, image.width() - 1);
                float fractionX = sourceX - left;
                float above = (1 - fractionX) * unit(luma[row + left]) + fractionX * unit(luma[row + right]);
                float below = (1 - fractionX) * unit(luma[nextRow + left]) + fractionX * unit(luma[nextRow + right]);
                plane[y * width + x] = (1 - fractionY) * above + fractionY * below;
            }
        }
    }

    private static float position(long output, float scale) {
        return Math.max(0, scale * (output + 0.5f) - 0.5f);
    }

    private static float unit(byte value) {
        return (value & 0xff) / 255f;
    }

    /** Luma is taken before the resize, as PIL's {@code convert("L")} in front of it would. */
    private static RgbImage grey(RgbImage image) {
        byte[] luma = image.toLuma();
        byte[] rgb = new byte[3 * luma.length];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = luma[i / 3];
        }
        return RgbImage.ofRgb(image.width(), image.height(), rgb);
    }
}
