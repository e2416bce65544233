package io.github.jvig.spark;

import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The transformers as functions of Spark SQL. A function runs the model row by row; the transformers, which run it on batches, are faster where
 * a task has several threads.
 *
 * <pre>{@code
 * JvigFunctions.register(spark, "classify", new ImageClassifier());
 * spark.sql("SELECT path, classify(content).label FROM images");
 * }</pre>
 */
public final class JvigFunctions {
    private JvigFunctions() {
    }

    /**
     * Registers a function of an image, which gives a struct of {@code label}, {@code index}, {@code probability}, {@code top} and
     * {@code error}: the reason why all others are null, else null itself.
     *
     * @param spark      that gets the function
     * @param name       of the function
     * @param classifier its model and its params count, not its columns
     */
    public static void register(SparkSession spark, String name, ImageClassifier classifier) {
        StructType type = new StructType();
        for (StructField field : ((StructType) classifier.outputType(DataTypes.BinaryType)).fields()) {
            type = type.add(field.name(), field.dataType(), true);
        }
        int fields = type.size();
        RowTask task = classifier.function(spark);
        register(spark, name, type, cell -> {
            Answer answer = task.answer(cell);
            Object[] cells = new Object[fields + 1];
            for (int i = 0; i < fields && answer.value() != null; i++) {
                cells[i] = ((Row) answer.value()).get(i);
            }
            cells[fields] = answer.error();
            return RowFactory.create(cells);
        });
    }

    /**
     * Registers a function of an image, which gives a struct of {@code features}, an array of doubles, and {@code error}.
     *
     * @param spark     that gets the function
     * @param name      of the function
     * @param extractor its model and its params count, not its columns
     */
    public static void register(SparkSession spark, String name, FeatureExtractor extractor) {
        RowTask task = extractor.function(spark);
        StructType type = new StructType().add("features", DataTypes.createArrayType(DataTypes.DoubleType, false),
                true);
        register(spark, name, type, cell -> {
            Answer answer = task.answer(cell);
            return RowFactory.create(answer.value() == null ? null : ((Vector) answer.value()).toArray(),
                    answer.error());
        });
    }

    /**
     * Registers a function of an array of floats, which gives a struct of {@code output}, an array of floats, and {@code error}.
     *
     * @param spark that gets the function
     * @param name  of the function
     * @param model its model and its params count, not its columns
     */
    public static void register(SparkSession spark, String name, TensorModel model) {
        RowTask task = model.function(spark);
        DataType array = DataTypes.createArrayType(DataTypes.FloatType, false);
        register(spark, name, new StructType().add("output", array, true), cell -> {
            Answer answer = task.answer(cell);
            return RowFactory.create(answer.value(), answer.error());
        });
    }

    private static void register(SparkSession spark, String name, StructType type, UDF1<Object, Row> function) {
        spark.udf().register(name, function, type.add("error", DataTypes.StringType, true));
    }
}
