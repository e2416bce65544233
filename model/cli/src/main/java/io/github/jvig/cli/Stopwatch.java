package io.github.jvig.cli;

import java.util.Arrays;

/** Runs something for some time and keeps how long each run took. */
final class Stopwatch {
    private static final int FEWEST_RUNS = 3;

    private final double[] millis;

    private Stopwatch(double[] millis) {
        this.millis = millis;
    }

    /** Runs {@code task} for so many seconds, three times at least. */
    static Stopwatch time(double seconds, Runnable task) {
        double[] millis = new double[64];
        int runs = 0;
        long begin = System.nanoTime();
        while (runs < FEWEST_RUNS || System.nanoTime() - begin < seconds * 1e9) {
            if (runs == millis.length) {
                millis = Arrays.copyOf(millis, 2 * runs);
            }
            long start = System.nanoTime();
            task.run();
            millis[runs++] = (System.nanoTime() - start) / 1e6;
        }
        return new Stopwatch(Arrays.copyOf(millis, runs));
    }

    /** Runs {@code task} until the compiler has had its time, once at least. */
    static void warmUp(double seconds, Runnable task) {
        long begin = System.nanoTime();
        do {
            task.run();
        } while (System.nanoTime() - begin < seconds * 1e9);
    }

    /** The time that a share of the runs, 0 to 1, stayed within (nearest rank), in milliseconds. */
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
