package io.github.jvig.model.vision;

import java.awt.image.Raster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * JPEG (ITU-T T.81): markers, each with a segment, and after a start of scan the coded data. The decoder gets tables, frame and scans;
 * which colors the components are is decided here, by libjpeg's rules.
 */
final class JpegFile {
    private static final int DHT = 0xc4;
    private static final int JPG = 0xc8;
    private static final int DAC = 0xcc;
    private static final int RST0 = 0xd0;
    private static final int SOI = 0xd8;
    private static final int EOI = 0xd9;
    private static final int SOS = 0xda;
    private static final int DQT = 0xdb;
    private static final int DRI = 0xdd;
    private static final int APP0 = 0xe0;
    private static final int APP1 = 0xe1;
    private static final int APP14 = 0xee;
    /** A block of 8x8 pixels takes at least a bit, so a file that claims more lacks its data. */
    private static final long MAX_PIXELS_PER_BYTE = 64 * 8;

    private final ImageSource source;
    private final ByteBuffer in;
    private final ByteArrayOutputStream pixels;
    private int width;
    private int height;
    private byte[] componentIds;
    private boolean jfif;
    /** The color transform that an Adobe segment names; negative without one. */
    private int adobeTransform = -1;
    private int orientation = Exif.AS_STORED;

    /** @param capacity expected size of what the decoder gets */
    private JpegFile(ImageSource source, int capacity) {
        this.source = source;
        in = source.bigEndian();
        pixels = new ByteArrayOutputStream(capacity);
    }

    static long declaredPixels(ImageSource head) throws ImageException {
        JpegFile file = new JpegFile(head, 0);
        while (file.componentIds == null && file.in.remaining() >= 2) {
            file.next();
        }
        return (long) file.width * file.height;
    }

    static RgbImage decode(ImageSource source, Orientation orientation) throws IOException {
        JpegFile file = new JpegFile(source, source.bytes().length);
        file.parse();
        Raster raster = Codec.raster(ImageFormat.JPEG, file.pixels.toByteArray());
        RgbImage image = JpegColors.rgb(raster, file.colors());
        return orientation == Orientation.EXIF ? Exif.upright(image, file.orientation) : image;
    }

    /** Walks to the end of the image, so that a truncated file is found before it is decoded (a decoder would fill it up with gray). */
    private void parse() throws ImageException {
        int marker;
        do {
            marker = next();
        } while (marker != EOI);
        if (componentIds == null || (long) width * height > source.bytes().length * MAX_PIXELS_PER_BYTE) {
            throw source.truncated();
        }
    }

    /** Takes the next marker with its segment, if it has one, and gives its code. */
    private int next() throws ImageException {
        int marker = nextMarker();
        if (marker == SOI || marker == EOI) {
            copy(marker, in.position(), in.position());
        } else if (marker > SOI || marker >= 0xc0 && marker < RST0) {
            segment(marker);
        }
        return marker;
    }

    /** The code of the next marker; bytes before it and fill bytes are skipped. */
    private int nextMarker() throws ImageException {
        while (in.remaining() >= 2) {
            if ((in.get() & 0xff) == 0xff) {
                int code = in.get(in.position()) & 0xff;
                if (code != 0 && code != 0xff) {
                    in.get();
                    return code;
                }
            }
        }
        throw source.truncated();
    }

    private void segment(int marker) throws ImageException {
        int start = in.position();
        int length = in.remaining() < 2 ? Integer.MAX_VALUE : in.getShort(start) & 0xffff;
        if (length < 2) {
            throw source.error("a JPEG segment has the length " + length);
        }
        if (length > in.remaining()) {
            throw source.truncated();
        }
        int end = start + length;
        byte[] body = Arrays.copyOfRange(source.bytes(), start + 2, end);
        in.position(end);
        switch (marker) {
            case APP0 -> jfif |= begins(body, "JFIF\0");
            case APP1 -> {
                if (begins(body, "Exif\0\0")) {
                    orientation = Exif.orientation(Arrays.copyOfRange(body, 6, body.length));
                }
            }
            case APP14 -> {
                if (begins(body, "Adobe") && body.length >= 12) {
                    adobeTransform = body[11] & 0xff;
                }
            }
            case DHT, DQT, DRI -> copy(marker, start, end);
            case SOS -> {
                skipCodedData();
                copy(marker, start, in.position());
            }
            default -> {
                if (marker >= 0xc0 && marker < RST0 && marker != JPG && marker != DAC) {
                    frame(marker, body);
                    copy(marker, start, end);
                }
            }
        }
    }

    private void frame(int marker, byte[] body) throws ImageException {
        // Baseline, extended and progressive, all with Huffman codes.
        if (marker > 0xc2) {
            throw source.error("JPEG process SOF" + (marker - 0xc0) + " is not supported");
        }
        ByteBuffer frame = ByteBuffer.wrap(body);
        int bits = frame.get();
        height = frame.getShort() & 0xffff;
        width = frame.getShort() & 0xffff;
        int components = frame.get();
        if (componentIds != null) {
            throw source.error("the JPEG file has two frames");
        }
        if (bits != 8 || components != 1 && components != 3 && components != 4) {
            throw source.error("a JPEG of " + components + " components with " + bits + " bits is not supported");
        }
        source.checkSize(width, height);
        componentIds = new byte[components];
        for (int i = 0; i < components; i++) {
            componentIds[i] = frame.get(frame.position() + 3 * i);
        }
    }

    /** Leaves the buffer at the next marker that is no part of the scan. */
    private void skipCodedData() throws ImageException {
        int code;
        do {
            code = nextMarker();
        } while (code >= RST0 && code < SOI);
        in.position(in.position() - 2);
    }

    private void copy(int marker, int start, int end) {
        pixels.write(0xff);
        pixels.write(marker);
        pixels.write(source.bytes(), start, end - start);
    }

    private static boolean begins(byte[] body, String signature) {
        byte[] bytes = signature.getBytes(StandardCharsets.ISO_8859_1);
        return body.length >= bytes.length && Arrays.equals(body, 0, bytes.length, bytes, 0, bytes.length);
    }

    /** libjpeg's rules: JFIF is YCbCr, then Adobe's word counts, then the components' names. */
    private JpegColors colors() {
        return switch (componentIds.length) {
            case 1 -> JpegColors.GRAY;
            case 3 -> {
                boolean named = new String(componentIds, StandardCharsets.ISO_8859_1).equals("RGB");
                boolean plain = !jfif && (adobeTransform >= 0 ? adobeTransform == 0 : named);
                yield plain ? JpegColors.RGB : JpegColors.YCBCR;
            }
            default -> adobeTransform > 0 ? JpegColors.YCCK : JpegColors.CMYK;
        };
    }
}
