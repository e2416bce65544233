package io.github.jvig.model.vision;

import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * ImageIO's decoders, and one for WebP, used only to decompress: the structure of the files has been read and checked before, and the decoders get only
 * what holds pixels (no profiles, no metadata).
 */
final class Codec {
    private Codec() {
    }

    static BufferedImage image(ImageFormat format, byte[] file) throws IOException {
        return decode(format, file, reader -> reader.read(0));
    }

    /** Samples as they are coded, before any color conversion. */
    static Raster raster(ImageFormat format, byte[] file) throws IOException {
        return decode(format, file, reader -> reader.readRaster(0, null));
    }

    private interface Read<T> {
        T from(ImageReader reader) throws IOException;
    }

    private static <T> T decode(ImageFormat format, byte[] file, Read<T> read) throws IOException {
        ImageReader reader = reader(format);
        // Not by ImageIO's factory method, which may write a cache file.
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
            reader.setInput(in, true, true);
            return read.from(reader);
        } finally {
            reader.dispose();
        }
    }

    private static ImageReader reader(ImageFormat format) {
        if (format == ImageFormat.WEBP) {
            // Not by ImageIO's registry: what is found there depends on the application, and its decoder is not this one.
            return new WebPImageReaderSpi().createReaderInstance(null);
        }
        Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format.name());
        if (!readers.hasNext()) {
            throw new UnsupportedOperationException("ImageIO has no reader for " + format);
        }
        return readers.next();
    }
}
