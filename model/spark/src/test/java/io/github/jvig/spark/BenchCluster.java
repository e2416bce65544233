package io.github.jvig.spark;

import io.github.jvig.model.Models;
import io.github.jvig.model.nets.Parameters;
import io.github.jvig.model.weights.Safetensors;
import io.github.jvig.model.weights.Weights;
import io.github.jvig.model.weights.WeightsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * What the programs of this package measure: a net with random weights, JPEG files of 256x256 pixels, and a cluster of processes whose
 * executors have a core each. {@code -Djvig.bench.executor} gives the executors more options of Java.
 */
final class BenchCluster implements AutoCloseable {
    private static final int SIDE = 256;

    private final String model;
    private final Path weights;
    private final List<String> paths = new ArrayList<>();
    private final Cluster cluster;
    private final SparkSession spark;

    /**
     * Starts the cluster.
     *
     * @param model     name of a net
     * @param files     that are written; jobs of more images read them several times
     * @param executors 1 or 2
     */
    BenchCluster(String model, int files, int executors) throws IOException {
        this.model = model;
        Path folder = Files.createTempDirectory("jvig-bench-");
        weights = folder.resolve("weights.safetensors");
        writeRandom(model, weights);
        for (int i = 0; i < files; i++) {
            paths.add(Files.write(folder.resolve(i + ".jpg"), TestImages.content(i, "jpg", SIDE, SIDE)).toString());
        }
        cluster = new Cluster(folder);
        spark = TestSpark.onCluster(cluster, folder, executors);
    }

    private static void writeRandom(String model, Path file) throws IOException {
        Map<String, Weights.Tensor> tensors = new LinkedHashMap<>();
        Parameters random = Parameters.random(1);
        Models.info(model).net().build(new Parameters() {
            @Override
            public float[] floats(String name, int... shape) throws WeightsException {
                float[] values = random.floats(name, shape);
                tensors.putIfAbsent(name, new Weights.Tensor(shape, values));
                return values;
            }

            @Override
            public String source() {
                return "random weights";
            }
        });
        Safetensors.write(file, new Weights("random weights", tensors));
    }

    Path weights() {
        return weights;
    }

    List<String> paths() {
        return paths;
    }

    SparkSession spark() {
        return spark;
    }

    JavaSparkContext context() {
        return JavaSparkContext.fromSparkContext(spark.sparkContext());
    }

    /**
     * Classifies in one job.
     *
     * @return how many rows it gave
     */
    long classify(int images, int tasks) {
        List<String> all = IntStream.range(0, images).mapToObj(i -> paths.get(i % paths.size())).toList();
        // The context stays open.
        @SuppressWarnings("resource")
        Dataset<Row> rows = spark.createDataset(context().parallelize(all, tasks).rdd(), Encoders.STRING())
                .toDF("path");
        return new ImageClassifier().setModel(model).setWeights(weights.toString()).setInputCol("path").transform(rows)
                .collectAsList().size();
    }

    @Override
    public void close() {
        spark.stop();
        cluster.close();
    }
}
