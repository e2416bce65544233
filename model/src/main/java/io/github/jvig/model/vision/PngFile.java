package io.github.jvig.model.vision;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/** PNG (ISO/IEC 15948): a signature, then chunks of length, type, data, checksum. An animated PNG gives its default image. */
final class PngFile {
    private static final int SIGNATURE = 8;
    /** Offsets in the file. */
    private static final int WIDTH = 16;
    private static final int HEIGHT = 20;
    private static final int BITS = 24;
    private static final int COLOR_TYPE = 25;
    private static final int IHDR = 0x49484452;
    private static final int PLTE = 0x504c5445;
    private static final int IDAT = 0x49444154;
    private static final int IEND = 0x49454e44;
    /** Length, type and checksum. */
    private static final int CHUNK_OVERHEAD = 12;
    /** Deflate packs at most 1,032 bytes into one, so a file that claims more than that lacks its data. */
    private static final long MAX_INFLATION = 1032;

    private PngFile() {
    }

    static long declaredPixels(ImageSource head) throws ImageException {
        ByteBuffer in = head.bigEndian();
        return head.pixels(in.getInt(WIDTH) & 0xffffffffL, in.getInt(HEIGHT) & 0xffffffffL);
    }

    static RgbImage decode(ImageSource source) throws IOException {
        ByteBuffer in = source.bigEndian().position(SIGNATURE);
        ByteArrayOutputStream pixels = new ByteArrayOutputStream(source.bytes().length);
        pixels.write(source.bytes(), 0, SIGNATURE);
        long rawBytes = 0;
        long packedBytes = 0;
        int type;
        do {
            if (in.remaining() < CHUNK_OVERHEAD) {
                throw source.truncated();
            }
            int start = in.position();
            long length = in.getInt() & 0xffffffffL;
            type = in.getInt();
            if (start == SIGNATURE) {
                rawBytes = header(source, in, type, length);
            }
            if (length > in.remaining() - 4) {
                throw source.truncated();
            }
            in.position(start + CHUNK_OVERHEAD + (int) length);
            if (type == IHDR || type == PLTE || type == IDAT || type == IEND) {
                pixels.write(source.bytes(), start, in.position() - start);
            }
            if (type == IDAT) {
                packedBytes += length;
            }
        } while (type != IEND);
        if (rawBytes > packedBytes * MAX_INFLATION) {
            throw source.truncated();
        }
        return Rasters.rgb(Codec.image(ImageFormat.PNG, pixels.toByteArray()));
    }

    /** Checks the header; gives the number of bytes that the image data must at least inflate to. */
    private static long header(ImageSource source, ByteBuffer in, int type, long length) throws ImageException {
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
        int channels = switch (in.get(COLOR_TYPE)) {
            case 0, 3 -> 1;
            case 2 -> 3;
            case 4 -> 2;
            case 6 -> 4;
            default -> throw source.error("PNG color type " + in.get(COLOR_TYPE) + " does not exist");
        };
        return height * (width * channels * bits / 8);
    }
}
