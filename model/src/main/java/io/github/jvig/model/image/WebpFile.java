package io.github.jvig.model.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * WebP (RFC 9649): a RIFF container of chunks. The one that holds pixels is decoded; alpha planes and profiles, which pixels do not depend on,
 * are passed over. The first frame of an animation is placed on its canvas, which is black where the frame does not cover it.
 */
final class WebpFile {
    private static final int FIRST_CHUNK = 12;
    private static final int CHUNK_HEADER = 8;
    private static final int FRAME_HEADER = 16;
    private static final int LOSSLESS_HEADER = 5;
    private static final int LOSSY = fourCc("VP8 ");
    private static final int LOSSLESS = fourCc("VP8L");
    private static final int EXTENDED = fourCc("VP8X");
    private static final int FRAME = fourCc("ANMF");
    /** Bits of the extended header without which the blocks are not looked for, as libwebp has it. */
    private static final int EXIF_FLAG = 8;
    private static final int XMP_FLAG = 4;
    private static final int EXIF = fourCc("EXIF");
    private static final int XMP = fourCc("XMP ");

    private WebpFile() {
    }

    static long declaredPixels(ImageSource head) throws ImageException {
        int type = head.littleEndian().getInt(FIRST_CHUNK);
        int chunk = FIRST_CHUNK + CHUNK_HEADER;
        if (type == EXTENDED) {
            return head.pixels(1 + uint24(head, chunk + 4), 1 + uint24(head, chunk + 7));
        }
        if (type == LOSSY || type == LOSSLESS) {
            int[] size = size(head, chunk, type);
            return head.pixels(size[0], size[1]);
        }
        return 0;
    }

    static RgbImage decode(ImageSource source, Orientation orientation) throws IOException {
        RgbImage image = decode(source);
        if (orientation == Orientation.STORED) {
            return image;
        }
        Exif.Notes notes = new Exif.Notes();
        ByteBuffer in = source.littleEndian();
        int flags = in.getInt(FIRST_CHUNK) == EXTENDED ? in.get(FIRST_CHUNK + CHUNK_HEADER) : 0;
        // The decoder has checked that this lies in the file.
        long end = CHUNK_HEADER + (in.getInt(4) & 0xffffffffL);
        for (long at = FIRST_CHUNK; at + CHUNK_HEADER <= end;) {
            int type = in.getInt((int) at);
            long length = in.getInt((int) at + 4) & 0xffffffffL;
            int body = (int) at + CHUNK_HEADER;
            if ((type == EXIF && (flags & EXIF_FLAG) != 0 || type == XMP && (flags & XMP_FLAG) != 0)
                    && length <= end - body) {
                byte[] block = Arrays.copyOfRange(source.bytes(), body, body + (int) length);
                if (type == EXIF) {
                    // Of several the first one counts, in a PNG the last one.
                    if (!notes.hasExif()) {
                        notes.exif(block);
                    }
                } else {
                    notes.xmp(block);
                }
            }
            at = body + length + (length & 1);
        }
        return notes.upright(image);
    }

    private static RgbImage decode(ImageSource source) throws IOException {
        ByteBuffer in = source.littleEndian();
        if ((in.getInt(4) & 0xffffffffL) > in.limit() - CHUNK_HEADER) {
            throw source.truncated();
        }
        in.position(FIRST_CHUNK);
        int canvas = -1;
        int frame = -1;
        while (true) {
            if (in.remaining() < CHUNK_HEADER) {
                throw source.truncated();
            }
            int start = in.position();
            int type = in.getInt();
            long length = in.getInt() & 0xffffffffL;
            if (length > in.remaining()) {
                throw source.truncated();
            }
            if (type == LOSSY || type == LOSSLESS) {
                RgbImage image = decode(source, in, type, (int) length);
                if (frame >= 0) {
                    return onCanvas(source, image, canvas, frame);
                }
                if (canvas >= 0 && (image.width() != 1 + uint24(source, canvas)
                        || image.height() != 1 + uint24(source, canvas + 3))) {
                    throw source.damaged("WebP", "its picture has another size than its canvas");
                }
                return image;
            }
            if (type == EXTENDED) {
                canvas = in.position() + 4;
            }
            if (type == FRAME && length >= FRAME_HEADER && canvas >= 0) {
                frame = in.position();
                in.position(frame + FRAME_HEADER);
            } else {
                in.position((int) Math.min(start + CHUNK_HEADER + length + (length & 1), in.limit()));
            }
        }
    }

    /** The bitstream of {@code length} bytes at the buffer's position. */
    private static RgbImage decode(ImageSource source, ByteBuffer in, int type, int length) throws IOException {
        if (length < (type == LOSSY ? Vp8Header.TAG_BYTES : LOSSLESS_HEADER)) {
            throw source.truncated();
        }
        int[] size = size(source, in.position(), type);
        source.checkSize(size[0], size[1]);
        int start = in.position();
        try {
            return type == LOSSLESS
                    ? RgbImage.ofArgb(size[0], size[1], Vp8lDecoder.decode(source.bytes(), start, length))
                    : Vp8Decoder.decode(source.bytes(), start, length, size[0], size[1]);
        } catch (IllegalArgumentException e) {
            throw source.damaged("WebP", e.getMessage());
        }
    }

    /** Width and height of the bitstream at an offset. */
    private static int[] size(ImageSource source, int offset, int type) {
        ByteBuffer in = source.littleEndian();
        if (type == LOSSY) {
            // Frame tag (3 bytes), start code (3 bytes), then both sides in 14 bits each.
            return new int[]{in.getShort(offset + 6) & 0x3fff, in.getShort(offset + 8) & 0x3fff};
        }
        // A signature byte, then each side minus one in 14 bits.
        int sides = in.getInt(offset + 1);
        return new int[]{(sides & 0x3fff) + 1, (sides >> 14 & 0x3fff) + 1};
    }

    private static RgbImage onCanvas(ImageSource source, RgbImage image, int canvas, int frame) throws ImageException {
        int left = 2 * uint24(source, frame);
        int top = 2 * uint24(source, frame + 3);
        int width = 1 + uint24(source, canvas);
        int height = 1 + uint24(source, canvas + 3);
        source.checkSize(width, height);
        return Canvas.place(image, left, top, width, height, 0);
    }

    private static int uint24(ImageSource source, int offset) {
        byte[] b = source.bytes();
        return b[offset] & 0xff | (b[offset + 1] & 0xff) << 8 | (b[offset + 2] & 0xff) << 16;
    }

    private static int fourCc(String name) {
        return name.charAt(0) | name.charAt(1) << 8 | name.charAt(2) << 16 | name.charAt(3) << 24;
    }
}
