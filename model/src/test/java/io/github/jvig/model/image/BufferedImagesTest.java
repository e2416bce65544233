package io.github.jvig.model.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.awt.image.BufferedImage;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BufferedImagesTest {
    private static final RgbImage PATTERN = TestFiles.pattern(7, 5);

    private static int argb(int pixel, int alpha) {
        byte[] rgb = PATTERN.rgb();
        return alpha << 24 | (rgb[3 * pixel] & 0xff) << 16 | (rgb[3 * pixel + 1] & 0xff) << 8
                | rgb[3 * pixel + 2] & 0xff;
    }

    private static BufferedImage image(int type, int alpha) {
        BufferedImage image = new BufferedImage(PATTERN.width(), PATTERN.height(), type);
        for (int i = 0; i < 35; i++) {
            image.setRGB(i % 7, i / 7, argb(i, alpha));
        }
        return image;
    }

    @ParameterizedTest
    @ValueSource(ints = {BufferedImage.TYPE_INT_RGB, BufferedImage.TYPE_INT_BGR, BufferedImage.TYPE_3BYTE_BGR,
            BufferedImage.TYPE_INT_ARGB,
            BufferedImage.TYPE_4BYTE_ABGR, BufferedImage.TYPE_INT_ARGB_PRE, BufferedImage.TYPE_4BYTE_ABGR_PRE})
    void colorsAreKept(int type) {
        assertArrayEquals(PATTERN.rgb(), Images.of(image(type, 255)).rgb());
    }

    @ParameterizedTest
    @ValueSource(ints = {BufferedImage.TYPE_INT_ARGB, BufferedImage.TYPE_4BYTE_ABGR})
    void alphaIsDropped(int type) {
        assertArrayEquals(PATTERN.rgb(), Images.of(image(type, 3)).rgb());
    }

    @ParameterizedTest
    @ValueSource(ints = {BufferedImage.TYPE_BYTE_GRAY, BufferedImage.TYPE_USHORT_GRAY})
    void graySamplesAreTheValues(int type) {
        BufferedImage image = new BufferedImage(256, 1, type);
        byte[] expected = new byte[3 * 256];
        for (int v = 0; v < 256; v++) {
            image.getRaster().setSample(v, 0, 0, type == BufferedImage.TYPE_USHORT_GRAY ? v << 8 | 255 - v : v);
            Arrays.fill(expected, 3 * v, 3 * v + 3, (byte) v);
        }
        assertArrayEquals(expected, Images.of(image).rgb());
    }

    @Test
    void aWindowOfAnImageIsTheWindow() {
        RgbImage window = Images.of(image(BufferedImage.TYPE_INT_RGB, 255).getSubimage(2, 1, 3, 2));
        assertEquals(3, window.width());
        assertEquals(2, window.height());
        for (int y = 0; y < 2; y++) {
            int from = 3 * ((y + 1) * 7 + 2);
            assertArrayEquals(Arrays.copyOfRange(PATTERN.rgb(), from, from + 9),
                    Arrays.copyOfRange(window.rgb(), 9 * y, 9 * y + 9));
        }
    }
}
