package io.github.jvig.bench;

import io.github.jvig.cli.Peak;
import io.github.jvig.kernels.Caches;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

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
        double figure = Peak.simultaneously(threads, () -> Bandwidth.gigabytesPerSecond(kind, bytes));
        return new Row(kind.name().toLowerCase(Locale.ROOT), where, bytes, threads, figure, "GB/s");
    }

    /** FMA peak of several threads in GFLOP/s; a multiply-add counts as two operations. At most one thread per core is measured. */
    static double peakGflops(int threads) {
        return new Peak().gflops("cpu", threads);
    }
}
