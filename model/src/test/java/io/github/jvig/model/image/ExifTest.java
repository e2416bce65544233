package io.github.jvig.model.image;

import static io.github.jvig.model.image.TestFiles.resource;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExifTest {
    private static byte[] tiff(ByteOrder order, int orientation) {
        ByteBuffer tiff = ByteBuffer.allocate(8 + 2 + 24 + 4).order(order);
        tiff.putShort((short) (order == ByteOrder.BIG_ENDIAN ? 0x4d4d : 0x4949)).putShort((short) 42).putInt(8)
                .putShort((short) 2);
        tiff.putShort((short) 0x010f).putShort((short) 2).putInt(4).putInt(0x41424300);
        tiff.putShort((short) 0x0112).putShort((short) 3).putInt(1).putShort((short) orientation).putShort((short) 0);
        return tiff.putInt(0).array();
    }

    private static byte[] jpeg(byte[] tiff) {
        byte[] plain = resource("images/rgb420.jpg");
        ByteBuffer file = ByteBuffer.allocate(plain.length + 10 + tiff.length);
        file.put(plain, 0, 2).putShort((short) 0xffe1).putShort((short) (8 + tiff.length));
        file.put("Exif\0\0".getBytes(StandardCharsets.US_ASCII)).put(tiff).put(plain, 2, plain.length - 2);
        return file.array();
    }

    private static RgbImage read(byte[] file, Orientation orientation) throws IOException {
        return Images.read(new ByteArrayInputStream(file), "test image", orientation);
    }

    /** The standard's words: which side of the picture the first stored row is, and which the first stored column. */
    @ParameterizedTest
    @CsvSource({"1, top, left", "2, top, right", "3, bottom, right", "4, bottom, left", "5, left, top", "6, right, top",
            "7, right, bottom",
            "8, left, bottom"})
    void allEightOrientations(int orientation, String firstRow, String firstColumn) throws IOException {
        RgbImage stored = TestFiles.decode(resource("images/rgb420.jpg"));
        RgbImage upright = read(jpeg(tiff(ByteOrder.LITTLE_ENDIAN, orientation)), Orientation.EXIF);
        assertEquals(orientation < 5 ? stored.width() : stored.height(), upright.width());
        assertEquals(orientation < 5 ? stored.height() : stored.width(), upright.height());
        for (int y = 0; y < stored.height(); y++) {
            for (int x = 0; x < stored.width(); x++) {
                int shownX = shown(x, y, upright.width(), firstRow, firstColumn, "left", "right");
                int shownY = shown(x, y, upright.height(), firstRow, firstColumn, "top", "bottom");
                for (int c = 0; c < 3; c++) {
                    assertEquals(stored.rgb()[(y * stored.width() + x) * 3 + c],
                            upright.rgb()[(shownY * upright.width() + shownX) * 3 + c]);
                }
            }
        }
    }

    private static int shown(int x, int y, int size, String firstRow, String firstColumn, String low, String high) {
        if (firstRow.equals(low)) {
            return y;
        }
        if (firstRow.equals(high)) {
            return size - 1 - y;
        }
        return firstColumn.equals(low) ? x : size - 1 - x;
    }

    @Test
    void theNoteIsObeyedOnDemandOnly() throws IOException {
        RgbImage stored = TestFiles.decode(resource("images/rgb420.jpg"));
        assertArrayEquals(stored.rgb(), read(jpeg(tiff(ByteOrder.BIG_ENDIAN, 3)), Orientation.STORED).rgb());
        assertEquals(stored.height(), read(jpeg(tiff(ByteOrder.BIG_ENDIAN, 6)), Orientation.EXIF).width());
    }

    /** As PIL's {@code exif_transpose} reads them: a number of eight bytes lies behind the directory. */
    @ParameterizedTest
    @CsvSource({"6, 6", "8, 8", "9, 1", "4294967302, 1", "-1, 1"})
    void orientationsOfEightBytes(long noted, int orientation) {
        for (ByteOrder order : new ByteOrder[]{ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN}) {
            ByteBuffer tiff = ByteBuffer.allocate(8 + 2 + 12 + 4 + 8).order(order);
            tiff.putShort((short) (order == ByteOrder.BIG_ENDIAN ? 0x4d4d : 0x4949)).putShort((short) 42).putInt(8);
            tiff.putShort((short) 1).putShort((short) 0x0112).putShort((short) 16).putInt(1).putInt(26).putInt(0);
            assertEquals(orientation, Exif.orientation(tiff.putLong(noted).array()));
        }
    }

    /** libwebp, and so PIL, looks for a block only where the file's header announces it, and not behind the container. */
    @Test
    void webpAnnouncesItsNotes() throws IOException {
        RgbImage stored = TestFiles.decode(resource("images/lossless.webp"));
        byte[] block = tiff(ByteOrder.LITTLE_ENDIAN, 6);
        byte[] text = "<a tiff:Orientation=\"6\"/>".getBytes(StandardCharsets.US_ASCII);
        assertEquals(stored.height(), read(webp(8, "EXIF", block, true), Orientation.EXIF).width());
        assertEquals(stored.width(), read(webp(4, "EXIF", block, true), Orientation.EXIF).width());
        assertEquals(stored.width(), read(webp(8, "EXIF", block, false), Orientation.EXIF).width());
        assertEquals(stored.height(), read(webp(4, "XMP ", text, true), Orientation.EXIF).width());
        assertEquals(stored.width(), read(webp(8, "XMP ", text, true), Orientation.EXIF).width());
    }

    /** @param inside whether the container's length counts the block */
    private static byte[] webp(int flags, String kind, byte[] block, boolean inside) throws IOException {
        byte[] plain = resource("images/lossless.webp");
        RgbImage stored = TestFiles.decode(plain);
        int padded = block.length + block.length % 2;
        ByteBuffer file = ByteBuffer.allocate(plain.length + 18 + 8 + padded).order(ByteOrder.LITTLE_ENDIAN);
        file.put(plain, 0, 12).put("VP8X".getBytes(StandardCharsets.US_ASCII)).putInt(10).putInt(flags);
        file.putShort((short) (stored.width() - 1)).put((byte) 0).putShort((short) (stored.height() - 1)).put((byte) 0);
        file.put(plain, 12, plain.length - 12).put(kind.getBytes(StandardCharsets.US_ASCII)).putInt(block.length)
                .put(block);
        return file.putInt(4, file.capacity() - 8 - (inside ? 0 : 8 + padded)).array();
    }

    @Test
    void damagedNotesAreIgnored() {
        byte[] good = tiff(ByteOrder.BIG_ENDIAN, 6);
        assertEquals(6, Exif.orientation(good));
        assertEquals(Exif.AS_STORED, Exif.orientation(tiff(ByteOrder.BIG_ENDIAN, 0)));
        assertEquals(Exif.AS_STORED, Exif.orientation(tiff(ByteOrder.LITTLE_ENDIAN, 9)));
        for (int length = 0; length < 8 + 2 + 24; length++) {
            assertEquals(Exif.AS_STORED, Exif.orientation(Arrays.copyOf(good, length)));
        }
        byte[] farDirectory = good.clone();
        ByteBuffer.wrap(farDirectory).putInt(4, -1);
        assertEquals(Exif.AS_STORED, Exif.orientation(farDirectory));
        byte[] manyEntries = good.clone();
        ByteBuffer.wrap(manyEntries).putShort(8, (short) -1).putShort(10 + 12, (short) 0x0113);
        assertEquals(Exif.AS_STORED, Exif.orientation(manyEntries));
    }
}
