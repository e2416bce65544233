package io.github.jvig.model.image;

import io.github.jvig.model.files.FileErrors;
import io.github.jvig.model.text.MessageText;
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
 * Image files as RGB pixels: PNG, JPEG, GIF (the first frame), BMP, WebP (the first frame) and TIFF (the first page).
 *
 * <p>As PIL's {@code open(file).convert("RGB")} has it: gray is repeated, palettes are expanded, alpha is dropped (not blended), CMYK is
 * converted without a profile, embedded color profiles and gamma notes are ignored. Samples of 16 bits keep their high byte; PIL does
 * the same for color, but clips 16-bit gray at 255, which leaves nothing of most such images. Otherwise bytes are PIL's. All decoders are
 * JViG's own; none is looked up in ImageIO's registry.
 *
 * <p>Work and memory follow from the declared size. Images of more than {@link #MAX_PIXELS} pixels are refused, and those of more than
 * 16,777,216 pixels that have more than 1,032 for each byte of their file; the system property {@code jvig.maxPixels} sets another limit
 * and lifts the second rule.
 *
 * <p>A file may come as a path, a stream or bytes in memory; all take the same way, so that the pixels are the same. It is not trusted: its
 * kind is recognized by its first bytes, never by its name; its size is taken from the header and checked before any pixel is decoded; and
 * damage ends in one {@link ImageException} of one line that names the file.
 */
public final class Images {
    /** How many pixels an image may have, the limit at which PIL refuses too: 178,956,970 (such as 13,377 x 13,377). */
    public static final long MAX_PIXELS = 178_956_970;

    /** An image of so many pixels is read however small its file is: 16,777,216 (such as 4096x4096). */
    static final long FREE_PIXELS = 1 << 24;
    /** How many pixels a byte may stand for in larger images; deflate's best is as many bytes. */
    static final long MAX_PIXELS_PER_BYTE = 1032;
    /** What messages say. */
    static final String RAISE_LIMIT = "-Djvig.maxPixels=N raises it";
    private static final String MAX_PIXELS_PROPERTY = "jvig.maxPixels";

    /** How many bytes of a file are read whatever is in it: enough for metadata, and for all but giant images. */
    static final int BASE_BYTES = 64 << 20;
    /** How many bytes more are read for each pixel that the header declares; 16-bit RGBA without compression has 8. */
    static final int BYTES_PER_PIXEL = 16;
    /** How many bytes of a file are read at the utmost; {@link #MAX_PIXELS} as an uncompressed 32-bit BMP are fewer. */
    private static final int MAX_BYTES = 1 << 30;

    private static final Pattern NAMED_LIKE_ONE = Pattern.compile("\\.(png|jpe?g|gif|bmp|webp|tiff?)$",
            Pattern.CASE_INSENSITIVE);

    private Images() {
    }

    /**
     * Reads a file, with its pixels as they are stored.
     *
     * @param file PNG, JPEG, GIF, BMP, WebP or TIFF
     * @return its pixels
     * @throws ImageException when the file is missing, not an image, too large, truncated or damaged
     */
    public static RgbImage read(Path file) throws ImageException {
        return read(file, Orientation.STORED);
    }

    /**
     * Reads a file.
     *
     * @param file        PNG, JPEG, GIF, BMP, WebP or TIFF
     * @param orientation what becomes of an EXIF orientation
     * @return its pixels
     * @throws ImageException when the file is missing, not an image, too large, truncated or damaged
     */
    public static RgbImage read(Path file, Orientation orientation) throws ImageException {
        String name = MessageText.line(file.toString());
        if (Files.exists(file) && !Files.isRegularFile(file) && !Files.isDirectory(file)) {
            // A pipe would block for ever, a device may never end.
            throw new ImageException(name + ": not a regular file");
        }
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
     * Reads a file that comes as a stream, with its pixels as they are stored.
     *
     * @param in   as for {@link #read(InputStream, String, Orientation)}
     * @param name what errors call it
     * @return its pixels
     * @throws ImageException as for a file
     */
    public static RgbImage read(InputStream in, String name) throws ImageException {
        return read(in, name, Orientation.STORED);
    }

    /**
     * Reads a file that comes as a stream, such as the body of a request; the result is the same as from a file of these bytes.
     *
     * <p>The stream is not trusted. If its first 64 bytes are not those of an image, no more are read. Else it is read to its end, but not
     * beyond 64 MiB plus 16 bytes for each pixel that the image's header declares, and never beyond 1 GiB; a longer stream is refused.
     * Memory grows with the bytes that really come, and pixels are decoded only after their number was checked against
     * {@link #MAX_PIXELS}.
     *
     * @param in          PNG, JPEG, GIF, BMP, WebP or TIFF; left open
     * @param name        what errors call it
     * @param orientation what becomes of an EXIF orientation
     * @return its pixels
     * @throws ImageException when the stream can't be read, or is not an image, too long, truncated or damaged
     */
    public static RgbImage read(InputStream in, String name, Orientation orientation) throws ImageException {
        ImageSource source;
        try {
            source = new ImageSource(name, bytes(in, name));
        } catch (ImageException e) {
            throw e;
        } catch (IOException e) {
            throw unreadable(name, e);
        } catch (OutOfMemoryError e) {
            throw new ImageException(MessageText.line(name) + ": the file does not fit into Java's heap (see -Xmx)", e);
        }
        return decode(source, orientation);
    }

    /**
     * Reads a file that is in memory, with its pixels as they are stored.
     *
     * @param file the content of a PNG, JPEG, GIF, BMP, WebP or TIFF file
     * @param name what errors call it
     * @return its pixels
     * @throws ImageException as for a file
     */
    public static RgbImage read(byte[] file, String name) throws ImageException {
        return read(file, name, Orientation.STORED);
    }

    /**
     * Reads a file that is in memory; the result is the same as from a file of these bytes.
     *
     * @param file        the content of a PNG, JPEG, GIF, BMP, WebP or TIFF file; must not change meanwhile
     * @param name        what errors call it
     * @param orientation what becomes of an EXIF orientation
     * @return its pixels
     * @throws ImageException when it is not an image, too large, truncated or damaged
     */
    public static RgbImage read(byte[] file, String name, Orientation orientation) throws ImageException {
        return decode(new ImageSource(name, file), orientation);
    }

    /** All bytes of an image file, unless there are too many. */
    private static byte[] bytes(InputStream in, String name) throws IOException {
        byte[] head = in.readNBytes(ImageFormat.SIGNATURE_BYTES);
        // A stream of many gigabytes that is not an image is refused by its first bytes.
        ImageFormat format = ImageFormat.of(new ImageSource(name, head));
        byte[] bytes = joined(head, in.readNBytes(BASE_BYTES - head.length));
        if (bytes.length < BASE_BYTES) {
            return bytes;
        }
        long pixels = format.declaredPixels(new ImageSource(name, bytes));
        int limit = (int) Math.min(MAX_BYTES, BASE_BYTES + BYTES_PER_PIXEL * pixels);
        bytes = joined(bytes, in.readNBytes(limit - bytes.length));
        if (in.read() >= 0) {
            throw new ImageException(name + ": the file has more than " + limit + " bytes, the limit for an image of "
                    + pixels + " pixels");
        }
        return bytes;
    }

    private static byte[] joined(byte[] head, byte[] rest) {
        byte[] bytes = Arrays.copyOf(head, head.length + rest.length);
        System.arraycopy(rest, 0, bytes, head.length, rest.length);
        return bytes;
    }

    /**
     * Whether a file is meant to be an image: it begins as one of the known kinds does, or its name ends like theirs.
     *
     * @param file need not be readable
     * @return whether it is worth reading; it may still be truncated or damaged
     */
    public static boolean isImage(Path file) {
        return isNamedLikeOne(file) || beginsLikeOne(file);
    }

    static boolean isNamedLikeOne(Path file) {
        return NAMED_LIKE_ONE.matcher(file.toString()).find();
    }

    /** Whether it holds what macOS keeps beside a file on other file systems, under the file's name with {@code ._} before it. */
    static boolean isAppleDouble(Path file) {
        if (!file.getFileName().toString().startsWith("._")) {
            return false;
        }
        try (InputStream in = Files.newInputStream(file)) {
            return Arrays.equals(in.readNBytes(4), new byte[]{0, 5, 0x16, 7});
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean beginsLikeOne(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            ImageFormat.of(new ImageSource(file.toString(), in.readNBytes(ImageFormat.SIGNATURE_BYTES)));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * The pixels of one of Java's images: samples of RGB and gray as they are, colors of other spaces converted to sRGB by Java, alpha
     * dropped.
     *
     * @param image of any type
     * @return a copy of its pixels
     */
    public static RgbImage of(BufferedImage image) {
        return Rasters.rgb(image);
    }

    /** The limit that holds: {@link #MAX_PIXELS}, unless the system property {@code jvig.maxPixels} names another one. */
    static long maxPixels() {
        return Long.getLong(MAX_PIXELS_PROPERTY, MAX_PIXELS);
    }

    static boolean isLimitRaised() {
        return Long.getLong(MAX_PIXELS_PROPERTY) != null;
    }

    private static RgbImage decode(ImageSource source, Orientation orientation) throws ImageException {
        ImageFormat format = ImageFormat.of(source);
        try {
            source.checkProportion(format.declaredPixels(source));
            return format.decode(source, orientation);
        } catch (ImageException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            // Decoders answer damaged files with exceptions of every kind, IndexOutOfBoundsException among them.
            throw new ImageException(source.shownName() + ": the " + format + " image is truncated or damaged", e);
        } catch (OutOfMemoryError e) {
            throw new ImageException(
                    source.shownName() + ": the " + format + " image does not fit into Java's heap (see -Xmx)", e);
        } catch (StackOverflowError e) {
            throw new ImageException(
                    source.shownName() + ": the " + format + " image needs more stack than this thread has", e);
        }
    }

    private static ImageException unreadable(String name, IOException e) {
        return new ImageException(MessageText.line(name) + ": can't be read: " + FileErrors.reason(e), e);
    }
}
