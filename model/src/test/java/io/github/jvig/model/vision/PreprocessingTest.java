package io.github.jvig.model.vision;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.jvig.model.image.Interpolation;
import io.github.jvig.model.image.RgbImage;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PreprocessingTest {
    private static final Preprocessing.Rgb HALF = Preprocessing.Rgb.of(0.5f);

    @Test
    void meanAndDeviationAreThoseOfTheChannel() {
        Preprocessing preprocessing = new Preprocessing(2, 1, Interpolation.BICUBIC,
                new Preprocessing.Rgb(0, 0.25f, 0.5f), new Preprocessing.Rgb(1, 0.5f, 0.25f), Preprocessing.Colors.RGB);
        byte[] white = new byte[3 * 4];
        Arrays.fill(white, (byte) 255);
        float[] planes = preprocessing.transform(2, 2).apply(RgbImage.ofRgb(2, 2, white));
        assertArrayEquals(new float[]{1, 1, 1, 1, 1.5f, 1.5f, 1.5f, 1.5f, 2, 2, 2, 2}, planes);
    }

    @Test
    void imagenetsAreTheUsualNumbers() {
        Preprocessing preprocessing = Preprocessing.imagenet(8, 0.9, Interpolation.BICUBIC);
        float[] black = preprocessing.transform(8, 8).apply(RgbImage.ofRgb(8, 8, new byte[3 * 64]));
        assertEquals(-0.485f / 0.229f, black[0]);
        assertEquals(-0.456f / 0.224f, black[64]);
        assertEquals(-0.406f / 0.225f, black[128]);
    }

    /** Luma at another size than the digits net's own, not square, enlarged and shrunk: a uniform image stays uniform. */
    @Test
    void lumaOfAnySize() {
        for (int side : new int[]{3, 50}) {
            byte[] red = new byte[3 * side * side];
            for (int i = 0; i < red.length; i += 3) {
                red[i] = (byte) 255;
            }
            Transform transform = Preprocessing.digits().transform(8, 12);
            float[] planes = transform.apply(RgbImage.ofRgb(side, side, red));
            assertEquals(3 * 8 * 12, planes.length);
            for (float value : planes) {
                assertEquals((76 / 255f - 0.5f) / 0.5f, value, 1e-6f, "PIL's luma of red is 76");
            }
        }
    }

    /** Each side by itself to 20 pixels, of which the 16 in the middle are cut: the border of two halves stays in the middle. */
    @Test
    void squashedImagesLoseTheirAspect() {
        Preprocessing squashed = Preprocessing.imagenet(16, 0.8, Interpolation.BILINEAR)
                .withAspect(Preprocessing.Aspect.SQUASHED);
        RgbImage wide = RgbImage.ofRgb(40, 10, new byte[3 * 400]);
        assertEquals(new ResizeSize(20, 20), squashed.resize(wide, 16, 16));
        assertEquals(new ResizeSize(30, 20), squashed.resize(wide, 16, 24));
        assertEquals(new ResizeSize(80, 20),
                Preprocessing.imagenet(16, 0.8, Interpolation.BILINEAR).resize(wide, 16, 16));
        byte[] halves = new byte[3 * 400];
        for (int i = 0; i < halves.length; i++) {
            halves[i] = (byte) (i / 3 % 40 < 20 ? 0 : 255);
        }
        float[] planes = squashed.transform(16, 16).apply(RgbImage.ofRgb(40, 10, halves));
        for (int x = 0; x < 16; x++) {
            assertEquals(x < 8 ? -0.485f / 0.229f : (1 - 0.485f) / 0.229f, planes[16 * 7 + x],
                    x == 7 || x == 8 ? 1.2f : 0,
                    "column " + x);
        }
    }

    @Test
    void badNumbersAreRefused() {
        assertRefused("input size must be at least 1x1, got 0x0",
                () -> Preprocessing.imagenet(0, 1, Interpolation.BICUBIC));
        assertRefused("input size must be at least 1x1, got 8x0",
                () -> Preprocessing.imagenet(8, 1, Interpolation.BICUBIC).transform(8, 0));
        assertRefused("the crop fraction must be above 0 and at most 1, got NaN",
                () -> Preprocessing.imagenet(8, Double.NaN, Interpolation.BICUBIC));
        assertRefused("mean and deviation must be finite, got NaN, 0.0, 0.0",
                () -> new Preprocessing.Rgb(Float.NaN, 0, 0));
        assertRefused("deviations must be above 0, got Rgb[red=1.0, green=0.0, blue=1.0]",
                () -> new Preprocessing(8, 1, Interpolation.BILINEAR, HALF, new Preprocessing.Rgb(1, 0, 1),
                        Preprocessing.Colors.RGB));
        assertRefused("luma is resized bilinearly, not by BICUBIC", () -> new Preprocessing(8, 1, Interpolation.BICUBIC,
                HALF, HALF, Preprocessing.Colors.LUMA));
    }

    private static void assertRefused(String message, Runnable construction) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, construction::run).getMessage());
    }
}
