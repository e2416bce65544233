package io.github.jvig.bench;

import io.github.jvig.kernels.Caches;
import io.github.jvig.kernels.KernelProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/** Measures the machine's FMA peak and bandwidths with several threads at a time. All figures are compared with them. */
final class Probes {
    private Probes() {
    }

    /**
     * One figure of the machine.
     *
     * @param probe   {@code fma}, {@code read}, {@code write} or {@code copy}
     * @param where   {@code registers}, a cache or {@code memory}
     * @param bytes   size of each thread's buffers
     * @param threads number of concurrent threads
     * @param figure  sum over the threads, in {@code unit}
     * @param unit    {@code GFLOP/s} or {@code GB/s}
     */
    record Row(String probe, String where, long bytes, int threads, double figure, String unit) {}

    /** The FMA peak and the bandwidths of caches and memory, for each number of threads. */
    static List<Row> all(List<Integer> threads) {
        List<Row> rows = new ArrayList<>();
        Caches caches = Caches.get();
        for (int n : threads) {
            rows.add(new Row("fma", "registers", 0, n, peakGflops(n), "GFLOP/s"));
            for (Bandwidth.Kind kind : Bandwidth.Kind.values()) {
                // Half of a cache leaves room for other data. The last-level cache is shared by the threads.
                rows.add(bandwidth(kind, "L1", caches.l1() / 2, n));
                rows.add(bandwidth(kind, "L2", caches.l2() / 2, n));
                if (caches.last() > caches.l2()) {
                    rows.add(bandwidth(kind, "L3", caches.last() / 2 / n, n));
                }
                rows.add(bandwidth(kind, "memory", 4 * caches.last(), n));
            }
        }
        return rows;
    }

    private static Row bandwidth(Bandwidth.Kind kind, String where, long bytes, int threads) {
        double figure = concurrently(threads, () -> Bandwidth.gigabytesPerSecond(kind, bytes));
        return new Row(kind.name().toLowerCase(Locale.ROOT), where, bytes, threads, figure, "GB/s");
    }

    /** FMA peak of several threads in GFLOP/s; a multiply-add counts as two operations. At most one thread per core is measured. */
    static double peakGflops(int threads) {
        KernelProvider kernels = KernelProvider.get();
        return concurrently(Math.min(threads, Runtime.getRuntime().availableProcessors()), kernels::measurePeakGflops);
    }

    /** Runs a measurement on several threads at the same time and returns the sum. */
    private static double concurrently(int threads, Callable<Double> measurement) {
        CyclicBarrier start = new CyclicBarrier(threads);
        Callable<Double> one = () -> {
            start.await();
            return measurement.call();
        };
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            double sum = 0;
            for (Future<Double> share : pool.invokeAll(Stream.generate(() -> one).limit(threads).toList())) {
                sum += share.get();
            }
            return sum;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }
}
