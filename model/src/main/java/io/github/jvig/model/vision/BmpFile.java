package io.github.jvig.model.vision;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Windows and OS/2 bitmaps: a file header of 14 bytes, an information header that begins with its size, a palette, pixels. */
final class BmpFile {
    private static final int OS2_HEADER = 12;
    private static final int WINDOWS_HEADER = 40;
    /** From this information header on, a color space is at {@link #COLOR_SPACE}. */
    private static final int VERSION_4_HEADER = 108;
    private static final int COLOR_SPACE = 70;
    private static final int SRGB = 0x73524742;
    private static final int UNCOMPRESSED = 0;
    private static final int BIT_FIELDS = 3;
    /**
     * Two bytes of run-length code give at most 255 pixels. Codes that skip pixels could make a smaller file, but no known program writes
     * an image that is nearly all skipped, and reading one would let a few bytes take much memory.
     */
    private static final long MAX_PIXELS_PER_RUN_BYTE = 128;

    private BmpFile() {
    }

    private record Header(int size, long width, long height, int bits, int compression) {
        static Header of(ImageSource source) throws ImageException {
            ByteBuffer in = source.littleEndian();
            int size = in.getInt(14);
            if (size == OS2_HEADER) {
                return new Header(size, in.getShort(18) & 0xffff, in.getShort(20) & 0xffff, in.getShort(24),
                        UNCOMPRESSED);
            }
            if (size < WINDOWS_HEADER) {
                throw source.error("a BMP header of " + size + " bytes is not supported");
            }
            // The height is negative where the rows run from top to bottom.
            return new Header(size, in.getInt(18), Math.abs((long) in.getInt(22)), in.getShort(28), in.getInt(30));
        }
    }

    static long declaredPixels(ImageSource head) throws ImageException {
        Header header = Header.of(head);
        return head.pixels(header.width, header.height);
    }

    static RgbImage decode(ImageSource source) throws IOException {
        Header header = Header.of(source);
        source.checkSize(header.width, header.height);
        byte[] file = source.bytes();
        if (header.compression == UNCOMPRESSED || header.compression == BIT_FIELDS) {
            long pixelOffset = source.littleEndian().getInt(10) & 0xffffffffL;
            long rowBytes = (header.width * header.bits + 31) / 32 * 4;
            if (header.bits < 1 || pixelOffset + rowBytes * header.height > file.length) {
                throw source.truncated();
            }
        } else if (header.compression < UNCOMPRESSED || header.compression > BIT_FIELDS) {
            throw source.error("BMP compression " + header.compression + " is not supported");
        } else if (header.width * header.height > file.length * MAX_PIXELS_PER_RUN_BYTE) {
            throw source.error("the BMP file is too short for its " + header.width + "x" + header.height + " pixels");
        }
        if (header.size >= VERSION_4_HEADER) {
            file = file.clone();
            ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(COLOR_SPACE, SRGB);
        }
        return Rasters.rgb(Codec.image(ImageFormat.BMP, file));
    }
}
