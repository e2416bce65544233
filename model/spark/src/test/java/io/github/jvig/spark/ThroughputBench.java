package io.github.jvig.spark;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.jvig.model.Models;
import io.github.jvig.model.image.Images;
import io.github.jvig.model.vision.Transform;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/**
 * A program, not a test: images per second of wall-clock time in a long job on one and on two executors of a core each, beside as many
 * processes {@code jvig bench --threads 1}, which do nothing but run the net, and beside the time that an image takes to read and decode.
 *
 * <p>Arguments: the model, images for each executor, seconds of each bench, and optionally a file: all is prepared and compiled, then it
 * waits until there is this file. So the machine need be quiet for the measurements alone.
 */
final class ThroughputBench {
    private static final int FILES = 200;
    private static final int TASK_IMAGES = 100;
    private static final long PAUSE_MILLIS = 50;

    private ThroughputBench() {
    }

    public static void main(String[] args) throws Exception {
        String model = args[0];
        int images = Integer.parseInt(args[1]);
        try (BenchCluster bench = new BenchCluster(model, FILES, Cluster.WORKERS)) {
            List<String> paths = bench.paths();
            rate(bench, 2 * FILES, 2);
            decodeMillis(model, paths, 1);
            if (args.length > 3) {
                System.out.println("ready");
                while (Files.notExists(Path.of(args[3]))) {
                    Thread.sleep(PAUSE_MILLIS);
                }
            }
            for (int count = 1; count <= Cluster.WORKERS; count++) {
                double alone = alone(model, args[2], count);
                double decode = decodeMillis(model, paths, count);
                double rate = rate(bench, count * images, count);
                // What the bench's processes would give if they decoded, too.
                double decoding = count / (count / alone + decode / 1e3);
                System.out.printf(Locale.ROOT,
                        "%d: bench %.1f images/s; %.2f ms to decode an image, which makes %.1f images/s; executors %.1f images/s,"
                                + " %.3f of bench, %.3f with decoding apart%n",
                        count, alone, decode, decoding, rate,
                        rate / alone,
                        rate / decoding);
            }
        }
    }

    /** Images per second of processes side by side, all together. */
    private static double alone(String model, String seconds, int count) {
        List<String> command = List.of(Processes.java(), "--add-modules=jdk.incubator.vector", "-cp",
                System.getProperty("java.class.path"), "io.github.jvig.cli.Main", "bench", "--json", "--model", model,
                "--threads", "1", "--seconds", seconds);
        List<CompletableFuture<Double>> rates = IntStream.range(0, count)
                .mapToObj(_ -> Processes.running(command, Map.of()).thenApply(ThroughputBench::imagesPerSecond))
                .toList();
        return rates.stream().mapToDouble(CompletableFuture::join).sum();
    }

    private static double imagesPerSecond(Processes.Outcome bench) {
        try {
            return new ObjectMapper().readTree(bench.ok().out()).get("images_per_s").asDouble();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
    private static double rate(BenchCluster bench, int images, int executors) {
        long start = System.nanoTime();
        long rows = bench.classify(images, executors == 1 ? 1 : images / TASK_IMAGES);
        return rows * 1e9 / (System.nanoTime() - start);
    }
}
