package io.github.jvig.model.image;

import static io.github.jvig.model.image.TestFiles.bytes;
import static io.github.jvig.model.image.TestFiles.chunk;
import static io.github.jvig.model.image.TestFiles.decode;
import static io.github.jvig.model.image.TestFiles.png;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PngKindsTest {
    private static byte[] gray(int... values) {
        byte[] rgb = new byte[3 * values.length];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) values[i / 3];
        }
        return rgb;
    }

    @ParameterizedTest
    @CsvSource({"1, 0x50, 255", "2, 0x1b, 85", "4, 0x01, 17"})
    void grayOfFewBitsIsStretched(int bits, String row, int step) throws IOException {
        int packed = Integer.decode(row);
        int pixels = 8 / bits;
        int[] expected = new int[pixels];
        for (int i = 0; i < pixels; i++) {
            expected[i] = (packed >> 8 - bits * (i + 1) & (1 << bits) - 1) * step;
        }
        assertArrayEquals(gray(expected), decode(png(pixels, 1, bits, TestFiles.GRAY, bytes(packed))).rgb());
    }

    @Test
    void grayIsTakenAsItIs() throws IOException {
        int[] all = new int[256];
        for (int v = 0; v < 256; v++) {
            all[v] = v;
        }
        assertArrayEquals(gray(all), decode(png(256, 1, 8, TestFiles.GRAY, bytes(all))).rgb());
    }

    /** As PIL: whatever is missing behind the last row, a whole picture is no truncated one. Before it, all is refused. */
    @Test
    void aFileThatEndsBehindItsPixelsIsRead() throws IOException {
        byte[] rows = new byte[40 * 7];
        new Random(3).nextBytes(rows);
        byte[] file = png(40, 7, 8, TestFiles.GRAY, rows);
        byte[] whole = decode(file).rgb();
        // The last chunk, the checksum of the one before, and that of the deflated rows.
        int pixelsEnd = file.length - 12 - 4 - 4;
        for (int length = pixelsEnd; length <= file.length; length++) {
            assertArrayEquals(whole, decode(Arrays.copyOf(file, length)).rgb(), length + " bytes");
        }
        for (int length = 0; length < pixelsEnd - 2; length++) {
            byte[] part = Arrays.copyOf(file, length);
            String message = assertThrows(ImageException.class, () -> decode(part)).getMessage();
            assertFalse(message.contains("\n"), message);
            if (length > 8 + 25) {
                assertTrue(message.endsWith(": the image file is truncated"), message);
            }
        }
    }

    @Test
    void sixteenBitsKeepTheirHighByte() throws IOException {
        assertArrayEquals(gray(0x12, 0xff, 0x00),
                decode(png(3, 1, 16, TestFiles.GRAY, bytes(0x12, 0xfe, 0xff, 0x00, 0x00, 0xff))).rgb());
        assertArrayEquals(bytes(1, 2, 3), decode(png(1, 1, 16, TestFiles.RGB, bytes(1, 200, 2, 200, 3, 200))).rgb());
        assertArrayEquals(gray(77), decode(png(1, 1, 16, TestFiles.GRAY_ALPHA, bytes(77, 200, 5, 5))).rgb());
        assertArrayEquals(bytes(1, 2, 3),
                decode(png(1, 1, 16, TestFiles.RGBA, bytes(1, 200, 2, 200, 3, 200, 9, 9))).rgb());
    }

    @Test
    void alphaIsDroppedNotBlended() throws IOException {
        assertArrayEquals(bytes(200, 100, 50, 7, 8, 9),
                decode(png(2, 1, 8, TestFiles.RGBA, bytes(200, 100, 50, 0, 7, 8, 9, 128))).rgb());
        assertArrayEquals(gray(200, 13), decode(png(2, 1, 8, TestFiles.GRAY_ALPHA, bytes(200, 0, 13, 128))).rgb());
    }

    @Test
    void transparentColorsKeepTheirColor() throws IOException {
        byte[] palette = chunk("PLTE", bytes(1, 2, 3, 4, 5, 6, 7, 8, 9));
        assertArrayEquals(bytes(7, 8, 9, 1, 2, 3),
                decode(png(2, 1, 8, TestFiles.PALETTE, bytes(2, 0), palette, chunk("tRNS", bytes(0, 128)))).rgb());
        assertArrayEquals(bytes(7, 8, 9, 1, 2, 3, 4, 5, 6, 1, 2, 3),
                decode(png(4, 1, 2, TestFiles.PALETTE, bytes(0x84), palette)).rgb());
        assertArrayEquals(bytes(7, 8, 9),
                decode(png(1, 1, 8, TestFiles.RGB, bytes(7, 8, 9), chunk("tRNS", bytes(0, 7, 0, 8, 0, 9)))).rgb());
        assertArrayEquals(gray(7), decode(png(1, 1, 8, TestFiles.GRAY, bytes(7), chunk("tRNS", bytes(0, 7)))).rgb());
    }

    /** Gamma, profiles and text are no business of the pixels, not even when they are damaged. */
    @Test
    void otherChunksAreIgnored() throws IOException {
        byte[] gamma = chunk("gAMA", ByteBuffer.allocate(4).putInt(100_000).array());
        byte[] profile = chunk("iCCP", "name\0\0no profile".getBytes(StandardCharsets.US_ASCII));
        byte[] text = chunk("zTXt", "name\0\0no text".getBytes(StandardCharsets.US_ASCII));
        byte[] unknown = chunk("abCd", bytes(1, 2, 3));
        assertArrayEquals(gray(100, 200),
                decode(png(2, 1, 8, TestFiles.GRAY, bytes(100, 200), gamma, profile, text, unknown)).rgb());
        assertArrayEquals(bytes(100, 150, 200),
                decode(png(1, 1, 8, TestFiles.RGB, bytes(100, 150, 200), gamma, profile)).rgb());
    }
}
