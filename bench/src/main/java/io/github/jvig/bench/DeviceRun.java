package io.github.jvig.bench;

import io.github.jvig.cli.InputSize;
import io.github.jvig.model.Devices;
import io.github.jvig.model.Model;
import io.github.jvig.model.SessionOptions;
import io.github.jvig.model.device.CompileOptions;
import io.github.jvig.model.device.Device;
import io.github.jvig.model.device.DevicePeaks;
import io.github.jvig.model.device.Executable;
import io.github.jvig.model.device.PlanStep;
import io.github.jvig.model.device.Precision;
import io.github.jvig.model.device.RunTimes;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Passes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Measures one net on one device. The whole run counts everything from an array of images to an array of results on the host. */
final class DeviceRun implements AutoCloseable {
    /** Runs whose kernel times are taken; their median counts. */
    private static final int PROFILES = 9;
    private static final double NANOS_PER_MILLI = 1e6;

    /**
     * A net at one batch size. Milliseconds of a whole batch; NaN where a peak is not known.
     *
     * @param precision     in which the device stores maps and weights
     * @param millis        median of whole runs, on the host's clock
     * @param p10           the tenth part of the runs took no longer
     * @param p90           all but the tenth part took no longer
     * @param kernelMillis  all kernels, on the device's clock
     * @param copyMillis    transfers of images and results, on the device's clock
     * @param hostMillis    the remainder of a whole run
     * @param peakShare     of the device's peak, over the whole run
     * @param rooflineShare time that the kernels' operations and bytes take at least, as a share of the kernels' time
     * @param compileSeconds until the first result of a batch of this size
     * @param difference    largest difference of an output from the processor's result, in standard deviations of that output
     */
    record Net(String model, String size, String precision, int batch, double millis, double p10, double p90,
            double kernelMillis,
            double copyMillis, double hostMillis, double imagesPerSecond, double gflops, double peakShare,
            double rooflineShare, double compileSeconds, double difference) {
        String line() {
            return String.format(Locale.ROOT,
                    "%s %s %s batch %d: %.2f ms (%.2f to %.2f), kernels %.2f, copies %.2f, host %.2f; %.0f images/s, "
                            + "%.0f GFLOP/s; %.1e of a deviation from the processor's results",
                    model, size, precision, batch, millis, p10, p90, kernelMillis, copyMillis, hostMillis,
                    imagesPerSecond, gflops,
                    difference);
        }
    }

    /**
     * A step of a net.
     *
     * @param micros of a whole batch, on the device's clock
     */
    record Step(String model, String precision, int batch, String step, String kernel, String operation, double micros,
            double gflops,
            double gbytes, double rooflineShare) {}

    private final String model;
    private final Graph graph;
    private final InputSize size;
    private final Precision precision;
    private final Executable executable;
    private final Optional<DevicePeaks> peaks;
    private final double compileSeconds;
    private final List<Net> nets = new ArrayList<>();
    private final List<Step> steps = new ArrayList<>();

    DeviceRun(Model model, InputSize size, Precision precision, Device device, Optional<DevicePeaks> peaks) {
        this.model = model.name();
        this.size = size;
        this.precision = precision;
        this.peaks = peaks;
        this.graph = Passes
                .optimize(model.graph(SessionOptions.builder().size(size.height(), size.width()).build()));
        long start = System.nanoTime();
        this.executable = compile(device, precision);
        this.compileSeconds = (System.nanoTime() - start) / 1e9;
    }

    private Executable compile(Device device, Precision stored) {
        return device.compile(graph, CompileOptions
                .of(size.height(), size.width(), Runtime.getRuntime().availableProcessors()).with(stored));
    }

    List<Net> nets() {
        return nets;
    }

    List<Step> steps() {
        return steps;
    }

    /** Measures a batch, and compares the results of its last image with the processor's. */
    void measure(int batch, double seconds) {
        int image = executable.input().pixels() * executable.input().channels();
        float[] images = BenchLayer.random(Math.multiplyExact(batch, image), batch);
        float[][] results = results(executable, batch);
        long start = System.nanoTime();
        executable.run(images, batch, results);
        double first = (System.nanoTime() - start) / 1e9;
        double difference = difference(Arrays.copyOfRange(images, (batch - 1) * image, batch * image), results, batch);
        run(seconds / 2, images, batch, results);
        Quantiles whole = new Quantiles(run(seconds, images, batch, results));
        double kernels;
        double copies;
        double least = 0;
        RunTimes[] profiles = new RunTimes[PROFILES];
        for (int i = 0; i < PROFILES; i++) {
            profiles[i] = executable.profile(images, batch);
        }
        kernels = median(profiles, RunTimes::kernels);
        copies = median(profiles, times -> times.copyIn() + times.copyOut());
        List<PlanStep> plan = executable.steps();
        for (int i = 0; i < plan.size(); i++) {
            PlanStep step = plan.get(i);
            int index = i;
            double nanos = Math.max(1, median(profiles, times -> times.steps()[index]));
            double flops = 2.0 * step.macs() * batch;
            double weights = (double) bytesOfWeight(step.kernel()) * step.parameters();
            double bytes = (step.bytes() - weights) * batch + weights;
            double atLeast = peaks.map(p -> p.nanos(flops, bytes)).orElse(Double.NaN);
            least += atLeast;
            steps.add(new Step(model, precision.toString(), batch, step.name(), step.kernel(), step.operation(),
                    nanos / 1e3, flops / nanos,
                    bytes / nanos, atLeast / nanos));
        }
        double millis = whole.median();
        double gflops = 2e-6 * Devices.macs(graph, size.height(), size.width()) * batch / millis;
        nets.add(new Net(model, size.toString(), precision.toString(), batch, millis, whole.at(0.1), whole.at(0.9),
                kernels / NANOS_PER_MILLI, copies / NANOS_PER_MILLI, millis - (kernels + copies) / NANOS_PER_MILLI,
                1e3 * batch / millis, gflops, peaks.map(p -> gflops / p.gflops()).orElse(Double.NaN), least / kernels,
                nets.isEmpty() ? compileSeconds + first : first, difference));
    }

    /** The name of a kernel begins with the type of its weights. */
    private static int bytesOfWeight(String kernel) {
        return kernel.startsWith("f16-") ? Short.BYTES : Float.BYTES;
    }

    private interface Nanos {
        long of(RunTimes times);
    }

    private static double median(RunTimes[] profiles, Nanos nanos) {
        return new Quantiles(Arrays.stream(profiles).mapToDouble(nanos::of).toArray()).median();
    }

    /** Milliseconds of each run in so many seconds, at least one. */
    private double[] run(double seconds, float[] images, int batch, float[][] results) {
        List<Double> millis = new ArrayList<>();
        long end = System.nanoTime() + (long) (seconds * 1e9);
        do {
            long start = System.nanoTime();
            executable.run(images, batch, results);
            millis.add((System.nanoTime() - start) / NANOS_PER_MILLI);
        } while (System.nanoTime() < end);
        return millis.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static float[][] results(Executable on, int batch) {
        return on.outputs().stream().map(map -> new float[batch * map.pixels() * map.channels()])
                .toArray(float[][]::new);
    }

    /** Of the last image of a batch. */
    private double difference(float[] image, float[][] results, int batch) {
        double largest = 0;
        try (Executable cpu = compile(Devices.named("cpu"), Precision.SINGLE)) {
            float[][] expected = results(cpu, 1);
            cpu.run(image, 1, expected);
            for (int i = 0; i < expected.length; i++) {
                int length = expected[i].length;
                float[] last = Arrays.copyOfRange(results[i], (batch - 1) * length, batch * length);
                largest = Math.max(largest, difference(expected[i], last));
            }
        }
        return largest;
    }

    /** In standard deviations of the expected values; NaN if there is one. */
    static double difference(float[] expected, float[] actual) {
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

    @Override
    public void close() {
        executable.close();
    }
}
