package io.github.jvig.model.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** EXIF orientation: 1 is as stored, 2 to 8 are mirrored and rotated. */
final class Exif {
    static final int AS_STORED = 1;
    private static final int ORIENTATION_TAG = 0x0112;
    private static final int ENTRY_BYTES = 12;
    /** No orientation, but one that is too large. */
    private static final int ABOVE_ALL = 9;
    /** A longer block is not made longer still. */
    private static final int MAX_BYTES = 1 << 20;
    /** As PIL looks for it: an attribute or an element, of one digit, anywhere in the text. */
    private static final Pattern XMP = Pattern.compile("tiff:Orientation(=\"|>)([0-9])");

    private Exif() {
    }

    /**
     * What a file says about its orientation, collected while it is read. As PIL's {@code exif_transpose} has it: an EXIF block
     * counts, then XMP where that block names none.
     */
    static final class Notes {
        private byte[] exif;
        private byte[] rawProfile;
        private String xmp;

        /** Whether there was a block. */
        boolean hasExif() {
            return exif != null;
        }

        /** A TIFF block, perhaps with {@code Exif\0\0} before it; takes the place of one before. */
        void exif(byte[] block) {
            exif = block;
        }

        /** A TIFF block, or what goes on with one that is too long for a segment. */
        void moreExif(byte[] block) {
            if (exif == null) {
                exif = block;
            } else if (exif.length < MAX_BYTES) {
                exif = Arrays.copyOf(exif, exif.length + block.length);
                System.arraycopy(block, 0, exif, exif.length - block.length, block.length);
            }
        }

        /** An EXIF block as ImageMagick puts it into a PNG's text; counts where there is no other. */
        void rawProfile(byte[] block) {
            rawProfile = block;
        }

        void xmp(byte[] text) {
            if (xmp == null) {
                xmp = new String(text, StandardCharsets.ISO_8859_1);
            }
        }

        /** Between 1 and 8. */
        int orientation() {
            byte[] block = exif == null ? rawProfile : exif;
            Integer noted = block == null ? null : Exif.tag(block);
            if (noted == null && xmp != null) {
                Matcher matcher = XMP.matcher(xmp);
                noted = matcher.find() ? Integer.valueOf(matcher.group(2)) : null;
            }
            return noted != null && noted >= 1 && noted <= 8 ? noted : AS_STORED;
        }

        RgbImage upright(RgbImage image) {
            return Exif.upright(image, orientation());
        }
    }

    /**
     * The orientation in a TIFF block, {@link #AS_STORED} where there is none or the block is damaged: broken metadata is no reason
     * to refuse the image.
     */
    static int orientation(byte[] tiff) {
        Notes notes = new Notes();
        notes.exif(tiff);
        return notes.orientation();
    }

    /** The tag's value, null where there is none. The last entry counts if there are several. */
    private static Integer tag(byte[] block) {
        int start = block.length >= 6 && new String(block, 0, 6, StandardCharsets.ISO_8859_1).equals("Exif\0\0")
                ? 6
                : 0;
        int length = block.length - start;
        if (length < 8) {
            return null;
        }
        ByteBuffer in = ByteBuffer.wrap(block, start, length).slice();
        switch (in.getShort(0)) {
            case 0x4949 -> in.order(ByteOrder.LITTLE_ENDIAN);
            case 0x4d4d -> in.order(ByteOrder.BIG_ENDIAN);
            default -> {
                return null;
            }
        }
        long directory = in.getInt(4) & 0xffffffffL;
        if (in.getShort(2) != 42 || directory + 2 > length) {
            return null;
        }
        int entries = in.getShort((int) directory) & 0xffff;
        Integer found = null;
        for (int i = 0; i < entries; i++) {
            long offset = directory + 2 + (long) i * ENTRY_BYTES;
            if (offset + ENTRY_BYTES > length) {
                break;
            }
            if ((in.getShort((int) offset) & 0xffff) == ORIENTATION_TAG) {
                Integer value = value(in, (int) offset, length);
                found = value == null ? found : value;
            }
        }
        return found;
    }

    /** The first value of an entry, of whatever type of number; null for all others, and for bytes, as PIL has it. */
    private static Integer value(ByteBuffer in, int entry, int length) {
        int type = in.getShort(entry + 2);
        int size = switch (type) {
            case 6 -> 1;
            case 3, 8 -> 2;
            case 4, 9, 11, 13 -> 4;
            case 5, 10, 12, 16 -> 8;
            default -> 0;
        };
        long count = in.getInt(entry + 4) & 0xffffffffL;
        long start = count * size <= 4 ? entry + 8L : in.getInt(entry + 8) & 0xffffffffL;
        if (size == 0 || count == 0 || start + count * size > length) {
            return null;
        }
        int at = (int) start;
        return switch (type) {
            case 6 -> (int) in.get(at);
            case 3 -> in.getShort(at) & 0xffff;
            case 8 -> (int) in.getShort(at);
            case 11 -> whole(in.getFloat(at));
            case 12 -> whole(in.getDouble(at));
            case 16 -> Math.clamp(in.getLong(at), -1, ABOVE_ALL);
            case 5, 10 ->
                in.getInt(at + 4) == 0 ? Integer.valueOf(0) : whole(in.getInt(at) / (double) in.getInt(at + 4));
            default -> in.getInt(at);
        };
    }

    private static Integer whole(double value) {
        return value == (int) value ? (int) value : 0;
    }

    /** The image as it looks when the orientation is obeyed. */
    static RgbImage upright(RgbImage image, int orientation) {
        if (orientation == AS_STORED) {
            return image;
        }
        boolean transposed = orientation >= 5;
        int width = transposed ? image.height() : image.width();
        int height = transposed ? image.width() : image.height();
        byte[] rgb = new byte[image.rgb().length];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int along = transposed ? y : x;
                int down = transposed ? x : y;
                // Which stored side each walk starts from: 2, 3, 7, 8 mirror the stored x, 3, 4, 6, 7 the stored y.
                int fromX = switch (orientation) {
                    case 2, 3, 7, 8 -> image.width() - 1 - along;
                    default -> along;
                };
                int fromY = switch (orientation) {
                    case 3, 4, 6, 7 -> image.height() - 1 - down;
                    default -> down;
                };
                System.arraycopy(image.rgb(), (fromY * image.width() + fromX) * 3, rgb, (y * width + x) * 3, 3);
            }
        }
        return new RgbImage(width, height, rgb);
    }
}
