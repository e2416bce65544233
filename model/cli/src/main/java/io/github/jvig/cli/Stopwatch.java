package io.github.jvig.cli;

import io.github.jvig.model.jvm.CompilerWatch;
import io.github.jvig.model.jvm.JvmCounters;
import java.util.Arrays;
import java.util.function.LongSupplier;

/** Runs a task repeatedly and records the time of each run. */
final class Stopwatch {
    private static final int MIN_RUNS = 3;
    /** A task that always allocates more is timed all the same. */
    private static final double MAX_MORE_SECONDS = 15;

    private final double[] millis;

    private Stopwatch(double[] millis) {
        this.millis = millis;
    }

    /** Runs {@code task} for the given time, but at least three times. */
    static Stopwatch time(double seconds, Runnable task) {
        double[] millis = new double[64];
        int runs = 0;
        long begin = System.nanoTime();
        while (runs < MIN_RUNS || System.nanoTime() - begin < seconds * 1e9) {
            if (runs == millis.length) {
                millis = Arrays.copyOf(millis, 2 * runs);
            }
            long start = System.nanoTime();
            task.run();
            millis[runs++] = (System.nanoTime() - start) / 1e6;
        }
        return new Stopwatch(Arrays.copyOf(millis, runs));
    }

    /**
     * Runs {@code task} for the given time, but at least once, and on while it makes objects of its vectors, as it does a hundred times slower
     * until the JIT compiler is done with its kernels. On a busy machine that takes longer than the given time.
     */
    static void warmUp(double seconds, Runnable task) {
        warmUp(seconds, task, JvmCounters::allocated);
    }

    /** @param allocated bytes that this thread has allocated so far */
    static void warmUp(double seconds, Runnable task, LongSupplier allocated) {
        long begin = System.nanoTime();
        double elapsed;
        long bytes;
        do {
            long before = allocated.getAsLong();
            task.run();
            bytes = allocated.getAsLong() - before;
            elapsed = (System.nanoTime() - begin) / 1e9;
        } while (elapsed < seconds || bytes > CompilerWatch.MAX_ALLOCATION && elapsed < seconds + MAX_MORE_SECONDS);
    }

    /** A percentile of the times in milliseconds (nearest rank); {@code share} is from 0 to 1. */
    double percentile(double share) {
        return percentile(millis, share);
    }

    static double percentile(double[] values, double share) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
    }

    double mean() {
        return Arrays.stream(millis).average().orElseThrow();
    }
}
