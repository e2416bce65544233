package io.github.jvig.bench;

import ai.onnxruntime.OrtException;
import io.github.jvig.model.Model;
import io.github.jvig.model.Session;
import io.github.jvig.model.SessionOptions;
import io.github.jvig.model.onnx.OnnxExport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Compares JViG and ONNX Runtime on one net, with the same weights, images and number of threads. The logits of both must agree. After a
 * warm-up the two run alternately in rounds: a few runs of one, then a few runs of the other, in reversed order in every other round.
 * Each turn starts with a pause, because the threads of ONNX Runtime spin for about 40 ms after a run and would compete for the cores, and
 * with an untimed run, because the caches hold the data of the other runtime.
 */
final class Comparison {
    /** Default nets: all sizes of MobileViG, and one size of each other family. */
    static final String NETS = "mobilevig_ti,mobilevig_s,mobilevig_m,mobilevig_b,mobilevigv2_s,greedyvig_s,mobilenetv2_100,"
            + "mobilenetv3_large_100,efficientformer_l1";
    /** Maximum difference of logits, as a fraction of their standard deviation. */
    static final double TOLERANCE = 2e-5;
    /**
     * Some nets multiply any rounding, with random weights above all. So the logits may also differ by so many times what they change when
     * each pixel changes by one rounding.
     */
    private static final double ROUNDINGS = 10;

    private static final int RUNS_PER_TURN = 5;
    private static final long PAUSE_MILLIS = 100;
    private static final int MIN_ROUNDS = 5;
    /** Seconds of warm-up, enough for the C2 compiler on an idle machine. */
    static final double WARM_UP = 2;

    /**
     * The result. A ratio is ONNX Runtime's time divided by JViG's time: above 1, JViG is faster.
     *
     * @param rounds       number of timed rounds, each with several runs of both
     * @param jvigMs       median time of a run of JViG, milliseconds
     * @param ortMs        median time of a run of ONNX Runtime, milliseconds
     * @param ratio        ratio of the medians
     * @param ratioQ1      lower quartile of the ratios of single rounds
     * @param ratioQ3      upper quartile of the ratios of single rounds
     * @param imagesPerS   images per second, JViG
     * @param ortImagesPerS images per second, ONNX Runtime
     * @param jvigGflops   GFLOP/s of JViG; a multiply-add counts as two operations
     * @param peakGflops   FMA peak of the machine with this number of threads: the higher one of a measurement before and one after
     * @param jvigShare    JViG's share of the peak
     * @param ortShare     ONNX Runtime's share of the peak
     * @param logitsApart  maximum difference of logits, as a fraction of their standard deviation
     */
    record Row(String model, int height, int width, int batch, int threads, int rounds, double jvigMs, double ortMs,
            double ratio, double ratioQ1, double ratioQ3, double imagesPerS, double ortImagesPerS, double jvigGflops,
            double peakGflops, double jvigShare, double ortShare, double logitsApart) {
        /** The result as one line of text. */
        String line() {
            return String.format(Locale.ROOT,
                    "%-13s %4dx%-4d batch %-3d threads %-3d JViG %8.2f ms, ONNX Runtime %8.2f ms, ratio %.2f"
                            + " (quartiles %.2f-%.2f, %d rounds); of the FMA peak: %.1f %% and %.1f %%",
                    model, height, width, batch, threads, jvigMs, ortMs, ratio, ratioQ1, ratioQ3, rounds,
                    100 * jvigShare, 100 * ortShare);
        }
    }

    private final Session jvig;
    private final Runnable ort;
    private final float[] images;

    /**
     * @param ort    runs the same in ONNX Runtime
     * @param images of a run of JViG
     */
    Comparison(Session jvig, Runnable ort, float[] images) {
        this.jvig = jvig;
        this.ort = ort;
        this.images = images;
    }

    /**
     * Compares the two for one configuration.
     *
     * @param options options of JViG's session; the size and the number of threads apply to ONNX Runtime, too
     * @param warmUp  approximate seconds of warm-up, in addition to JViG's warm-up at compile time
     * @param seconds approximate seconds of timed rounds
     * @throws IOException           if the model cannot be written to a temporary folder
     * @throws IllegalStateException if the logits differ, or ONNX Runtime fails
     */
    static Row run(Model model, SessionOptions options, int batch, double warmUp, double seconds) throws IOException {
        Path folder = Files.createTempDirectory("jvig-bench");
        Path file = folder.resolve("net.onnx");
        try (Session jvig = model.compile(options)) {
            OnnxExport.write(model.graph(), jvig.height(), jvig.width(), file);
            float[] images = BenchLayer.random(Math.multiplyExact(batch, 3 * jvig.height() * jvig.width()), 1);
            try (OrtNet ort = new OrtNet(file, images, batch, jvig.height(), jvig.width(), model.classes(),
                    options.threads())) {
                double difference = difference(model.name(), jvig, ort, images);
                return new Comparison(jvig, ort::run, images).measure(model.name(), batch, options.threads(), warmUp,
                        seconds, difference);
            }
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime failed: " + e.getMessage(), e);
        } finally {
            Files.deleteIfExists(file);
            Files.delete(folder);
        }
    }

    /** How far the logits are apart, after a check that it is not too far. */
    private static double difference(String model, Session jvig, OrtNet ort, float[] images) {
        ort.run();
        float[] logits = jvig.run(images);
        double difference = maxDifference(logits, ort.logits());
        double tolerance = Math.max(TOLERANCE, ROUNDINGS * maxDifference(logits, jvig.run(rounded(images))));
        if (!(difference <= tolerance)) {
            throw new IllegalStateException(
                    model + ": logits of JViG and ONNX Runtime differ by " + difference
                            + " standard deviations, tolerated are "
                            + tolerance);
        }
        return difference;
    }

    /** @param difference of the outputs, for the row */
    Row measure(String model, int batch, int threads, double warmUp, double seconds, double difference) {
        warmUp(warmUp);
        double peak = Probes.peakGflops(threads);
        List<double[]> jvigTurns = new ArrayList<>();
        List<double[]> ortTurns = new ArrayList<>();
        long end = System.nanoTime() + (long) (1e9 * seconds);
        while (jvigTurns.size() < MIN_ROUNDS || System.nanoTime() < end) {
            if (jvigTurns.size() % 2 == 0) {
                jvigTurns.add(turn(this::runJvig, threads));
                ortTurns.add(turn(ort::run, threads));
            } else {
                ortTurns.add(turn(ort::run, threads));
                jvigTurns.add(turn(this::runJvig, threads));
            }
        }
        peak = Math.max(peak, Probes.peakGflops(threads));
        double[] ratios = new double[jvigTurns.size()];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = new Quantiles(ortTurns.get(i)).median() / new Quantiles(jvigTurns.get(i)).median();
        }
        Quantiles spread = new Quantiles(ratios);
        double jvigMs = median(jvigTurns);
        double ortMs = median(ortTurns);
        double gflop = 2e-9 * jvig.macs() * batch;
        return new Row(model, jvig.height(), jvig.width(), batch, threads, ratios.length, jvigMs, ortMs,
                ortMs / jvigMs, spread.at(0.25), spread.at(0.75), 1e3 * batch / jvigMs, 1e3 * batch / ortMs,
                1e3 * gflop / jvigMs, peak, 1e3 * gflop / jvigMs / peak, 1e3 * gflop / ortMs / peak, difference);
    }

    private static double median(List<double[]> turns) {
        return new Quantiles(turns.stream().flatMapToDouble(Arrays::stream).toArray()).median();
    }

    /** The maximum difference of two rows of logits, as a fraction of the standard deviation of the first. */
    static double maxDifference(float[] expected, float[] actual) {
        double sum = 0;
        double squares = 0;
        double largest = 0;
        for (int i = 0; i < expected.length; i++) {
            sum += expected[i];
            squares += (double) expected[i] * expected[i];
            largest = Math.max(largest, Math.abs((double) expected[i] - actual[i]));
        }
        double mean = sum / expected.length;
        return largest / Math.sqrt(squares / expected.length - mean * mean);
    }

    /** The neighbors of some numbers, up and down in turn. */
    static float[] rounded(float[] numbers) {
        float[] result = new float[numbers.length];
        for (int i = 0; i < numbers.length; i++) {
            result[i] = i % 2 == 0 ? Math.nextUp(numbers[i]) : Math.nextDown(numbers[i]);
        }
        return result;
    }

    private void runJvig() {
        jvig.run(images);
    }

    private void warmUp(double seconds) {
        long end = System.nanoTime() + (long) (1e9 * seconds);
        do {
            runJvig();
            ort.run();
        } while (System.nanoTime() < end);
    }

    /** Times of several consecutive runs in milliseconds, after a pause and an untimed run. */
    private static double[] turn(Runnable net, int threads) {
        if (threads > 1) {
            pause();
        }
        net.run();
        double[] millis = new double[RUNS_PER_TURN];
        for (int i = 0; i < millis.length; i++) {
            long start = System.nanoTime();
            net.run();
            millis[i] = (System.nanoTime() - start) / 1e6;
        }
        return millis;
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
