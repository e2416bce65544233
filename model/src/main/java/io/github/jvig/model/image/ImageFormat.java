package io.github.jvig.model.image;

import io.github.jvig.model.files.ForeignFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** The kinds of image file that are read, recognized by their first bytes and never by the file's name. */
enum ImageFormat {
    PNG {
        @Override
        RgbImage decode(ImageSource source, Orientation orientation) throws IOException {
            return PngFile.decode(source, orientation);
        }

        @Override
        long declaredPixels(ImageSource head) throws ImageException {
            return PngFile.declaredPixels(head);
        }
    },
    JPEG {
        @Override
        RgbImage decode(ImageSource source, Orientation orientation) throws IOException {
            return JpegFile.decode(source, orientation);
        }

        @Override
        long declaredPixels(ImageSource head) throws ImageException {
            return JpegFile.declaredPixels(head);
        }
    },
    GIF {
        @Override
        RgbImage decode(ImageSource source, Orientation orientation) throws IOException {
            return GifFile.decode(source);
        }

        @Override
        long declaredPixels(ImageSource head) throws ImageException {
            return GifFile.declaredPixels(head);
        }
    },
    BMP {
        @Override
        RgbImage decode(ImageSource source, Orientation orientation) throws IOException {
            return BmpFile.decode(source);
        }

        @Override
        long declaredPixels(ImageSource head) throws ImageException {
            return BmpFile.declaredPixels(head);
        }
    },
    WEBP {
        @Override
        RgbImage decode(ImageSource source, Orientation orientation) throws IOException {
            return WebpFile.decode(source, orientation);
        }

        @Override
        long declaredPixels(ImageSource head) throws ImageException {
            return WebpFile.declaredPixels(head);
        }
    },
    TIFF {
        @Override
        RgbImage decode(ImageSource source, Orientation orientation) throws IOException {
            return TiffFile.decode(source);
        }

        @Override
        long declaredPixels(ImageSource head) throws ImageException {
            return TiffFile.declaredPixels(head);
        }
    };

    /** How many of a file's first bytes {@link #of} looks at. */
    static final int SIGNATURE_BYTES = ForeignFile.HEAD;

    /** Decodes a whole file; may throw anything when it is damaged. */
    abstract RgbImage decode(ImageSource source, Orientation orientation) throws IOException;

    /**
     * How many pixels the header declares; 0 where there is none.
     *
     * @param head the first bytes, at least 30, of a file that {@linkplain #of begins} as this kind does
     * @throws ImageException when there are too many
     */
    abstract long declaredPixels(ImageSource head) throws ImageException;

    /** @throws ImageException when the bytes begin none of the known kinds */
    static ImageFormat of(ImageSource head) throws ImageException {
        if (head.bytes().length == 0) {
            throw head.error("the file is empty");
        }
        String start = new String(head.bytes(), 0, Math.min(head.bytes().length, SIGNATURE_BYTES),
                StandardCharsets.ISO_8859_1);
        if (start.startsWith("\u0089PNG\r\n\u001a\n")) {
            return PNG;
        }
        if (start.startsWith("\u00ff\u00d8\u00ff")) {
            return JPEG;
        }
        if (start.startsWith("GIF87a") || start.startsWith("GIF89a")) {
            return GIF;
        }
        if (start.startsWith("BM") && BmpFile.begins(head)) {
            return BMP;
        }
        if (start.startsWith("RIFF") && start.startsWith("WEBP", 8)) {
            return WEBP;
        }
        if (start.startsWith("II*\0") || start.startsWith("MM\0*") || start.startsWith("II+\0")
                || start.startsWith("MM\0+")) {
            return TIFF;
        }
        throw head.error(UnreadKind.of(head.bytes()));
    }

    @Override
    public String toString() {
        return this == WEBP ? "WebP" : name();
    }
}
