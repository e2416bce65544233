package io.github.jvig.model.image;

import java.nio.ByteBuffer;

/**
 * Windows and OS/2 bitmaps: a file header of 14 bytes, an information header that begins with its size, a palette, pixels. Headers of OS/2 1
 * and 2 and of Windows 3 to 5 are read; pixels of 1, 4 and 8 bits with a palette, also run-length coded, and of 16, 24 and 32 bits, with
 * masks of any position.
 */
final class BmpFile {
    private static final int FILE_HEADER = 14;
    private static final int OS2_HEADER = 12;
    private static final int OS2_VERSION_2_HEADER = 64;
    private static final int UNCOMPRESSED = 0;
    private static final int RUNS_OF_8_BITS = 1;
    private static final int RUNS_OF_4_BITS = 2;
    private static final int BIT_FIELDS = 3;
    /**
     * Two bytes of run-length code give at most 255 pixels. Codes that skip pixels could make a smaller file, but no known program writes
     * an image that is nearly all skipped, and reading one would let a few bytes take much memory.
     */
    private static final long MAX_PIXELS_PER_RUN_BYTE = 128;

    private BmpFile() {
    }

    private record Header(int size, long width, long height, boolean topDown, int bits, int compression, long colors) {
        static Header of(ImageSource source) throws ImageException {
            ByteBuffer in = source.littleEndian();
            int size = in.getInt(FILE_HEADER);
            if (size == OS2_HEADER) {
                return new Header(size, in.getShort(18) & 0xffff, in.getShort(20) & 0xffff, false, in.getShort(24),
                        UNCOMPRESSED, 0);
            }
            if (!isKnown(size)) {
                throw source.error("a BMP header of " + size + " bytes is not supported");
            }
            // The height is negative where the rows run from top to bottom.
            int height = in.getInt(22);
            long colors = in.limit() < 50 ? 0 : in.getInt(46) & 0xffffffffL;
            return new Header(size, in.getInt(18), Math.abs((long) height), height < 0, in.getShort(28), in.getInt(30),
                    colors);
        }
    }

    private static boolean isKnown(int headerSize) {
        return switch (headerSize) {
            case OS2_HEADER, 40, 52, 56, OS2_VERSION_2_HEADER, 108, 124 -> true;
            default -> false;
        };
    }

    /** Whether bytes that begin with BM go on as a bitmap does: its header has one of the known sizes. */
    static boolean begins(ImageSource head) {
        return head.bytes().length >= FILE_HEADER + 4 && isKnown(head.littleEndian().getInt(FILE_HEADER));
    }

    static long declaredPixels(ImageSource head) throws ImageException {
        Header header = Header.of(head);
        return head.pixels(header.width, header.height);
    }

    static RgbImage decode(ImageSource source) throws ImageException {
        Header header = Header.of(source);
        source.checkSize(header.width, header.height);
        boolean runs = header.compression == RUNS_OF_8_BITS && header.bits == 8
                || header.compression == RUNS_OF_4_BITS && header.bits == 4;
        if (!runs && header.compression != UNCOMPRESSED
                && (header.compression != BIT_FIELDS || header.size == OS2_VERSION_2_HEADER || header.bits < 16)) {
            throw source.error("BMP compression " + header.compression + " is not supported");
        }
        ByteBuffer in = source.littleEndian();
        int[] masks = masks(source, header, in.position(FILE_HEADER + header.size));
        int[] palette = header.bits <= 8 ? palette(source, header, in) : null;
        long pixelOffset = in.getInt(10) & 0xffffffffL;
        if (pixelOffset == 0) {
            pixelOffset = in.position();
        }
        int width = (int) header.width;
        int height = (int) header.height;
        if (runs) {
            if (header.width * header.height > source.bytes().length * MAX_PIXELS_PER_RUN_BYTE) {
                throw source.error("the BMP file is too short for its " + width + "x" + height + " pixels");
            }
            if (pixelOffset >= in.limit()) {
                throw source.truncated();
            }
            byte[] indices = runs(source, in.position((int) pixelOffset), width, height, header.bits == 4);
            return rows(header, (y, x) -> palette[indices[y * width + x] & 0xff]);
        }
        long rowBytes = (header.width * header.bits + 31) / 32 * 4;
        // The bytes that round up the last row may be missing.
        if (pixelOffset + rowBytes * (header.height - 1) + (header.width * header.bits + 7) / 8 > in.limit()) {
            throw source.truncated();
        }
        int start = (int) pixelOffset;
        int stride = (int) rowBytes;
        byte[] b = source.bytes();
        return switch (header.bits) {
            case 1, 4, 8 -> {
                int bits = header.bits;
                yield rows(header,
                        (y, x) -> palette[b[start + y * stride + (x * bits >> 3)] >> 8 - bits - (x * bits & 7)
                                & (1 << bits) - 1]);
            }
            case 16 -> rows(header, (y, x) -> masked(in.getShort(start + y * stride + 2 * x) & 0xffff, masks));
            case 24 -> rows(header, (y, x) -> {
                int at = start + y * stride + 3 * x;
                return (b[at + 2] & 0xff) << 16 | (b[at + 1] & 0xff) << 8 | b[at] & 0xff;
            });
            default -> header.compression == UNCOMPRESSED
                    ? rows(header, (y, x) -> in.getInt(start + y * stride + 4 * x))
                    : rows(header, (y, x) -> masked(in.getInt(start + y * stride + 4 * x), masks));
        };
    }

    private interface Pixels {
        /** The color in a row of the file. */
        int at(int row, int x);
    }

    private static RgbImage rows(Header header, Pixels pixels) {
        int width = (int) header.width;
        int height = (int) header.height;
        byte[] rgb = RgbImage.allocate(width, height);
        int to = 0;
        for (int y = 0; y < height; y++) {
            int row = header.topDown ? y : height - 1 - y;
            for (int x = 0; x < width; x++) {
                to = RgbImage.put(rgb, to, pixels.at(row, x));
            }
        }
        return new RgbImage(width, height, rgb);
    }

    /** The masks of red, green and blue; moves the buffer behind those that follow a header of 40 bytes. */
    private static int[] masks(ImageSource source, Header header, ByteBuffer in) throws ImageException {
        int[] masks = header.bits == 16 ? new int[]{0x7c00, 0x3e0, 0x1f} : new int[]{0xff0000, 0xff00, 0xff};
        switch (header.bits) {
            case 1, 4, 8, 16, 24, 32 -> {
            }
            default -> throw source.error("a BMP of " + header.bits + " bits is not supported");
        }
        if (header.compression != BIT_FIELDS) {
            return masks;
        }
        // Larger headers hold them where they follow the smaller one.
        int at = FILE_HEADER + 40;
        int[] given = {in.getInt(at), in.getInt(at + 4), in.getInt(at + 8)};
        if (header.size == 40) {
            in.position(at + 12);
        }
        if (header.bits == 32 && (given[0] | given[1] | given[2]) == 0) {
            return masks;
        }
        for (int mask : given) {
            int low = mask == 0 ? 0 : mask >>> Integer.numberOfTrailingZeros(mask);
            if (mask == 0 || (low & low + 1) != 0) {
                throw source.error("a BMP with such bit masks is not supported");
            }
        }
        return header.bits == 24 ? masks : given;
    }

    private static int masked(int pixel, int[] masks) {
        int color = 0;
        for (int mask : masks) {
            int shift = Integer.numberOfTrailingZeros(mask);
            long max = (mask >>> shift) & 0xffffffffL;
            long value = (pixel & mask) >>> shift & 0xffffffffL;
            color = color << 8 | (int) (value * 255 / max);
        }
        return color;
    }

    /** The palette at the buffer's position; black where it has no color. */
    private static int[] palette(ImageSource source, Header header, ByteBuffer in) throws ImageException {
        int each = header.size == OS2_HEADER ? 3 : 4;
        long count = header.colors == 0 ? 1 << header.bits : header.colors;
        if (count > 65536) {
            throw source.error("a BMP palette of " + count + " colors is not supported");
        }
        if (count * each > in.remaining()) {
            throw source.truncated();
        }
        int[] palette = new int[256];
        int start = in.position();
        for (int i = 0; i < Math.min(count, 256); i++) {
            int at = start + each * i;
            palette[i] = (in.get(at + 2) & 0xff) << 16 | (in.get(at + 1) & 0xff) << 8 | in.get(at) & 0xff;
        }
        in.position(start + (int) count * each);
        return palette;
    }

    /** Run-length code, bottom row first; skipped pixels have the color 0. All rows must be there. */
    private static byte[] runs(ImageSource source, ByteBuffer in, int width, int height, boolean four)
            throws ImageException {
        byte[] indices = new byte[width * height];
        int x = 0;
        int y = 0;
        while (y < height && !(y == height - 1 && x >= width)) {
            if (in.remaining() < 2) {
                throw source.truncated();
            }
            int count = in.get() & 0xff;
            int value = in.get() & 0xff;
            if (count > 0) {
                for (int i = 0; i < count && x < width; i++, x++) {
                    indices[y * width + x] = (byte) (!four ? value : (i & 1) == 0 ? value >> 4 : value & 15);
                }
            } else if (value == 0) {
                x = 0;
                y++;
            } else if (value == 1) {
                throw source.damaged("BMP", "fewer pixels than its header says");
            } else if (value == 2) {
                if (in.remaining() < 2) {
                    throw source.truncated();
                }
                x += in.get() & 0xff;
                y += in.get() & 0xff;
                if (x > width) {
                    y += x / width;
                    x %= width;
                }
            } else {
                int bytes = four ? (value + 1) / 2 : value;
                if (in.remaining() < bytes) {
                    throw source.truncated();
                }
                int start = in.position();
                for (int i = 0; i < value; i++) {
                    int b = in.get(start + (four ? i / 2 : i)) & 0xff;
                    if (x == width) {
                        x = 0;
                        if (++y == height) {
                            break;
                        }
                    }
                    indices[y * width + x++] = (byte) (!four ? b : (i & 1) == 0 ? b >> 4 : b & 15);
                }
                // Aligned to two bytes.
                in.position(Math.min(in.limit(), start + bytes + (bytes & 1)));
            }
        }
        return indices;
    }
}
