package io.github.jvig.model.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class RgbImageTest {
    /** Three columns, two rows. */
    private static final byte[] PACKED = TestFiles.bytes(1, 2, 3, 4, 5, 6, 7, 8, 9, 250, 251, 252, 253, 254, 255, 0,
            128,
            127);
    private static final byte[] PLANES = TestFiles.bytes(1, 4, 7, 250, 253, 0, 2, 5, 8, 251, 254, 128, 3, 6, 9, 252,
            255,
            127);
    private static final int[] ARGB = {0x010203, 0x80040506, 0x070809, 0xfffafbfc, 0x7ffdfeff, 0x00807f};

    @Test
    void allLayoutsGiveTheSameImage() {
        RgbImage image = RgbImage.ofRgb(3, 2, PACKED);
        assertEquals(3, image.width());
        assertEquals(2, image.height());
        assertEquals(image, RgbImage.ofPlanes(3, 2, PLANES));
        assertEquals(image, RgbImage.ofArgb(3, 2, ARGB));
        assertEquals(image.hashCode(), RgbImage.ofArgb(3, 2, ARGB).hashCode());
        assertEquals("RGB image of 3x2 pixels", image.toString());
    }

    @Test
    void pixelsAreReadInTheSameLayouts() {
        RgbImage image = RgbImage.ofRgb(3, 2, PACKED);
        assertArrayEquals(PACKED, image.toRgb());
        int[] opaque = Arrays.stream(ARGB).map(pixel -> pixel | 0xff000000).toArray();
        assertArrayEquals(opaque, image.toArgb());
        for (int i = 0; i < 6; i++) {
            assertEquals(opaque[i], image.argb(i % 3, i / 3));
        }
    }

    @Test
    void itIsImmutable() {
        byte[] packed = PACKED.clone();
        byte[] planes = PLANES.clone();
        int[] argb = ARGB.clone();
        RgbImage image = RgbImage.ofRgb(3, 2, packed);
        RgbImage ofPlanes = RgbImage.ofPlanes(3, 2, planes);
        RgbImage ofArgb = RgbImage.ofArgb(3, 2, argb);
        Arrays.fill(packed, (byte) 77);
        Arrays.fill(planes, (byte) 77);
        Arrays.fill(argb, 77);
        Arrays.fill(image.toRgb(), (byte) 77);
        Arrays.fill(image.toArgb(), 77);
        assertArrayEquals(PACKED, image.toRgb());
        assertEquals(image, ofPlanes);
        assertEquals(image, ofArgb);
    }

    @Test
    void sizeAndSamplesMakeItEqual() {
        RgbImage image = RgbImage.ofRgb(3, 2, PACKED);
        assertNotEquals(image, RgbImage.ofRgb(2, 3, PACKED));
        byte[] other = PACKED.clone();
        other[17]++;
        assertNotEquals(image, RgbImage.ofRgb(3, 2, other));
    }

    @Test
    void sizesMustFit() {
        assertRefused("17 bytes do not make an RGB image of 3x2 pixels", () -> RgbImage.ofRgb(3, 2, new byte[17]));
        assertRefused("19 bytes do not make an RGB image of 3x2 pixels", () -> RgbImage.ofPlanes(3, 2, new byte[19]));
        assertRefused("5 pixels do not make an RGB image of 3x2 pixels", () -> RgbImage.ofArgb(3, 2, new int[5]));
        assertRefused("0 bytes do not make an RGB image of 0x2 pixels", () -> RgbImage.ofRgb(0, 2, new byte[0]));
        assertRefused("18 bytes do not make an RGB image of -3x-2 pixels", () -> RgbImage.ofRgb(-3, -2, PACKED));
        // The product of the sides is 6 in 32 bits.
        assertRefused("18 bytes do not make an RGB image of 1431655766x3 pixels",
                () -> RgbImage.ofRgb(1431655766, 3, PACKED));
        RgbImage image = RgbImage.ofRgb(3, 2, PACKED);
        for (int[] outside : new int[][]{{-1, 0}, {3, 0}, {0, -1}, {0, 2}}) {
            assertThrows(IndexOutOfBoundsException.class, () -> image.argb(outside[0], outside[1]));
        }
    }

    private static void assertRefused(String message, Executable call) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage());
    }
}
