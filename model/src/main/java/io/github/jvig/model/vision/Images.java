package io.github.jvig.model.vision;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * Image files as RGB pixels: PNG, JPEG, GIF (the first frame), BMP and WebP (the first frame).
 *
 * <p>As PIL's {@code open(file).convert("RGB")} has it: grey is repeated, palettes are expanded, alpha is dropped (not blended), CMYK is
 * converted without a profile, embedded color profiles and gamma notes are ignored. Samples of 16 bits keep their high byte; PIL does
 * the same for color, but clips 16-bit grey at 255, which leaves nothing of most such images. Bytes are PIL's for all kinds but lossy
 * WebP, whose decoder repeats the halved chroma where libwebp interpolates it.
 *
 * <p>A file is not trusted: its kind is told by its first bytes, its size is taken from the header and checked before any pixel is
 * decoded, and whatever is damaged ends in one {@link ImageException} that names the file.
 */
public final class Images {
    /** Most pixels that an image may have, the limit at which PIL refuses too: 178,956,970 (some 13,377 x 13,377). */
    public static final long MAX_PIXELS = 178_956_970;

    /** Most bytes that a file may have; {@link #MAX_PIXELS} as an uncompressed 32-bit BMP are fewer. */
    private static final int MAX_BYTES = 1 << 30;

    private static final Pattern NAMED_LIKE_ONE = Pattern.compile("\\.(png|jpe?g|gif|bmp|webp)$",
            Pattern.CASE_INSENSITIVE);

    private Images() {
    }

    /** As {@link #read(Path, Orientation)}, with the pixels as they are stored. */
    public static RgbImage read(Path file) throws ImageException {
        return read(file, Orientation.STORED);
    }

    /** @throws ImageException when the file is missing, no image, too large, truncated or damaged */
    public static RgbImage read(Path file, Orientation orientation) throws ImageException {
        String name = file.toString();
        try (InputStream in = Files.newInputStream(file)) {
            return read(in, name, orientation);
        } catch (ImageException e) {
            throw e;
        } catch (NoSuchFileException e) {
            throw new ImageException(name + ": no such file", e);
        } catch (AccessDeniedException e) {
            throw new ImageException(name + ": permission denied", e);
        } catch (IOException e) {
            throw unreadable(name, e);
        }
    }

    /**
     * Reads a stream to its end; it is left open.
     *
     * @param name what errors call it
     * @throws ImageException as for a file
     */
    public static RgbImage read(InputStream in, String name, Orientation orientation) throws ImageException {
        byte[] bytes;
        ImageFormat format;
        try {
            byte[] head = in.readNBytes(ImageFormat.SIGNATURE_BYTES);
            // A file of many gigabytes that is no image is told by its first bytes, not read to its end.
            format = ImageFormat.of(new ImageSource(name, head));
            byte[] rest = in.readNBytes(MAX_BYTES - head.length);
            if (in.read() >= 0) {
                throw new ImageException(name + ": the file is larger than " + MAX_BYTES + " bytes");
            }
            bytes = Arrays.copyOf(head, head.length + rest.length);
            System.arraycopy(rest, 0, bytes, head.length, rest.length);
        } catch (ImageException e) {
            throw e;
        } catch (IOException e) {
            throw unreadable(name, e);
        }
        return decode(format, new ImageSource(name, bytes), orientation);
    }

    /**
     * Whether a file is meant to be an image: it begins as one of the known kinds does, or is named like one. Says nothing of its being whole.
     */
    public static boolean isImage(Path file) {
        return NAMED_LIKE_ONE.matcher(file.toString()).find() || beginsLikeOne(file);
    }

    private static boolean beginsLikeOne(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            ImageFormat.of(new ImageSource(file.toString(), in.readNBytes(ImageFormat.SIGNATURE_BYTES)));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** An image that is in memory already; colors of other spaces than RGB and grey are converted to sRGB by Java. */
    public static RgbImage of(BufferedImage image) {
        return Rasters.rgb(image);
    }

    private static RgbImage decode(ImageFormat format, ImageSource source, Orientation orientation)
            throws ImageException {
        try {
            return format.decode(source, orientation);
        } catch (ImageException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            // Decoders answer damaged files with exceptions of every kind, IndexOutOfBoundsException among them.
            throw new ImageException(source.name() + ": the " + format + " image is truncated or damaged", e);
        } catch (OutOfMemoryError e) {
            throw new ImageException(
                    source.name() + ": the " + format + " image does not fit into Java's heap (see -Xmx)", e);
        }
    }

    private static ImageException unreadable(String name, IOException e) {
        return new ImageException(name + ": can't be read: " + e.getMessage(), e);
    }
}
