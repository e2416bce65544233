package io.github.jvig.model.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.DataFormatException;

/**
 * TIFF 6.0 and BigTIFF: the first page. Gray and palettes of 1 to 8 bits, gray, RGB and CMYK of 8 and 16 bits, with further samples (which are dropped, but
 * divide colors that were multiplied by alpha), in strips or tiles, interleaved or in planes; uncompressed, PackBits, LZW (also that
 * of before TIFF 5.0), Deflate, JPEG or, for one bit, CCITT. The orientation is always obeyed, as PIL does it for this kind.
 */
final class TiffFile {
    private static final int WIDTH = 256;
    private static final int HEIGHT = 257;
    private static final int BITS = 258;
    private static final int COMPRESSION = 259;
    private static final int PHOTOMETRIC = 262;
    private static final int FILL_ORDER = 266;
    private static final int STRIP_OFFSETS = 273;
    private static final int ORIENTATION = 274;
    private static final int SAMPLES = 277;
    private static final int ROWS_PER_STRIP = 278;
    private static final int STRIP_BYTES = 279;
    private static final int PLANAR = 284;
    private static final int GROUP_3_OPTIONS = 292;
    private static final int PREDICTOR = 317;
    private static final int COLOR_MAP = 320;
    private static final int TILE_WIDTH = 322;
    private static final int TILE_HEIGHT = 323;
    private static final int TILE_OFFSETS = 324;
    private static final int TILE_BYTES = 325;
    private static final int EXTRA_SAMPLES = 338;
    private static final int SAMPLE_FORMAT = 339;
    private static final int JPEG_TABLES = 347;

    private static final int HUFFMAN = 2;
    private static final int GROUP_3 = 3;
    private static final int GROUP_4 = 4;
    private static final int LZW = 5;
    private static final int JPEG = 7;
    private static final int DEFLATE = 8;
    private static final int PACK_BITS = 32773;
    private static final int OLD_DEFLATE = 32946;

    private final ImageSource source;
    private final ByteBuffer in;
    /** Whether offsets and counts have 64 bits. */
    private final boolean big;
    private final Map<Integer, long[]> tags = new HashMap<>();
    private final int width;
    private final int height;
    private final int photometric;
    private final int compression;
    private final int samples;
    private final int bits;
    private final boolean planes;

    private TiffFile(ImageSource source) throws ImageException {
        this.source = source;
        boolean little = source.bytes()[0] == 'I';
        in = source.bigEndian().order(little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        big = in.getShort(2) == 43;
        directory();
        long wide = tag(WIDTH, 0);
        long high = tag(HEIGHT, 0);
        source.checkSize(wide, high);
        width = (int) wide;
        height = (int) high;
        photometric = (int) tag(PHOTOMETRIC, 0);
        compression = (int) tag(COMPRESSION, 1);
        samples = (int) tag(SAMPLES, tags.getOrDefault(BITS, new long[1]).length);
        bits = (int) tag(BITS, 1);
        planes = tag(PLANAR, 1) == 2 && samples > 1;
    }

    static long declaredPixels(ImageSource head) throws ImageException {
        TiffFile file = new TiffFile(head);
        return (long) file.width * file.height;
    }

    static RgbImage decode(ImageSource source) throws ImageException {
        TiffFile file = new TiffFile(source);
        RgbImage image = file.image();
        int orientation = (int) file.tag(ORIENTATION, 1);
        return orientation >= 1 && orientation <= 8 ? Exif.upright(image, orientation) : image;
    }

    private void directory() throws ImageException {
        long start = big ? in.getLong(8) : in.getInt(4) & 0xffffffffL;
        int head = big ? 8 : 2;
        int entryBytes = big ? 20 : 12;
        int inline = big ? 8 : 4;
        if (start < 0 || start > in.limit() - head) {
            throw source.truncated();
        }
        long entries = big ? in.getLong((int) start) : in.getShort((int) start) & 0xffff;
        if (entries < 0 || entries > (in.limit() - start - head) / entryBytes) {
            throw source.truncated();
        }
        for (int i = 0; i < entries; i++) {
            int entry = (int) start + head + entryBytes * i;
            int tag = in.getShort(entry) & 0xffff;
            int type = in.getShort(entry + 2);
            long count = word(entry + 4);
            int size = switch (type) {
                case 1, 2, 6, 7 -> 1;
                case 3, 8 -> 2;
                case 4, 9 -> 4;
                case 16, 17 -> big ? 8 : 0;
                default -> 0;
            };
            boolean needed = tag <= TILE_BYTES || tag == EXTRA_SAMPLES || tag == SAMPLE_FORMAT || tag == JPEG_TABLES;
            if (size == 0 || !needed) {
                continue;
            }
            if (count < 0 || count > in.limit() / size) {
                throw source.truncated();
            }
            long at = count * size <= inline ? entry + 4 + inline : word(entry + 4 + inline);
            if (at < 0 || at > in.limit() - count * size) {
                throw source.truncated();
            }
            long[] values = new long[(int) count];
            for (int k = 0; k < values.length; k++) {
                int offset = (int) at + k * size;
                values[k] = switch (size) {
                    case 1 -> in.get(offset) & 0xff;
                    case 2 -> in.getShort(offset) & 0xffff;
                    case 4 -> in.getInt(offset) & 0xffffffffL;
                    // None that is larger can be right.
                    default -> Math.min(Integer.MAX_VALUE, in.getLong(offset) & Long.MAX_VALUE);
                };
            }
            tags.putIfAbsent(tag, values);
        }
    }

    /** A count or an offset. */
    private long word(int at) {
        return big ? in.getLong(at) : in.getInt(at) & 0xffffffffL;
    }

    private long tag(int tag, long otherwise) {
        long[] values = tags.get(tag);
        return values == null || values.length == 0 ? otherwise : values[0];
    }

    private void check() throws ImageException {
        boolean depth = bits == 8 || bits == 16 && photometric != 3
                || (bits == 1 || bits == 2 || bits == 4) && samples == 1;
        for (long other : tags.getOrDefault(BITS, new long[0])) {
            depth &= other == bits;
        }
        int least = switch (photometric) {
            case 0, 1, 3 -> 1;
            case 2 -> 3;
            case 5 -> 4;
            case 6 -> compression == JPEG ? 3 : Integer.MAX_VALUE;
            default -> Integer.MAX_VALUE;
        };
        switch (compression) {
            case 1, LZW, DEFLATE, OLD_DEFLATE, PACK_BITS, JPEG -> {
            }
            case HUFFMAN, GROUP_3, GROUP_4 -> {
                if (bits != 1 || samples != 1) {
                    throw source.error("a TIFF of " + samples + " samples of " + bits
                            + " bits can't be compressed as a fax");
                }
            }
            case 6 -> throw source.error("JPEG of the old style in TIFF (compression 6) is not supported");
            default -> throw source.error("TIFF compression " + compression + switch (compression) {
                case 34925 -> " (LZMA)";
                case 50000 -> " (Zstandard)";
                case 50001 -> " (WebP)";
                case 33003, 33005, 34712 -> " (JPEG 2000)";
                case 50002, 52546 -> " (JPEG XL)";
                case 34887 -> " (LERC)";
                default -> "";
            } + " is not supported");
        }
        if (!depth || samples < least || samples > 16 || tag(SAMPLE_FORMAT, 1) != 1 || photometric == 3 && bits > 8) {
            throw source.error("a TIFF of photometric interpretation " + photometric + " with " + samples
                    + " samples of " + bits + " bits is not supported");
        }
        if (hasPredictor() && tag(PREDICTOR, 1) > 2 || isDifferenced() && bits < 8) {
            throw source.error("TIFF predictor " + tag(PREDICTOR, 1) + " is not supported");
        }
    }

    private RgbImage image() throws ImageException {
        check();
        boolean tiled = tags.containsKey(TILE_OFFSETS);
        long[] offsets = tags.get(tiled ? TILE_OFFSETS : STRIP_OFFSETS);
        long[] lengths = tags.get(tiled ? TILE_BYTES : STRIP_BYTES);
        long partWide = tiled ? tag(TILE_WIDTH, 0) : width;
        long partHigh = tiled ? tag(TILE_HEIGHT, 0) : Math.min(height, tag(ROWS_PER_STRIP, height));
        if (offsets == null || partWide < 1 || partHigh < 1) {
            throw source.error("the TIFF file has no strips or tiles");
        }
        source.checkSize(partWide, partHigh);
        int wide = (int) partWide;
        int high = (int) partHigh;
        int across = (width + wide - 1) / wide;
        int down = (height + high - 1) / high;
        int passes = planes ? samples : 1;
        int perPart = planes ? 1 : samples;
        // Bytes of a part's row, and of its pixels in the planes that hold the whole image.
        int rowBytes = Math.toIntExact(((long) wide * perPart * bits + 7) / 8);
        if ((long) offsets.length < (long) across * down * passes) {
            throw source.truncated();
        }
        byte[] rgb = RgbImage.allocate(width, height);
        int pixelBytes = bits < 8 ? 0 : samples * bits / 8;
        byte[] all = planes ? new byte[Math.multiplyExact(Math.multiplyExact(width, height), pixelBytes)] : null;
        for (int index = 0; index < across * down * passes; index++) {
            int part = index % (across * down);
            int plane = index / (across * down);
            int left = part % across * wide;
            int top = part / across * high;
            int rows = tiled ? high : Math.min(high, height - top);
            int at = Math.toIntExact(Math.min(Integer.MAX_VALUE, offsets[index]));
            if (at > in.limit()) {
                throw source.truncated();
            }
            // Some writers leave the count at zero, or count beyond the end. What really is missing is noticed by what unpacks it.
            long length = lengths != null && index < lengths.length && lengths[index] > 0
                    ? Math.min(lengths[index], in.limit() - at)
                    : in.limit() - at;
            int columns = Math.min(wide, width - left);
            int shown = Math.min(rows, height - top);
            byte[] data = compression == JPEG
                    ? jpeg(at, (int) length, columns, shown, perPart, wide)
                    : unpacked(at, (int) length, wide, rowBytes, rows);
            predict(data, rowBytes, rows, perPart, wide);
            for (int y = 0; y < shown; y++) {
                int to = (top + y) * width + left;
                if (planes) {
                    int each = bits / 8;
                    for (int x = 0; x < columns; x++) {
                        System.arraycopy(data, y * rowBytes + x * each, all, (to + x) * pixelBytes + plane * each,
                                each);
                    }
                } else {
                    colors(data, y * rowBytes, columns, rgb, 3 * to);
                }
            }
        }
        if (planes) {
            colors(all, 0, width * height, rgb, 0);
        }
        return new RgbImage(width, height, rgb);
    }

    private byte[] unpacked(int at, int length, int wide, int rowBytes, int rows) throws ImageException {
        int size = Math.multiplyExact(rowBytes, rows);
        byte[] file = source.bytes();
        if (tag(FILL_ORDER, 1) == 2) {
            file = Arrays.copyOfRange(file, at, at + length);
            for (int i = 0; i < length; i++) {
                file[i] = (byte) (Integer.reverse(file[i]) >>> 24);
            }
            at = 0;
        }
        try {
            return switch (compression) {
                case HUFFMAN -> TiffFax.huffman(file, at, length, wide, rows);
                case GROUP_3 -> TiffFax.group3(file, at, length, wide, rows, (tag(GROUP_3_OPTIONS, 0) & 1) != 0);
                case GROUP_4 -> TiffFax.group4(file, at, length, wide, rows);
                case LZW -> TiffPacking.lzw(file, at, length, size);
                case DEFLATE, OLD_DEFLATE -> TiffPacking.inflate(file, at, length, size);
                case PACK_BITS -> TiffPacking.packBits(file, at, length, size);
                default -> TiffPacking.plain(file, at, length, size);
            };
        } catch (IllegalArgumentException | DataFormatException e) {
            throw source.damaged("TIFF", String.valueOf(e.getMessage()));
        }
    }

    /** Whether the tag of a predictor counts: libtiff, and so PIL, passes it over with other kinds of compression. */
    private boolean hasPredictor() {
        return compression == LZW || compression == DEFLATE || compression == OLD_DEFLATE;
    }

    private boolean isDifferenced() {
        return hasPredictor() && tag(PREDICTOR, 1) == 2;
    }

    /** Undoes horizontal differencing. */
    private void predict(byte[] data, int rowBytes, int rows, int step, int wide) {
        if (!isDifferenced()) {
            return;
        }
        ByteBuffer shorts = ByteBuffer.wrap(data).order(in.order());
        for (int y = 0; y < rows; y++) {
            for (int i = step; i < wide * step; i++) {
                int at = y * rowBytes + i * bits / 8;
                if (bits == 8) {
                    data[at] += data[at - step];
                } else {
                    shorts.putShort(at, (short) (shorts.getShort(at) + shorts.getShort(at - 2 * step)));
                }
            }
        }
    }

    /** The samples of a strip or tile in rows of {@code wide} pixels, at least the columns and rows that are shown. */
    private byte[] jpeg(int at, int length, int columns, int rows, int perPart, int wide) throws ImageException {
        long[] tables = tags.get(JPEG_TABLES);
        ImageSource common = null;
        if (tables != null) {
            byte[] bytes = new byte[tables.length];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) tables[i];
            }
            common = new ImageSource(source.name(), bytes);
        }
        ImageSource part = new ImageSource(source.name(), Arrays.copyOfRange(source.bytes(), at, at + length));
        JpegFile.Part image = JpegFile.part(part, common, photometric == 6);
        if (image.width() < columns || image.height() < rows) {
            throw source.damaged("TIFF", "a JPEG in it has another size");
        }
        if (image.samples() != perPart) {
            throw source.damaged("TIFF", "a JPEG in it has another number of components");
        }
        byte[] data = new byte[Math.multiplyExact(wide * rows, perPart)];
        for (int y = 0; y < rows; y++) {
            System.arraycopy(image.bytes(), perPart * y * image.width(), data, perPart * y * wide, perPart * columns);
        }
        return data;
    }

    /** Samples of interleaved pixels as RGB. */
    private void colors(byte[] data, int from, int pixels, byte[] rgb, int to) {
        int mask = (1 << Math.min(bits, 8)) - 1;
        long[] map = tags.get(COLOR_MAP);
        boolean premultiplied = photometric == 2 && samples > 3 && tag(EXTRA_SAMPLES, 0) == 1;
        // The high byte of 16 bits.
        int high = bits == 16 && in.order() == ByteOrder.LITTLE_ENDIAN ? 1 : 0;
        int each = bits == 16 ? 2 : 1;
        int step = samples * each;
        for (int x = 0; x < pixels; x++, to += 3) {
            int at = from + x * step + high;
            int first = bits < 8
                    ? data[from + (x * bits >> 3)] >> 8 - bits - (x * bits & 7) & mask
                    : data[at] & 0xff;
            switch (photometric) {
                case 0 -> RgbImage.put(rgb, to, (mask - first) * 255 / mask * 0x010101);
                case 1 -> RgbImage.put(rgb, to, first * 255 / mask * 0x010101);
                case 3 -> {
                    int colors = map == null ? 0 : map.length / 3;
                    RgbImage.put(rgb, to, first >= colors
                            ? 0
                            : (int) (map[first] >> 8 << 16 | map[colors + first] >> 8 << 8
                                    | map[2 * colors + first] >> 8));
                }
                case 5 -> {
                    int light = 255 - (data[at + 3 * each] & 0xff);
                    for (int c = 0; c < 3; c++) {
                        rgb[to + c] = (byte) (light - JpegColors.scaled(data[at + c * each] & 0xff, light));
                    }
                }
                default -> {
                    int alpha = premultiplied ? data[at + 3 * each] & 0xff : 255;
                    for (int c = 0; c < 3; c++) {
                        int value = data[at + c * each] & 0xff;
                        rgb[to + c] = (byte) (alpha == 0 ? 0 : Math.min(255, value * 255 / alpha));
                    }
                }
            }
        }
    }
}
