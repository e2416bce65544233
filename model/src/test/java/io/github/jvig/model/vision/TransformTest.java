package io.github.jvig.model.vision;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.jvig.model.image.Crop;
import io.github.jvig.model.image.Interpolation;
import io.github.jvig.model.image.RgbImage;
import io.github.jvig.model.image.TestFiles;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TransformTest {
    @ParameterizedTest
    @CsvSource({"500, 310, 400, 248", "310, 424, 248, 339", "248, 248, 248, 248", "3, 2, 372, 248",
            "1, 178956970, 248, 44381328560"})
    void theShorterSideLeads(int width, int height, long resizedWidth, long resizedHeight) {
        assertEquals(new ResizeSize(resizedWidth, resizedHeight), ResizeSize.shorterSide(width, height, 248));
    }

    /** timm's ResizeKeepRatio, worked out by hand. */
    @ParameterizedTest
    @CsvSource({"500, 310, 177, 213, 344, 213", "310, 500, 177, 213, 177, 285", "177, 213, 177, 213, 177, 213",
            "100, 100, 300, 213, 300, 300"})
    void bothSidesAreCovered(int width, int height, int toWidth, int toHeight, long resizedWidth, long resizedHeight) {
        assertEquals(new ResizeSize(resizedWidth, resizedHeight),
                ResizeSize.covering(width, height, toWidth, toHeight));
    }

    @ParameterizedTest
    @CsvSource({"224, 0", "225, 0", "226, 1", "227, 2", "248, 12", "251, 14", "339, 58"})
    void oddMarginsAreHalvedToTheEvenSide(int side, int start) {
        assertEquals(new Crop(start, start, 224, 224), Crop.center(side, side, 224, 224));
    }

    @Test
    void inputsThatAreNotSquare() {
        Transform transform = Transform.imagenet(192, 160);
        assertEquals(192, transform.height());
        assertEquals(160, transform.width());
        assertEquals(3 * 192 * 160, transform.apply(TestFiles.pattern(50, 70)).length);
    }

    /** An image that is as narrow as can be: the resized one would have 11 thousand million pixels, the crop has 50,176. */
    @Test
    void aLineOfPixels() {
        byte[] rgb = new byte[3 * 180_000];
        Arrays.fill(rgb, (byte) 255);
        float[] planes = Transform.imagenet(224, 224).apply(RgbImage.ofRgb(1, 180_000, rgb));
        assertEquals((1 - 0.485f) / 0.229f, planes[0]);
        assertEquals((1 - 0.406f) / 0.225f, planes[planes.length - 1]);
    }

    @Test
    void theCropFractionSetsTheResize() {
        RgbImage image = TestFiles.pattern(30, 30);
        RgbImage all = new ImagenetTransform(32, 32, Preprocessing.imagenet(32, 1, Interpolation.BICUBIC)).crop(image);
        assertArrayEquals(Interpolation.BICUBIC.resize(image, 32, 32).toRgb(), all.toRgb());
        RgbImage part = new ImagenetTransform(32, 32, Preprocessing.imagenet(32, 0.875, Interpolation.BICUBIC))
                .crop(image);
        assertArrayEquals(Interpolation.BICUBIC.resize(image, 36, 36, new Crop(2, 2, 32, 32)).toRgb(), part.toRgb());
    }

    @Test
    void badArguments() {
        assertThrows(IllegalArgumentException.class, () -> Transform.imagenet(0, 0));
        assertThrows(IllegalArgumentException.class, () -> Transform.imagenet(224, -1));
        assertThrows(IllegalArgumentException.class, () -> Transform.imagenet(224, 224, 0, Interpolation.BICUBIC));
        assertThrows(IllegalArgumentException.class, () -> Transform.imagenet(224, 224, 1.1, Interpolation.BICUBIC));
        assertThrows(IllegalArgumentException.class,
                () -> Transform.imagenet(224, 224, Double.NaN, Interpolation.BICUBIC));
        assertThrows(IllegalArgumentException.class, () -> RgbImage.ofRgb(2, 2, new byte[11]));
        assertThrows(IllegalArgumentException.class, () -> RgbImage.ofRgb(0, 2, new byte[0]));
    }
}
