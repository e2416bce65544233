package io.github.jvig.spark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A program of its own: loads a pipeline, applies it to images and prints the rows. */
final class LoadSaved {
    private LoadSaved() {
    }

    public static void main(String[] args) throws IOException {
        try (SparkSession spark = TestSpark.local(Path.of(args[2]))) {
            Dataset<Row> images = spark.read().format("binaryFile").option("recursiveFileLookup", true).load(args[1]);
            lines(PipelineModel.load(args[0]).transform(images)).forEach(System.out::println);
        }
    }

    /** All that the pipeline has added, a line for each row. */
    static List<String> lines(Dataset<Row> rows) {
        return rows.select("path", "prediction", "why", "features", "error").orderBy("path").collectAsList().stream()
                .map(Row::toString).toList();
    }
}
