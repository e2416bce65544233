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
 * One net in JViG and in ONNX Runtime, with the same weights, images and number of threads, in turn. First their logits must agree. Then
 * both warm up, and rounds follow: a few runs of one, a few of the other, each round in the other order than the one before. Each turn
 * starts with a pause, since the threads of ONNX Runtime spin on for some 40 ms after a run and would take the other's cores, and with a
 * run that is not timed, since it finds the other's data in the caches.
 */
final class Comparison {
    /** Nets that are compared where none is named: MobileViG's sizes, and one of each net beside it. */
    static final String NETS = "mobilevig_ti,mobilevig_s,mobilevig_m,mobilevig_b,mobilevigv2_s,greedyvig_s,mobilenetv2_100,"
            + "efficientformer_l1";
    /** Largest difference of logits, as a share of their standard deviation. */
    static final double TOLERANCE = 2e-5;

    private static final int RUNS_IN_A_TURN = 5;
    private static final long PAUSE_MILLIS = 100;
    private static final int FEWEST_ROUNDS = 5;
    /** Seconds of warm-up that suffice for C2 on a machine that is not busy. */
    static final double WARM_UP = 2;

    /**
     * What came out. A ratio is ONNX Runtime's time over JViG's.
     *
     * @param rounds       timed, each of some runs of both
     * @param jvigMs       median time of a run, milliseconds
     * @param ortMs        median time of a run, milliseconds
     * @param ratio        of the two medians
     * @param ratioQ1      lower quartile of the rounds' own ratios
     * @param ratioQ3      upper quartile of the rounds' own ratios
     * @param imagesPerS   of JViG
     * @param ortImagesPerS of ONNX Runtime
     * @param jvigGflops   a multiply-add counted as two
     * @param peakGflops   what the machine reached with so many threads, measured right before and after; the larger of the two
     * @param jvigShare    of the peak
     * @param ortShare     of the peak
     * @param logitsApart  largest difference of logits, as a share of their standard deviation
     */
    record Row(String model, int height, int width, int batch, int threads, int rounds, double jvigMs, double ortMs,
            double ratio, double ratioQ1, double ratioQ3, double imagesPerS, double ortImagesPerS, double jvigGflops,
            double peakGflops, double jvigShare, double ortShare, double logitsApart) {
        /** One line for people. */
        String line() {
            return String.format(Locale.ROOT,
                    "%-13s %4dx%-4d batch %-3d threads %-3d JViG %8.2f ms, ONNX Runtime %8.2f ms, ratio %.2f"
                            + " (quartiles %.2f-%.2f, %d rounds); of the FMA peak: %.1f %% and %.1f %%",
                    model, height, width, batch, threads, jvigMs, ortMs, ratio, ratioQ1, ratioQ3, rounds,
                    100 * jvigShare, 100 * ortShare);
        }
    }

    private final Session jvig;
    private final OrtNet ort;
    private final float[] images;

    private Comparison(Session jvig, OrtNet ort, float[] images) {
        this.jvig = jvig;
        this.ort = ort;
        this.images = images;
    }

    /**
     * Compares the two on one setting.
     *
     * @param options of JViG's session; size and threads are ONNX Runtime's too
     * @param warmUp  seconds of it, about, beside JViG's own at compile
     * @param seconds of timed rounds, about
     * @throws IOException           when the model can't be written to a temporary folder
     * @throws IllegalStateException when the logits differ, or ONNX Runtime fails
     */
    static Row run(Model model, SessionOptions options, int batch, double warmUp, double seconds) throws IOException {
        Path folder = Files.createTempDirectory("jvig-bench");
        Path file = folder.resolve("net.onnx");
        try (Session jvig = model.compile(options)) {
            OnnxExport.write(model.graph(), jvig.height(), jvig.width(), file);
            float[] images = BenchLayer.random(Math.multiplyExact(batch, 3 * jvig.height() * jvig.width()), 1);
            try (OrtNet ort = new OrtNet(file, images, batch, jvig.height(), jvig.width(), model.classes(),
                    options.threads())) {
                return new Comparison(jvig, ort, images).measure(model.name(), batch, options.threads(), warmUp,
                        seconds);
            }
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime failed: " + e.getMessage(), e);
        } finally {
            Files.deleteIfExists(file);
            Files.delete(folder);
        }
    }

    private Row measure(String model, int batch, int threads, double warmUp, double seconds) {
        ort.run();
        double apart = apart(jvig.run(images), ort.logits());
        if (!(apart <= TOLERANCE)) {
            throw new IllegalStateException(
                    model + ": logits of JViG and ONNX Runtime are " + apart + " standard deviations apart");
        }
        warmUp(warmUp);
        double peak = Probes.peakGflops(threads);
        List<double[]> jvigTurns = new ArrayList<>();
        List<double[]> ortTurns = new ArrayList<>();
        long end = System.nanoTime() + (long) (1e9 * seconds);
        while (jvigTurns.size() < FEWEST_ROUNDS || System.nanoTime() < end) {
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
                1e3 * gflop / jvigMs, peak, 1e3 * gflop / jvigMs / peak, 1e3 * gflop / ortMs / peak, apart);
    }

    private static double median(List<double[]> turns) {
        return new Quantiles(turns.stream().flatMapToDouble(Arrays::stream).toArray()).median();
    }

    /** The largest difference of two rows of logits, as a share of the standard deviation of the first. */
    static double apart(float[] expected, float[] actual) {
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

    /** Milliseconds of some runs in a row, behind a pause and a run that is not timed. */
    private static double[] turn(Runnable net, int threads) {
        if (threads > 1) {
            pause();
        }
        net.run();
        double[] millis = new double[RUNS_IN_A_TURN];
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
