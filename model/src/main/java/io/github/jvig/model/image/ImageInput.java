package io.github.jvig.model.image;

import io.github.jvig.model.files.FileErrors;
import io.github.jvig.model.text.MessageText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;

/**
 * An image that is known by name and not opened yet, such as {@link ImageFiles#find} gives it and
 * {@link io.github.jvig.model.vision.DecodePipeline} reads it.
 *
 * @param name   for results and errors, such as the path of a file
 * @param reader reads the pixels, on any thread, once or again
 */
public record ImageInput(String name, Reader reader) {
    /** Reads pixels from where they are. */
    @FunctionalInterface
    public interface Reader {
        /**
         * Reads the image.
         *
         * @param orientation what becomes of an EXIF orientation
         * @return its pixels
         * @throws IOException when it can't be read; an {@link ImageException} is passed on as it is, another one is given the image's name
         */
        RgbImage read(Orientation orientation) throws IOException;
    }

    /** Refuses what is null. */
    public ImageInput {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(reader, "reader");
    }

    /**
     * A file. That it is missing or no image shows when it is read.
     *
     * @param file its path is the name
     * @return the input
     */
    public static ImageInput of(Path file) {
        return new ImageInput(file.toString(), orientation -> Images.read(file, orientation));
    }

    /**
     * The content of an image file, already in memory.
     *
     * @param name for results and errors
     * @param file PNG, JPEG, GIF, BMP, WebP or TIFF; not copied
     * @return the input
     */
    public static ImageInput of(String name, byte[] file) {
        Objects.requireNonNull(file, "file");
        return new ImageInput(name, orientation -> Images.read(file, name, orientation));
    }

    /**
     * An image that is decoded already; it is upright, whatever orientation is asked for.
     *
     * @param name  for results and errors
     * @param image its pixels
     * @return the input
     */
    public static ImageInput of(String name, RgbImage image) {
        Objects.requireNonNull(image, "image");
        return new ImageInput(name, _ -> image);
    }

    /** One that can't be read, for a reason that is known already. */
    static ImageInput failed(Path path, String reason, IOException cause) {
        return new ImageInput(path.toString(), _ -> {
            throw new ImageException(MessageText.line(path.toString()) + ": " + reason, cause);
        });
    }

    /**
     * Reads the image.
     *
     * @param orientation what becomes of an EXIF orientation
     * @return its pixels
     * @throws ImageException that names it in one line when it can't be read
     */
    public RgbImage read(Orientation orientation) throws ImageException {
        try {
            return reader.read(orientation);
        } catch (ImageException e) {
            throw e;
        } catch (IOException e) {
            throw new ImageException(MessageText.line(name) + ": can't be read: " + FileErrors.reason(e), e);
        }
    }
}
