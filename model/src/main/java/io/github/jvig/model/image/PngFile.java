package io.github.jvig.model.image;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * PNG (ISO/IEC 15948): a signature, then chunks of length, type, data, checksum. An animated PNG gives its default image. A file that ends early
 * is read if all pixels are there, as PIL does it.
 */
final class PngFile {
    private static final int SIGNATURE = 8;
    /** Offsets in the file. */
    private static final int WIDTH = 16;
    private static final int HEIGHT = 20;
    private static final int BITS = 24;
    private static final int COLOR_TYPE = 25;
    private static final int APPLE = 0x43674249;
    private static final int IHDR = 0x49484452;
    private static final int PLTE = 0x504c5445;
    private static final int IDAT = 0x49444154;
    private static final int IEND = 0x49454e44;
    private static final int EXIF = 0x65584966;
    private static final int TEXT = 0x74455874;
    private static final int PACKED_TEXT = 0x7a545874;
    private static final int UNICODE_TEXT = 0x69545874;
    /** Length, type and checksum. */
    private static final int CHUNK_OVERHEAD = 12;
    /** Deflate packs at most 1,032 bytes into one, so a file that claims more than that lacks its data. */
    private static final long MAX_INFLATION = 1032;
    /** Notes of this size and more are not looked at. */
    private static final int MAX_NOTE = 1 << 20;

    private PngFile() {
    }

    static long declaredPixels(ImageSource head) throws ImageException {
        ByteBuffer in = head.bigEndian();
        requireStandard(head, in);
        return head.pixels(in.getInt(WIDTH) & 0xffffffffL, in.getInt(HEIGHT) & 0xffffffffL);
    }

    static RgbImage decode(ImageSource source, Orientation orientation) throws ImageException {
        ByteBuffer in = source.bigEndian().position(SIGNATURE);
        requireStandard(source, in);
        ByteArrayOutputStream packed = new ByteArrayOutputStream(source.bytes().length);
        Exif.Notes notes = new Exif.Notes();
        PngPixels pixels = null;
        byte[] palette = null;
        boolean cut = false;
        int type = 0;
        do {
            if (in.remaining() < CHUNK_OVERHEAD) {
                cut = true;
                break;
            }
            int start = in.position();
            long length = in.getInt() & 0xffffffffL;
            type = in.getInt();
            if (start == SIGNATURE) {
                pixels = header(source, in, type, length);
            }
            int body = in.position();
            if (length > in.remaining() - 4) {
                if (type == IDAT) {
                    packed.write(source.bytes(), body, (int) Math.min(length, in.remaining()));
                }
                cut = true;
                break;
            }
            in.position(start + CHUNK_OVERHEAD + (int) length);
            if (type == IHDR || type == PLTE || type == IDAT) {
                CRC32 checksum = new CRC32();
                checksum.update(source.bytes(), start + 4, 4 + (int) length);
                if ((int) checksum.getValue() != in.getInt(in.position() - 4)) {
                    throw source.damaged("PNG", "a checksum is wrong");
                }
            }
            if (type == PLTE) {
                palette = Arrays.copyOfRange(source.bytes(), body, body + (int) length);
            } else if (type == IDAT) {
                packed.write(source.bytes(), body, (int) length);
            } else if (orientation == Orientation.EXIF && length < MAX_NOTE) {
                note(type, Arrays.copyOfRange(source.bytes(), body, body + (int) length), notes);
            }
        } while (type != IEND);
        if (pixels == null || pixels.rawBytes() > packed.size() * MAX_INFLATION) {
            throw source.truncated();
        }
        RgbImage image;
        try {
            image = pixels.decode(packed.toByteArray(), palette);
        } catch (IllegalArgumentException | DataFormatException e) {
            throw cut ? source.truncated() : source.damaged("PNG", String.valueOf(e.getMessage()));
        }
        return orientation == Orientation.EXIF ? notes.upright(image) : image;
    }

    /** Apple's tools change the PNGs of applications so that no other program reads them. */
    private static void requireStandard(ImageSource source, ByteBuffer in) throws ImageException {
        if (in.limit() >= WIDTH && in.getInt(WIDTH - Integer.BYTES) == APPLE) {
            throw source.error("is a PNG as Xcode packs them for iPhones (CgBI); give the original");
        }
    }

    private static PngPixels header(ImageSource source, ByteBuffer in, int type, long length) throws ImageException {
        if (type != IHDR || length != 13) {
            throw source.error("the PNG file does not begin with its header");
        }
        if (in.remaining() < length) {
            throw source.truncated();
        }
        long width = in.getInt(WIDTH) & 0xffffffffL;
        long height = in.getInt(HEIGHT) & 0xffffffffL;
        source.checkSize(width, height);
        int bits = in.get(BITS);
        int color = in.get(COLOR_TYPE);
        boolean fits = switch (color) {
            case 0 -> bits == 1 || bits == 2 || bits == 4 || bits == 8 || bits == 16;
            case 3 -> bits == 1 || bits == 2 || bits == 4 || bits == 8;
            case 2, 4, 6 -> bits == 8 || bits == 16;
            default -> throw source.error("PNG color type " + color + " does not exist");
        };
        if (!fits || in.get(COLOR_TYPE + 1) != 0 || in.get(COLOR_TYPE + 2) != 0
                || (in.get(COLOR_TYPE + 3) & 0xfe) != 0) {
            throw source.error("a PNG of color type " + color + " with " + bits + " bits is not supported");
        }
        return new PngPixels((int) width, (int) height, bits, color, in.get(COLOR_TYPE + 3) == 1);
    }

    /** Takes what a chunk says about the orientation. */
    private static void note(int type, byte[] body, Exif.Notes notes) {
        if (type == EXIF) {
            notes.exif(body);
            return;
        }
        if (type != TEXT && type != PACKED_TEXT && type != UNICODE_TEXT) {
            return;
        }
        String text = new String(body, StandardCharsets.ISO_8859_1);
        int end = text.indexOf('\0');
        if (end < 0) {
            return;
        }
        String key = text.substring(0, end);
        if (type == UNICODE_TEXT && key.equals("XML:com.adobe.xmp") && end + 3 <= body.length) {
            // Flag and method of compression, then language and translated key, each ended by a zero.
            int start = text.indexOf('\0', text.indexOf('\0', end + 3) + 1) + 1;
            byte[] rest = Arrays.copyOfRange(body, start, body.length);
            notes.xmp(body[end + 1] == 0 ? rest : inflated(rest));
        } else if (type != UNICODE_TEXT && key.equals("Raw profile type exif")) {
            byte[] profile = type == TEXT
                    ? Arrays.copyOfRange(body, end + 1, body.length)
                    : inflated(Arrays.copyOfRange(body, Math.min(end + 2, body.length), body.length));
            rawProfile(new String(profile, StandardCharsets.ISO_8859_1), notes);
        }
    }

    /** ImageMagick's way: a line of the name, one of the length, then hexadecimal digits. */
    private static void rawProfile(String text, Exif.Notes notes) {
        String[] lines = text.strip().split("\n", 3);
        String digits = lines.length < 3 ? "" : lines[2].replaceAll("\\s", "");
        if (!digits.isEmpty() && digits.length() % 2 == 0 && digits.chars().allMatch(HexFormat::isHexDigit)) {
            notes.rawProfile(HexFormat.of().parseHex(digits));
        }
    }

    /** What can be inflated of a note, up to {@link #MAX_NOTE}. */
    private static byte[] inflated(byte[] packed) {
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(packed);
            byte[] out = new byte[MAX_NOTE];
            return Arrays.copyOf(out, inflater.inflate(out));
        } catch (DataFormatException e) {
            return new byte[0];
        } finally {
            inflater.end();
        }
    }
}
