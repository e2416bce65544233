package io.github.jvig.spark;

import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * What transformers of images have in common. The input column holds image files (PNG, JPEG, GIF, BMP, WebP, TIFF) as binary content, names
 * of such files on a file system that executors reach, or the struct of Spark's data source {@code image}. Files give the pixels that
 * {@code jvig classify} has; the struct's come from Java's decoders, which differ for JPEG.
 *
 * @param <T> the transformer itself
 */
@SuppressWarnings("serial") // Spark's own way to save one is write().
public abstract class ImageTransformer<T extends ImageTransformer<T>> extends ModelTransformer<T> {
    private final BooleanParam exif = new BooleanParam(this, "exif",
            "whether images are turned as their EXIF orientation says");
    private final Param<String> pathCol = new Param<>(this, "pathCol",
            "name of a column with the images' names for errors; not needed");

    /**
     * With the defaults, for the columns of Spark's data source {@code binaryFile}.
     *
     * @param uid       of the transformer
     * @param outputCol default of the param
     */
    @SuppressWarnings("this-escape") // Params are registered by their owner.
    ImageTransformer(String uid, String outputCol) {
        super(uid, "content", outputCol);
        setDefault(exif, false);
        setDefault(pathCol, "path");
    }

    /** {@return the param for whether images are turned as their EXIF orientation says; false by default} */
    public BooleanParam exif() {
        return exif;
    }

    /** {@return the param for the column of names, which is used in errors where there is one; {@code "path"} by default} */
    public Param<String> pathCol() {
        return pathCol;
    }

    /** {@return whether images are turned as their EXIF orientation says} */
    public boolean getExif() {
        return (Boolean) getOrDefault(exif);
    }

    /** {@return the column of names} */
    public String getPathCol() {
        return getOrDefault(pathCol);
    }

    /**
     * Sets whether images are turned as their EXIF orientation says.
     *
     * @param value whether to do so
     * @return this
     */
    public T setExif(boolean value) {
        return put(exif, value);
    }

    /**
     * Sets the column of names.
     *
     * @param value name of the column
     * @return this
     */
    public T setPathCol(String value) {
        return put(pathCol, value);
    }

    @Override
    final void checkInput(DataType type) {
        if (!ImageCells.isImage(type)) {
            throw new IllegalArgumentException("the column '" + getInputCol() + "' is " + type.simpleString()
                    + "; it must be binary (the content of image files), string (their names), or Spark's struct of an image");
        }
    }

    @Override
    final int nameColumn(StructType schema) {
        int index = index(schema, getPathCol());
        return index >= 0 && schema.fields()[index].dataType().equals(DataTypes.StringType) ? index : -1;
    }
}
