package io.github.jvig.model.vision;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each file in {@code images} stands beside a PNG of what PIL makes of it. */
class ImageFilesTest {
    @ParameterizedTest
    @ValueSource(strings = {"rgb444.jpg", "rgb420.jpg", "rgb422.jpg", "progressive.jpg", "grey.jpg", "profile.jpg",
            "untransformed.jpg",
            "cmyk.jpg", "ycck.jpg", "lossless.webp", "lossless-profile.webp", "lossless-alpha.webp", "animated.webp",
            "palette.gif",
            "rgb.bmp", "palette.bmp", "grey.bmp", "bilevel.bmp"})
    void pixelsArePils(String file) throws IOException {
        RgbImage expected = TestFiles.decode(TestFiles.resource("images/" + file + ".png"));
        RgbImage actual = TestFiles.decode(TestFiles.resource("images/" + file));
        assertEquals(expected.width(), actual.width());
        assertEquals(expected.height(), actual.height());
        assertArrayEquals(expected.rgb(), actual.rgb());
    }

    /** The decoder repeats chroma where libwebp interpolates it; luma is nearly the same. */
    @ParameterizedTest
    @ValueSource(strings = {"lossy.webp", "lossy-alpha.webp"})
    void lossyWebpIsClose(String file) throws IOException {
        byte[] expected = TestFiles.decode(TestFiles.resource("images/" + file + ".png")).luma();
        byte[] actual = TestFiles.decode(TestFiles.resource("images/" + file)).luma();
        assertEquals(expected.length, actual.length);
        double sum = 0;
        for (int i = 0; i < expected.length; i++) {
            sum += Math.abs((expected[i] & 0xff) - (actual[i] & 0xff));
        }
        assertTrue(sum / expected.length < 1, "mean difference of luma " + sum / expected.length);
    }

    @Test
    void aGifFrameStandsOnItsScreen() throws IOException {
        IndexColorModel palette = new IndexColorModel(8, 4, TestFiles.bytes(10, 20, 30, 40),
                TestFiles.bytes(50, 60, 70, 80),
                TestFiles.bytes(90, 100, 110, 120));
        BufferedImage frame = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_INDEXED, palette);
        frame.getRaster().setSample(0, 0, 0, 2);
        frame.getRaster().setSample(1, 0, 0, 3);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(frame, "gif", out);
        byte[] gif = out.toByteArray();
        int descriptor = 0;
        for (int i = 13; gif[i] != 0x2c || descriptor == 0; i++) {
            descriptor = gif[i + 1] == 0x2c && gif[i + 6] == 2 ? i + 1 : descriptor;
        }
        ByteBuffer.wrap(gif).order(ByteOrder.LITTLE_ENDIAN).putShort(6, (short) 3).putShort(8, (short) 2)
                .putShort(descriptor + 1, (short) 1)
                .putShort(descriptor + 3, (short) 1);

        RgbImage image = TestFiles.decode(gif);
        assertEquals(3, image.width());
        assertEquals(2, image.height());
        byte[] first = TestFiles.bytes(10, 50, 90);
        for (int i = 0; i < 4; i++) {
            assertArrayEquals(first, Arrays.copyOfRange(image.rgb(), 3 * i, 3 * i + 3));
        }
        assertArrayEquals(TestFiles.bytes(30, 70, 110, 40, 80, 120), Arrays.copyOfRange(image.rgb(), 12, 18));
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
