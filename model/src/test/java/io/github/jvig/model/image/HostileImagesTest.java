package io.github.jvig.model.image;

import static io.github.jvig.model.image.TestFiles.bytes;
import static io.github.jvig.model.image.TestFiles.resource;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HostileImagesTest {
    private static final String NAME = "folder/odd name.img";

    @TempDir
    Path folder;

    private static String refusal(byte[] file) {
        ImageException e = assertThrows(ImageException.class,
                () -> Images.read(new ByteArrayInputStream(file), NAME, Orientation.EXIF));
        assertOneLine(NAME, e);
        return e.getMessage();
    }

    private static void assertOneLine(String name, ImageException e) {
        assertTrue(e.getMessage().startsWith(name + ": "), e.getMessage());
        assertFalse(e.getMessage().contains("\n"), e.getMessage());
    }

    private static void assertRefused(String expected, byte[] file) {
        assertEquals(NAME + ": " + expected, refusal(file));
    }

    static Stream<String> files() {
        return Stream.of("images/rgb.bmp.png", "images/rgb420.jpg", "images/progressive.jpg", "images/ycck.jpg",
                "images/palette.gif",
                "images/rgb.bmp", "images/palette.bmp", "images/lossless.webp", "images/lossy-alpha.webp",
                "images/animated.webp",
                "images/lossless-profile.webp");
    }

    @Test
    void filesThatAreNoImages() throws IOException {
        assertRefused("the file is empty", new byte[0]);
        assertRefused("not an image of a known kind (PNG, JPEG, GIF, BMP, WebP, TIFF)",
                "hello".getBytes(StandardCharsets.US_ASCII));
        assertRefused("not an image of a known kind (PNG, JPEG, GIF, BMP, WebP, TIFF)", new byte[4096]);

        Path missing = folder.resolve("missing.png");
        ImageException none = assertThrows(ImageException.class, () -> Images.read(missing));
        assertEquals(missing + ": no such file", none.getMessage());
        assertOneLine(folder.toString(), assertThrows(ImageException.class, () -> Images.read(folder)));
        Path text = Files.writeString(folder.resolve("text.png"), "This is not a PNG.");
        assertOneLine(text.toString(), assertThrows(ImageException.class, () -> Images.read(text)));
    }

    /** Told from the first bytes: the rest is not even read. */
    @Test
    void anEndlessStreamThatIsNoImage() {
        InputStream endless = new InputStream() {
            private int left = 1 << 20;

            @Override
            public int read() throws IOException {
                if (left-- == 0) {
                    throw new IOException("read too far");
                }
                return 'x';
            }
        };
        ImageException e = assertThrows(ImageException.class, () -> Images.read(endless, NAME, Orientation.STORED));
        assertEquals(NAME + ": not an image of a known kind (PNG, JPEG, GIF, BMP, WebP, TIFF)", e.getMessage());
    }

    @ParameterizedTest
    @MethodSource("files")
    void truncatedFiles(String name) {
        byte[] file = resource(name);
        // The last bytes of a GIF (the end of its data and its trailer), of a BMP's padding, of a RIFF chunk's padding or of a PNG (the last
        // code, two checksums and the last chunk) hold no pixels.
        int spare = name.endsWith(".gif") ? 4 : name.endsWith(".bmp") ? 3 : name.endsWith(".png") ? 22 : 1;
        for (int length = 0; length < file.length - spare; length += 1 + length / 64) {
            refusal(Arrays.copyOf(file, length));
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void damagedFilesGiveAnImageOrOneLine(String name) {
        Random random = new Random(7);
        int refused = 0;
        for (int round = 0; round < 300; round++) {
            byte[] file = resource(name);
            for (int i = 0; i < 3; i++) {
                file[random.nextInt(file.length)] ^= (byte) (1 << random.nextInt(8));
            }
            try {
                Images.read(new ByteArrayInputStream(file), NAME, Orientation.EXIF);
            } catch (ImageException e) {
                assertOneLine(NAME, e);
                refused++;
            }
        }
        assertTrue(refused > 0, "no damage was ever seen");
    }

    @Test
    void sizesAreCheckedBeforePixels() {
        byte[] png = pngHeader(60_000, 60_000);
        assertRefused("the image has 60000x60000 pixels; the limit is 178956970 in all (-Djvig.maxPixels=N raises it)",
                png);
        assertRefused(
                "the image has 4294967295x4294967295 pixels; the limit is 178956970 in all (-Djvig.maxPixels=N raises it)",
                pngHeader(-1, -1));
        assertRefused("the image has 60000x60000 pixels; the limit is 178956970 in all (-Djvig.maxPixels=N raises it)",
                jpegHeader(60_000, 60_000));
        assertRefused("the image has 60000x60000 pixels; the limit is 178956970 in all (-Djvig.maxPixels=N raises it)",
                bmpHeader(60_000, -60_000, 0));
        byte[] gif = resource("images/palette.gif");
        ByteBuffer.wrap(gif).order(ByteOrder.LITTLE_ENDIAN).putShort(6, (short) 60_000).putShort(8, (short) 60_000);
        assertRefused("the image has 60000x60000 pixels; the limit is 178956970 in all (-Djvig.maxPixels=N raises it)",
                gif);
        byte[] webp = resource("images/lossless.webp");
        ByteBuffer.wrap(webp).order(ByteOrder.LITTLE_ENDIAN).putInt(21, 0x0fff_ffff);
        assertRefused("the image has 16384x16384 pixels; the limit is 178956970 in all (-Djvig.maxPixels=N raises it)",
                webp);
        byte[] animated = resource("images/animated.webp");
        Arrays.fill(animated, 24, 30, (byte) 0xff);
        assertRefused(
                "the image has 16777216x16777216 pixels; the limit is 178956970 in all (-Djvig.maxPixels=N raises it)",
                animated);
    }

    /** Below the limit, but far more pixels than so few bytes can hold: refused without the allocation. */
    @Test
    void sizesThatTheFileCannotFill() {
        assertRefused("the image file is truncated", pngHeader(4_000, 4_000));
        assertRefused("the image file is truncated", jpegHeader(4_000, 4_000));
        assertRefused("the image file is truncated", bmpHeader(4_000, 4_000, 0));
    }

    @Test
    void sizesOutOfProportion() {
        byte[] png = pngHeader(13_000, 13_000);
        assertRefused("the image has 169000000 pixels in a file of " + png.length
                + " bytes, which is out of proportion (-Djvig.maxPixels=N raises it)", png);
    }

    /** PIL makes up what is missing; the first scan alone has no more than the mean of each block. */
    @Test
    void aProgressiveJpegWithoutItsLaterScans() {
        byte[] jpeg = resource("images/progressive.jpg");
        int scans = 0;
        for (int i = 0; i < jpeg.length - 1; i++) {
            if ((jpeg[i] & 0xff) == 0xff && (jpeg[i + 1] & 0xff) == 0xda && scans++ > 0 && scans < 5) {
                byte[] cut = Arrays.copyOf(jpeg, i + 2);
                cut[i + 1] = (byte) 0xd9;
                assertRefused("scans of the progressive JPEG are missing", cut);
            }
        }
        assertTrue(scans > 4, scans + " scans");
    }

    /** Run-length codes that end at once: 1,142 bytes once took 646 MB. */
    @Test
    void runLengthsThatCannotFillTheImage() {
        byte[] bmp = resource("images/palette.bmp");
        ByteBuffer.wrap(bmp).order(ByteOrder.LITTLE_ENDIAN).putInt(18, 4_000).putInt(22, 4_000).putInt(30, 1);
        assertRefused("the BMP file is too short for its 4000x4000 pixels", bmp);
    }

    static Stream<String> kinds() {
        return Stream.of("images/rgb.bmp.png", "images/rgb420.jpg", "images/palette.gif", "images/rgb.bmp",
                "images/lossless.webp", "images/lossy.webp", "images/animated.webp");
    }

    /** The limit is in proportion to the pixels that the header declares, here a few. */
    @ParameterizedTest
    @MethodSource("kinds")
    void aStreamMayNotGoOnForEver(String name) {
        Endless in = new Endless(resource(name));
        ImageException e = assertThrows(ImageException.class, () -> Images.read(in, NAME, Orientation.STORED));
        assertOneLine(NAME, e);
        Matcher said = Pattern.compile(".*more than (\\d+) bytes, the limit for an image of (\\d+) pixels")
                .matcher(e.getMessage());
        assertTrue(said.matches(), e.getMessage());
        long limit = Images.BASE_BYTES + Images.BYTES_PER_PIXEL * Long.parseLong(said.group(2));
        assertTrue(Long.parseLong(said.group(2)) > 0, e.getMessage());
        assertEquals(limit, Long.parseLong(said.group(1)));
        assertEquals(limit + 1, in.count);
    }

    @Test
    void bytesBehindAnImageAreNoHarmBelowTheLimit() throws IOException {
        byte[] png = resource("images/rgb.bmp.png");
        RgbImage image = Images.read(png, NAME);
        InputStream in = new SequenceInputStream(new ByteArrayInputStream(png),
                new ByteArrayInputStream(new byte[Images.BASE_BYTES - png.length + Images.BYTES_PER_PIXEL]));
        assertEquals(image, Images.read(in, NAME));
    }

    /** A file, and zeros behind it without end. */
    private static final class Endless extends InputStream {
        private final byte[] start;
        private long count;

        Endless(byte[] start) {
            this.start = start;
        }

        @Override
        public int read() {
            byte[] one = new byte[1];
            read(one, 0, 1);
            return one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            int n = count < start.length ? (int) Math.min(length, start.length - count) : length;
            if (count < start.length) {
                System.arraycopy(start, (int) count, into, offset, n);
            } else {
                Arrays.fill(into, offset, offset + n, (byte) 0);
            }
            count += n;
            return n;
        }
    }

    @Test
    void imagesWithoutPixels() {
        assertRefused("the image has no pixels (0x5)", pngHeader(0, 5));
        assertRefused("the image has no pixels (5x0)", jpegHeader(5, 0));
        assertRefused("the image has no pixels (5x0)", bmpHeader(5, 0, 0));
        assertRefused("the image has no pixels (-5x3)", bmpHeader(-5, 3, 0));
        byte[] gif = resource("images/palette.gif");
        // The width of the frame; a screen without pixels grows with it.
        ByteBuffer.wrap(gif).putShort(6, (short) 0).putShort(205 + 5, (short) 0);
        assertRefused("the image has no pixels (0x29)", gif);
    }

    /** Java's reader would decode the embedded file, of whatever size. */
    @Test
    void aBitmapMayNotEmbedAnotherFile() {
        assertRefused("BMP compression 4 is not supported", bmpHeader(5, 5, 4));
        assertRefused("BMP compression 5 is not supported", bmpHeader(5, 5, 5));
    }

    private static byte[] pngHeader(int width, int height) {
        byte[] file = TestFiles.png(1, 1, 8, TestFiles.RGB, bytes(1, 2, 3));
        CRC32 sum = new CRC32();
        sum.update(ByteBuffer.wrap(file).putInt(16, width).putInt(20, height).slice(12, 17));
        ByteBuffer.wrap(file).putInt(29, (int) sum.getValue());
        return file;
    }

    private static byte[] jpegHeader(int width, int height) {
        byte[] file = resource("images/grey.jpg");
        for (int i = 0; i < file.length; i++) {
            if ((file[i] & 0xff) == 0xff && (file[i + 1] & 0xff) == 0xc0) {
                ByteBuffer.wrap(file).putShort(i + 5, (short) height).putShort(i + 7, (short) width);
                return file;
            }
        }
        throw new AssertionError("no frame header");
    }

    private static byte[] bmpHeader(int width, int height, int compression) {
        byte[] file = resource("images/rgb.bmp");
        ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(18, width).putInt(22, height).putInt(30,
                compression);
        return file;
    }
}
