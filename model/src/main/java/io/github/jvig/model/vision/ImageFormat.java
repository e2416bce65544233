package io.github.jvig.model.vision;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** The kinds of image file that are read, told by their first bytes and never by the file's name. */
enum ImageFormat {
    PNG {
        @Override
        RgbImage decode(ImageSource source, Orientation orientation) throws IOException {
            return PngFile.decode(source);
        }
    },
    JPEG {
        @Override
        RgbImage decode(ImageSource source, Orientation orientation) throws IOException {
            return JpegFile.decode(source, orientation);
        }
    },
    GIF {
        @Override
        RgbImage decode(ImageSource source, Orientation orientation) throws IOException {
            return GifFile.decode(source);
        }
    },
    BMP {
        @Override
        RgbImage decode(ImageSource source, Orientation orientation) throws IOException {
            return BmpFile.decode(source);
        }
    },
    WEBP {
        @Override
        RgbImage decode(ImageSource source, Orientation orientation) throws IOException {
            return WebpFile.decode(source);
        }
    };

    /** As many of a file's first bytes as {@link #of} looks at. */
    static final int SIGNATURE_BYTES = 12;

    abstract RgbImage decode(ImageSource source, Orientation orientation) throws IOException;

    /** @throws ImageException when the bytes begin none of the known kinds */
    static ImageFormat of(ImageSource head) throws ImageException {
        if (head.bytes().length == 0) {
            throw head.error("the file is empty");
        }
        String start = new String(head.bytes(), StandardCharsets.ISO_8859_1);
        if (start.startsWith("\u0089PNG\r\n\u001a\n")) {
            return PNG;
        }
        if (start.startsWith("\u00ff\u00d8\u00ff")) {
            return JPEG;
        }
        if (start.startsWith("GIF87a") || start.startsWith("GIF89a")) {
            return GIF;
        }
        if (start.startsWith("BM")) {
            return BMP;
        }
        if (start.startsWith("RIFF") && start.startsWith("WEBP", 8)) {
            return WEBP;
        }
        throw head.error("not an image of a known kind (PNG, JPEG, GIF, BMP, WebP)");
    }

    @Override
    public String toString() {
        return this == WEBP ? "WebP" : name();
    }
}
