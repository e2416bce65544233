package io.github.jvig.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/**
 * A program, not a test: the memory of an executor while it classifies many images in one job. Whenever another 1,000 images are done, the
 * executor collects its garbage; printed are the bytes of its heap after that, and those of the whole process, as Linux counts them.
 *
 * <p>Arguments: the model, which gets random weights, and how many images.
 */
final class HeapBench {
    private static final int FILES = 200;
    private static final int TASK_IMAGES = 100;
    private static final int STEP = 1000;
    private static final Pattern HEAP = Pattern.compile("heap\\s.*? used (\\d+)K");
    private static final Pattern PROCESS = Pattern.compile("VmRSS:\\s+(\\d+) kB");

    private HeapBench() {
    }

    public static void main(String[] args) throws IOException, TimeoutException {
        int images = Integer.parseInt(args[1]);
        try (BenchCluster bench = new BenchCluster(args[0], FILES, 1)) {
            String executor = bench.context().parallelize(List.of(0), 1)
                    .map(_ -> Long.toString(ProcessHandle.current().pid())).first();
            bench.spark().sparkContext().addSparkListener(new SparkListener() {
                private int tasks;

                @Override
                public void onTaskEnd(SparkListenerTaskEnd end) {
                    tasks++;
                    if (tasks * TASK_IMAGES % STEP == 0) {
                        print(executor, tasks * TASK_IMAGES);
                    }
                }
            });
            bench.classify(images, images / TASK_IMAGES);
            bench.spark().sparkContext().listenerBus().waitUntilEmpty();
        }
    }

    private static void print(String executor, int done) {
        try {
            jcmd(executor, "GC.run");
            System.out.printf(Locale.ROOT, "%6d images: heap %.1f MB, process %.0f MB%n", done,
                    kilobytes(HEAP, jcmd(executor, "GC.heap_info")) / 1e3,
                    kilobytes(PROCESS, Files.readString(Path.of("/proc", executor, "status"))) / 1e3);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String jcmd(String process, String command) throws IOException {
        String tool = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        return Processes.run(List.of(tool, process, command), Map.of()).ok().out();
    }

    private static double kilobytes(Pattern pattern, String text) throws IOException {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            throw new IOException("no " + pattern + " in " + text);
        }
        return Long.parseLong(matcher.group(1)) * 1.024;
    }
}
