package io.github.jvig.spark;

import io.github.jvig.model.text.MessageText;
import io.github.jvig.model.vision.ImageException;
import io.github.jvig.model.vision.ImageInput;
import io.github.jvig.model.vision.Images;
import io.github.jvig.model.vision.RgbImage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;

/**
 * Images as they are in cells: the content of a file, the name of a file, or the struct of Spark's data source {@code image}, whose pixels
 * are rows of unsigned bytes in the order blue, green, red.
 */
final class ImageCells {
    /** How errors name an image that has no name. */
    static final String UNNAMED = "image";

    private static final Set<String> IMAGE_FIELDS = Set.of("origin", "height", "width", "nChannels", "mode", "data");
    private static final int BYTE = 0xff;

    private ImageCells() {
    }

    static boolean isImage(DataType type) {
        return type instanceof BinaryType || type instanceof StringType
                || type instanceof StructType struct && Set.of(struct.fieldNames()).containsAll(IMAGE_FIELDS);
    }

    /**
     * The image of a cell.
     *
     * @param name   for errors; null for that of the cell itself
     * @param hadoop how files are reached
     */
    static ImageInput input(Object cell, String name, Configuration hadoop) {
        return switch (cell) {
            case null -> failed(name == null ? UNNAMED : name, "there is no image: the cell is null");
            case byte[] content -> ImageInput.of(name == null ? UNNAMED : name, content);
            case String path -> file(path, hadoop);
            case Row image -> decoded(image, name);
            default -> throw new IllegalArgumentException("a cell of " + cell.getClass().getName() + " is no image");
        };
    }

    private static ImageInput failed(String name, String reason) {
        return new ImageInput(name, _ -> {
            throw new ImageException(MessageText.line(name) + ": " + reason, null);
        });
    }

    private static ImageInput file(String name, Configuration hadoop) {
        return new ImageInput(name, orientation -> {
            try {
                Path path = new Path(name);
                try (InputStream in = path.getFileSystem(hadoop).open(path)) {
                    return Images.read(in, name, orientation);
                }
            } catch (FileNotFoundException e) {
                throw new ImageException(
                        MessageText.line(name) + ": no such file, or it may not be read", e);
            } catch (IllegalArgumentException e) {
                throw new ImageException(MessageText.line(name) + ": not the name of a file: " + e.getMessage(), e);
            }
        });
    }

    private static ImageInput decoded(Row image, String given) {
        String origin = image.getAs("origin");
        String name = given != null ? given : origin == null || origin.isEmpty() ? UNNAMED : origin;
        int height = image.<Integer>getAs("height");
        int width = image.<Integer>getAs("width");
        int channels = image.<Integer>getAs("nChannels");
        byte[] data = image.getAs("data");
        if (height < 1 || width < 1) {
            return failed(name, "Spark could not read the image");
        }
        if (channels != 1 && channels != 3 && channels != 4 || data.length != (long) height * width * channels) {
            return failed(name, data.length + " bytes are not an image of " + width + "x" + height + " pixels with "
                    + channels + " channels of 8 bits");
        }
        int[] argb = new int[height * width];
        for (int i = 0; i < argb.length; i++) {
            int at = i * channels;
            int blue = data[at] & BYTE;
            int green = channels == 1 ? blue : data[at + 1] & BYTE;
            int red = channels == 1 ? blue : data[at + 2] & BYTE;
            argb[i] = red << 16 | green << 8 | blue;
        }
        return ImageInput.of(name, RgbImage.ofArgb(width, height, argb));
    }

    /** Reads and transforms an image, whose error names it in one line. */
    static float[] prepare(ImageInput image, ExecutorSessions.Open open,
            io.github.jvig.model.vision.Orientation orientation) throws ImageException {
        try {
            return open.transform().apply(image.read(orientation));
        } catch (ImageException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new ImageException(MessageText.line(image.name()) + ": can't be made an input: " + e, e);
        }
    }
}
