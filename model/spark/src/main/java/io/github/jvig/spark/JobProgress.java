package io.github.jvig.spark;

import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/** Says how far a job is: on a terminal in one line that changes, else in a line every ten seconds at most. */
final class JobProgress extends SparkListener {
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final SparkContext context;
    private final int images;
    private final PrintStream err;
    private final boolean terminal = Boolean.getBoolean("jvig.terminal");
    private final long start = System.nanoTime();
    private final AtomicLong done = new AtomicLong();
    private long printed = start;
    private int width;

    JobProgress(SparkContext context, int images, PrintStream err) {
        this.context = context;
        this.images = images;
        this.err = err;
        context.addSparkListener(this);
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
        if (!end.taskInfo().successful()) {
            return;
        }
        long now = System.nanoTime();
        long count = done.addAndGet(end.taskMetrics().outputMetrics().recordsWritten());
        if (terminal || now - printed >= PAUSE_NANOS) {
            printed = now;
            String line = String.format(Locale.ROOT, "jvig-spark: %d of %d images, %.0f images/s", count, images,
                    count * (double) TimeUnit.SECONDS.toNanos(1) / (now - start));
            // The rate may have fewer digits than before, which would stay there.
            err.print(terminal
                    ? "\r" + line + " ".repeat(Math.max(0, width - line.length()))
                    : line
                            + System.lineSeparator());
            width = line.length();
            err.flush();
        }
    }

    void close() {
        context.removeSparkListener(this);
        if (terminal) {
            err.println();
        }
    }
}
