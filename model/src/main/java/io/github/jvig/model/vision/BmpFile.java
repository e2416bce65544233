package io.github.jvig.model.vision;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Windows and OS/2 bitmaps: a file header of 14 bytes, an information header that tells its own size, a palette, pixels. */
final class BmpFile {
    private static final int OS2_HEADER = 12;
    private static final int WINDOWS_HEADER = 40;
    /** From this information header on, a color space stands at {@link #COLOUR_SPACE}. */
    private static final int VERSION_4_HEADER = 108;
    private static final int COLOUR_SPACE = 70;
    private static final int SRGB = 0x73524742;
    private static final int UNCOMPRESSED = 0;
    private static final int BIT_FIELDS = 3;

    private BmpFile() {
    }

    static RgbImage decode(ImageSource source) throws IOException {
        ByteBuffer in = source.littleEndian();
        long pixelOffset = in.getInt(10) & 0xffffffffL;
        int headerSize = in.getInt(14);
        long width;
        long height;
        int bits;
        int compression = UNCOMPRESSED;
        if (headerSize == OS2_HEADER) {
            width = in.getShort(18) & 0xffff;
            height = in.getShort(20) & 0xffff;
            bits = in.getShort(24);
        } else if (headerSize >= WINDOWS_HEADER) {
            width = in.getInt(18);
            // Negative where the rows run from top to bottom.
            height = Math.abs((long) in.getInt(22));
            bits = in.getShort(28);
            compression = in.getInt(30);
        } else {
            throw source.error("a BMP header of " + headerSize + " bytes is not supported");
        }
        source.checkSize(width, height);
        if (compression < UNCOMPRESSED || compression > BIT_FIELDS) {
            throw source.error("BMP compression " + compression + " is not supported");
        }
        if (compression == UNCOMPRESSED || compression == BIT_FIELDS) {
            long rowBytes = (width * bits + 31) / 32 * 4;
            if (bits < 1 || pixelOffset + rowBytes * height > source.bytes().length) {
                throw source.truncated();
            }
        }
        byte[] file = source.bytes();
        if (headerSize >= VERSION_4_HEADER) {
            file = file.clone();
            ByteBuffer.wrap(file).order(in.order()).putInt(COLOUR_SPACE, SRGB);
        }
        return Rasters.rgb(Codec.image(ImageFormat.BMP, file));
    }
}
