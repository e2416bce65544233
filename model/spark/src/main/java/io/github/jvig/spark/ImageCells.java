package io.github.jvig.spark;

import io.github.jvig.model.image.ImageException;
import io.github.jvig.model.image.ImageInput;
import io.github.jvig.model.image.Images;
import io.github.jvig.model.image.Orientation;
import io.github.jvig.model.image.RgbImage;
import io.github.jvig.model.text.MessageText;
import io.github.jvig.model.vision.Transform;
import java.io.FileNotFoundException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Images as they are in cells: the content of a file, the name of a file, or the struct of Spark's data source {@code image}, whose pixels
 * are rows of unsigned bytes in the order blue, green, red.
 */
final class ImageCells {
    /** How errors name an image that has no name. */
    static final String UNNAMED = "image";

    private static final Map<String, DataType> IMAGE_FIELDS = Map.of("origin", DataTypes.StringType, "height",
            DataTypes.IntegerType, "width", DataTypes.IntegerType, "nChannels", DataTypes.IntegerType, "mode",
            DataTypes.IntegerType, "data", DataTypes.BinaryType);
    /** Channels of 8 bits by OpenCV's number of the type, as Spark's source gives it: gray, BGR, BGRA. */
    private static final Map<Integer, Integer> MODES = Map.of(0, 1, 16, 3, 24, 4);
    private static final int BYTE = 0xff;

    private ImageCells() {
    }

    static boolean isImage(DataType type) {
        return type instanceof BinaryType || type instanceof StringType || type instanceof StructType struct
                && types(struct).entrySet().containsAll(IMAGE_FIELDS.entrySet());
    }

    private static Map<String, DataType> types(StructType struct) {
        Map<String, DataType> types = new HashMap<>();
        for (StructField field : struct.fields()) {
            types.put(field.name(), field.dataType());
        }
        return types;
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
            throw error(name, reason, null);
        });
    }

    private static ImageException error(String name, String reason, Throwable cause) {
        return new ImageException(MessageText.line(name) + ": " + reason, cause);
    }

    private static ImageInput file(String name, Configuration hadoop) {
        return new ImageInput(name, orientation -> {
            try {
                Path path = HadoopFiles.path(name);
                try (InputStream in = HadoopFiles.open(path, hadoop)) {
                    return Images.read(in, name, orientation);
                }
            } catch (FileNotFoundException e) {
                throw error(name, "no such file, or it may not be read", e);
            }
        });
    }

    private static ImageInput decoded(Row image, String given) {
        String origin = image.getAs("origin");
        String name = given != null ? given : origin == null || origin.isEmpty() ? UNNAMED : origin;
        for (String field : new String[]{"height", "width", "nChannels", "mode", "data"}) {
            if (image.isNullAt(image.fieldIndex(field))) {
                return failed(name, "there is no image: the field " + field + " is null");
            }
        }
        int height = image.<Integer>getAs("height");
        int width = image.<Integer>getAs("width");
        int channels = image.<Integer>getAs("nChannels");
        int mode = image.<Integer>getAs("mode");
        byte[] data = image.getAs("data");
        if (height < 1 || width < 1) {
            return failed(name, "Spark could not read the image");
        }
        if (!Integer.valueOf(channels).equals(MODES.get(mode))) {
            return failed(name,
                    "its pixels are of mode " + mode + " with " + channels + " channels; it must be 0 with 1,"
                            + " 16 with 3 or 24 with 4, which are channels of 8 bits");
        }
        if (data.length != (long) height * width * channels) {
            return failed(name, data.length + " bytes are not an image of " + width + "x" + height + " pixels with "
                    + channels + " channels of 8 bits");
        }
        return new ImageInput(name, _ -> RgbImage.ofArgb(width, height, argb(data, channels)));
    }

    private static int[] argb(byte[] data, int channels) {
        int[] argb = new int[data.length / channels];
        Arrays.setAll(argb, i -> {
            int at = i * channels;
            int blue = data[at] & BYTE;
            int green = channels == 1 ? blue : data[at + 1] & BYTE;
            int red = channels == 1 ? blue : data[at + 2] & BYTE;
            return red << 16 | green << 8 | blue;
        });
        return argb;
    }

    /** Reads and transforms an image, whose error names it in one line. */
    static float[] prepare(ImageInput image, Transform transform, Orientation orientation)
            throws ImageException {
        try {
            return transform.apply(image.read(orientation));
        } catch (ImageException e) {
            throw e;
        } catch (RuntimeException e) {
            throw error(image.name(), "can't be made an input: " + e, e);
        } catch (OutOfMemoryError e) {
            throw error(image.name(), "the image does not fit into the executor's memory; raise spark.executor.memory",
                    e);
        }
    }
}
