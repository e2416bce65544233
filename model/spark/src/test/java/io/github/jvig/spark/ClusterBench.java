package io.github.jvig.spark;

import io.github.jvig.model.Models;
import io.github.jvig.model.Session;
import io.github.jvig.model.image.ImageException;
import io.github.jvig.model.image.Images;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/**
 * A program, not a test: what an image costs on two executors with a core each, in CPU time of the tasks' threads, compared with a session in
 * this process. CPU time is used because it hardly depends on what else a machine does.
 *
 * <p>Arguments: the model, which gets random weights, and how many images.
 */
final class ClusterBench {
    private static final int ROUNDS = 5;
    private static final double NANOS_PER_MILLI = 1e6;

    private ClusterBench() {
    }

    public static void main(String[] args) throws IOException, TimeoutException {
        int images = Integer.parseInt(args[1]);
        try (BenchCluster bench = new BenchCluster(args[0], images, Cluster.WORKERS)) {
            alone(args[0], bench);
            onCluster(bench, images);
        }
    }

    private static void alone(String model, BenchCluster bench) throws IOException {
        try (Session session = Models.load(model, bench.weights())
                .compile(options -> options.device("cpu").threads(1))) {
            for (int round = 0; round < ROUNDS; round++) {
                long decoding = 0;
                long running = 0;
                for (String path : bench.paths()) {
                    long start = cpu();
                    float[] input = prepared(session, path);
                    long between = cpu();
                    session.run(input);
                    decoding += between - start;
                    running += cpu() - between;
                }
                double images = bench.paths().size() * NANOS_PER_MILLI;
                System.out.printf("alone: %.2f ms to read and decode, %.2f ms to run, %.2f ms together%n",
                        decoding / images, running / images, (decoding + running) / images);
            }
        }
    }

    private static float[] prepared(Session session, String path) throws ImageException {
        return session.transform().apply(Images.read(Path.of(path)));
    }

    private static long cpu() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static void onCluster(BenchCluster bench, int images) throws TimeoutException {
        LongAdder nanos = new LongAdder();
        bench.spark().sparkContext().addSparkListener(new SparkListener() {
            @Override
            public void onTaskEnd(SparkListenerTaskEnd end) {
                nanos.add(end.taskMetrics().executorCpuTime());
            }
        });
        for (int round = 0; round < ROUNDS; round++) {
            nanos.reset();
            long start = System.nanoTime();
            long rows = bench.classify(images, 2 * Cluster.WORKERS);
            double wall = System.nanoTime() - start;
            // Events come a little later than the job ends.
            bench.spark().sparkContext().listenerBus().waitUntilEmpty();
            System.out.printf("executors: %.2f ms of CPU for an image, %.1f images/s of wall-clock time%n",
                    nanos.sum() / NANOS_PER_MILLI / rows, rows * 1e9 / wall);
        }
    }
}
