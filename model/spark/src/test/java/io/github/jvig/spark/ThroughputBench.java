package io.github.jvig.spark;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.jvig.model.Models;
import io.github.jvig.model.vision.Images;
import io.github.jvig.model.vision.Transform;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;

/**
 * A program, not a test: images per second of wall-clock time in a long job on one and on two executors of a core each, beside as many
 * processes {@code jvig bench --threads 1}, which do nothing but run the net, and beside the time that an image takes to read and decode.
 *
 * <p>Arguments: the model, images for each executor, seconds of each bench, and optionally a file: all is prepared and compiled, then it
 * waits until there is this file. So the machine need be quiet for the measurements alone. {@code -Djvig.bench.executor} gives the executors
 * more options of Java.
 */
final class ThroughputBench {
    private static final int SIDE = 256;
    private static final int FILES = 200;
    private static final int TASK_IMAGES = 100;
    private static final long PAUSE_MILLIS = 50;

    private ThroughputBench() {
    }

    public static void main(String[] args) throws Exception {
        String model = args[0];
        int images = Integer.parseInt(args[1]);
        Path folder = Files.createTempDirectory("jvig-throughput-");
        Path weights = folder.resolve("weights.safetensors");
        ClusterBench.random(model, weights);
        List<String> paths = new ArrayList<>();
        for (int i = 0; i < FILES; i++) {
            paths.add(Files.write(folder.resolve(i + ".jpg"), TestImages.content(i, "jpg", SIDE, SIDE)).toString());
        }
        try (Cluster cluster = new Cluster(folder);
                SparkSession spark = TestSpark.builder(cluster.master(), folder)
                        .config("spark.cores.max", Cluster.WORKERS)
                        .config("spark.executor.cores", 1).config("spark.executor.memory", "512m")
                        .config("spark.executor.extraClassPath", System.getProperty("java.class.path"))
                        .config("spark.executor.extraJavaOptions", System.getProperty("jvig.bench.executor", ""))
                        .config("spark.scheduler.minRegisteredResourcesRatio", 1)
                        .config("spark.scheduler.maxRegisteredResourcesWaitingTime", "15min").getOrCreate()) {
            ImageClassifier classifier = new ImageClassifier().setModel(model).setWeights(weights.toString())
                    .setInputCol("path");
            job(spark, classifier, paths, 2 * FILES, 2);
            decodeMillis(model, paths, 1);
            if (args.length > 3) {
                System.out.println("ready");
                while (Files.notExists(Path.of(args[3]))) {
                    Thread.sleep(PAUSE_MILLIS);
                }
            }
            for (int count = 1; count <= Cluster.WORKERS; count++) {
                double bench = bench(model, args[2], count);
                double decode = decodeMillis(model, paths, count);
                double rate = job(spark, classifier, paths, count * images, count);
                // What the bench's processes would give if they decoded, too.
                double decoding = count / (count / bench + decode / 1e3);
                System.out.printf(Locale.ROOT,
                        "%d: bench %.1f images/s; %.2f ms to decode an image, which makes %.1f images/s; executors %.1f images/s,"
                                + " %.3f of bench, %.3f with decoding apart%n",
                        count, bench, decode, decoding, rate,
                        rate / bench,
                        rate / decoding);
            }
        }
    }

    /** Images per second of processes side by side, all together. */
    private static double bench(String model, String seconds, int count) {
        List<CompletableFuture<Double>> rates = IntStream.range(0, count)
                .mapToObj(_ -> CompletableFuture.supplyAsync(() -> {
                    try {
                        String out = Processes.run(List.of(Processes.java(), "--add-modules=jdk.incubator.vector",
                                "-cp",
                                System.getProperty("java.class.path"), "io.github.jvig.cli.Main", "bench", "--json",
                                "--model", model, "--threads", "1", "--seconds", seconds), Map.of()).ok().out();
                        return new ObjectMapper().readTree(out).get("images_per_s").asDouble();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }, Thread::startVirtualThread)).toList();
        return rates.stream().mapToDouble(CompletableFuture::join).sum();
    }

    /** Milliseconds of a thread, where so many decode at the same time: cores may share what they compute with. */
    private static double decodeMillis(String model, List<String> paths, int threads) {
        return IntStream.range(0, threads).mapToObj(_ -> CompletableFuture.supplyAsync(() -> {
            try {
                return decodeMillis(model, paths);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }, task -> Thread.ofPlatform().start(task))).toList().stream().mapToDouble(CompletableFuture::join).average()
                .orElseThrow();
    }

    private static double decodeMillis(String model, List<String> paths) throws IOException {
        Transform transform = Models.info(model).preprocessing().transform(Models.info(model).preprocessing().size(),
                Models.info(model).preprocessing().size());
        long start = System.nanoTime();
        for (String path : paths) {
            transform.apply(Images.read(Path.of(path)));
        }
        return (System.nanoTime() - start) / 1e6 / paths.size();
    }

    /** Images per second of a job whose tasks are so many that all executors end together, or one after another on a single one. */
    private static double job(SparkSession spark, ImageClassifier classifier, List<String> paths, int images,
            int executors) {
        List<String> all = IntStream.range(0, images).mapToObj(i -> paths.get(i % paths.size())).toList();
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        int tasks = executors == 1 ? 1 : images / TASK_IMAGES;
        long start = System.nanoTime();
        long rows = classifier.transform(spark
                .createDataset(context.parallelize(all, tasks).rdd(), Encoders.STRING()).toDF("path")).collectAsList()
                .size();
        return rows * 1e9 / (System.nanoTime() - start);
    }
}
