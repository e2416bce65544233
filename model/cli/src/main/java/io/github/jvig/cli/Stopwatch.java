package io.github.jvig.cli;

import java.util.Arrays;

/** Runs a task repeatedly and records the time of each run. */
final class Stopwatch {
    private static final int MIN_RUNS = 3;

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

    /** Runs {@code task} for the given time, but at least once, so that the JIT compiler can finish. */
    static void warmUp(double seconds, Runnable task) {
        long begin = System.nanoTime();
        do {
            task.run();
        } while (System.nanoTime() - begin < seconds * 1e9);
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
