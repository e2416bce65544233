package io.github.jvig.spark;

import io.github.jvig.model.Models;
import io.github.jvig.model.Session;
import io.github.jvig.model.nets.Parameters;
import io.github.jvig.model.vision.ImageException;
import io.github.jvig.model.vision.Images;
import io.github.jvig.model.weights.Safetensors;
import io.github.jvig.model.weights.Weights;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A program, not a test: what an image costs on two executors with a core each, in CPU time of the tasks' threads, compared with a session in
 * this process; and the heap of the executors over many images. CPU time is used because it hardly depends on what else a machine does.
 *
 * <p>Arguments: the model, images for the comparison, images for the heap. The model gets random weights unless it is {@code digits}.
 */
final class ClusterBench {
    private static final int ROUNDS = 5;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final int SIDE = 256;

    private ClusterBench() {
    }

    public static void main(String[] args) throws IOException, TimeoutException {
        String model = args[0];
        Path folder = Files.createTempDirectory("jvig-cluster-bench-");
        Path weights = folder.resolve("weights.safetensors");
        random(model, weights);
        List<String> paths = new ArrayList<>();
        for (int i = 0; i < Integer.parseInt(args[1]); i++) {
            paths.add(Files.write(folder.resolve(i + ".jpg"), TestImages.content(i, "jpg", SIDE, SIDE)).toString());
        }
        alone(model, weights, paths);
        try (Cluster cluster = new Cluster(folder);
                SparkSession spark = TestSpark.builder(cluster.master(), folder)
                        .config("spark.cores.max", Cluster.WORKERS)
                        .config("spark.executor.cores", 1).config("spark.executor.memory", "512m")
                        .config("spark.executor.extraClassPath", System.getProperty("java.class.path"))
                        .config("spark.executor.extraJavaOptions", System.getProperty("jvig.bench.executor", ""))
                        .config("spark.scheduler.minRegisteredResourcesRatio", 1)
                        .config("spark.scheduler.maxRegisteredResourcesWaitingTime", "15min").getOrCreate()) {
            onCluster(spark, new ImageClassifier().setModel(model).setWeights(weights.toString()), paths);
            heap(spark, new ImageClassifier().setModel(model).setWeights(weights.toString()), paths,
                    Integer.parseInt(args[2]));
        }
    }

    static void random(String model, Path file) throws IOException {
        Map<String, Weights.Tensor> tensors = new LinkedHashMap<>();
        Parameters random = Parameters.random(1);
        Models.info(model).net().build(new Parameters() {
            @Override
            public float[] floats(String name, int... shape) throws io.github.jvig.model.weights.WeightsException {
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

    private static void alone(String model, Path weights, List<String> paths) throws IOException {
        try (Session session = Models.load(model, weights).compile(options -> options.device("cpu").threads(1))) {
            for (int round = 0; round < ROUNDS; round++) {
                long decoding = 0;
                long running = 0;
                for (String path : paths) {
                    long start = cpu();
                    float[] input = prepared(session, path);
                    long between = cpu();
                    session.run(input);
                    decoding += between - start;
                    running += cpu() - between;
                }
                System.out.printf("alone: %.2f ms to read and decode, %.2f ms to run, %.2f ms together%n",
                        decoding / NANOS_PER_MILLI / paths.size(), running / NANOS_PER_MILLI / paths.size(),
                        (decoding + running) / NANOS_PER_MILLI / paths.size());
            }
        }
    }

    private static float[] prepared(Session session, String path) throws ImageException {
        return session.transform().apply(Images.read(Path.of(path)));
    }

    private static long cpu() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static Dataset<Row> rows(SparkSession spark, List<String> paths) {
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        return spark.createDataset(context.parallelize(paths, 2 * Cluster.WORKERS).rdd(), Encoders.STRING())
                .toDF("path");
    }

    private static void onCluster(SparkSession spark, ImageClassifier classifier, List<String> paths)
            throws TimeoutException {
        LongAdder nanos = new LongAdder();
        spark.sparkContext().addSparkListener(new SparkListener() {
            @Override
            public void onTaskEnd(SparkListenerTaskEnd end) {
                nanos.add(end.taskMetrics().executorCpuTime());
            }
        });
        for (int round = 0; round < ROUNDS; round++) {
            nanos.reset();
            long start = System.nanoTime();
            long rows = classifier.setInputCol("path").transform(rows(spark, paths)).collectAsList().size();
            double wall = System.nanoTime() - start;
            // Events come a little later than the job ends.
            spark.sparkContext().listenerBus().waitUntilEmpty();
            System.out.printf("executors: %.2f ms of CPU for an image, %.1f images/s of wall-clock time%n",
                    nanos.sum() / NANOS_PER_MILLI / rows, rows * 1e9 / wall);
        }
    }

    private static void heap(SparkSession spark, ImageClassifier classifier, List<String> paths, int images) {
        List<String> thousand = new ArrayList<>();
        while (thousand.size() < 1000) {
            thousand.addAll(paths);
        }
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        for (int done = 0; done < images; done += thousand.size()) {
            long rows = classifier.setInputCol("path").transform(rows(spark, thousand)).collectAsList().size();
            List<Long> used = context.parallelize(Collections.nCopies(2 * Cluster.WORKERS, 0), 2 * Cluster.WORKERS)
                    .map(_ -> {
                        System.gc();
                        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
                    }).collect();
            System.out.printf("heap after %d images: %.1f MB%n", done + rows, Collections.max(used) / 1e6);
        }
    }
}
