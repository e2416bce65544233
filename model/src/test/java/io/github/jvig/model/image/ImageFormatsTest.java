package io.github.jvig.model.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each file in {@code images} stands beside a PNG of what PIL makes of it. */
class ImageFormatsTest {
    @ParameterizedTest
    @ValueSource(strings = {"rgb444.jpg", "rgb420.jpg", "rgb422.jpg", "progressive.jpg", "grey.jpg", "profile.jpg",
            "untransformed.jpg",
            "cmyk.jpg", "ycck.jpg", "lossless.webp", "lossless-profile.webp", "lossless-alpha.webp", "lossy.webp",
            "lossy-alpha.webp", "animated.webp",
            "palette.gif",
            "rgb.bmp", "palette.bmp", "grey.bmp", "bilevel.bmp"})
    void pixelsArePils(String file) throws IOException {
        RgbImage expected = TestFiles.decode(TestFiles.resource("images/" + file + ".png"));
        RgbImage actual = TestFiles.decode(TestFiles.resource("images/" + file));
        assertEquals(expected.width(), actual.width());
        assertEquals(expected.height(), actual.height());
        assertArrayEquals(expected.rgb(), actual.rgb());
    }

    /** A frame of 2x1 pixels, colors 2 and 3, at (1, 1) on a screen of 3x2; before it the given blocks. */
    private static byte[] gifWithSmallFrame(int... blocks) {
        ByteArrayOutputStream gif = new ByteArrayOutputStream();
        gif.writeBytes("GIF89a".getBytes(StandardCharsets.US_ASCII));
        gif.writeBytes(TestFiles.bytes(3, 0, 2, 0, 0x81, 0, 0, 10, 50, 90, 20, 60, 100, 30, 70, 110, 40, 80, 120));
        gif.writeBytes(TestFiles.bytes(blocks));
        // The LZW codes of 3 bits are: clear, 2, 3, end.
        gif.writeBytes(TestFiles.bytes(0x2c, 1, 0, 1, 0, 2, 0, 1, 0, 0, 2, 2, 0xd4, 0x0a, 0, 0x3b));
        return gif.toByteArray();
    }

    @Test
    void aGifFrameStandsOnItsScreen() throws IOException {
        RgbImage image = TestFiles.decode(gifWithSmallFrame());
        assertEquals(3, image.width());
        assertEquals(2, image.height());
        assertArrayEquals(
                TestFiles.bytes(10, 50, 90, 10, 50, 90, 10, 50, 90, 10, 50, 90, 30, 70, 110, 40, 80, 120), image.rgb());
    }

    /** Zeros between blocks, which some writers leave, as PIL does it. */
    @Test
    void bytesBetweenTheBlocksOfAGifArePassedOver() throws IOException {
        assertArrayEquals(TestFiles.decode(gifWithSmallFrame()).rgb(),
                TestFiles.decode(gifWithSmallFrame(0, 0, 0x21, 0xfe, 1, 'x', 0, 7)).rgb());
        String message = assertThrows(ImageException.class, () -> TestFiles.decode(gifWithSmallFrame(0, 0x3b)))
                .getMessage();
        assertTrue(message.endsWith("the GIF file holds no frame"), message);
    }

    @Test
    void whatAGifFrameLeavesFreeHasTheTransparentColor() throws IOException {
        RgbImage image = TestFiles.decode(gifWithSmallFrame(0x21, 0xfe, 1, 'x', 0, 0x21, 0xf9, 4, 1, 0, 0, 1, 0));
        assertArrayEquals(
                TestFiles.bytes(20, 60, 100, 20, 60, 100, 20, 60, 100, 20, 60, 100, 30, 70, 110, 40, 80, 120),
                image.rgb());
    }

    /** 5 and 6 bits are stretched to 8, rounding down, as PIL does it. */
    @Test
    void sixteenBitBitmap() throws IOException {
        ByteBuffer bmp = ByteBuffer.allocate(54 + 4).order(ByteOrder.LITTLE_ENDIAN);
        bmp.put((byte) 'B').put((byte) 'M').putInt(bmp.capacity()).putInt(0).putInt(54);
        bmp.putInt(40).putInt(2).putInt(-1).putShort((short) 1).putShort((short) 16).putInt(0).putInt(4).putInt(0)
                .putInt(0).putInt(0)
                .putInt(0);
        bmp.putShort((short) (3 << 10 | 17 << 5 | 31)).putShort((short) (30 << 10 | 1));
        RgbImage image = TestFiles.decode(bmp.array());
        assertArrayEquals(TestFiles.bytes(3 * 255 / 31, 17 * 255 / 31, 255, 30 * 255 / 31, 0, 255 / 31), image.rgb());
    }
}
