package io.github.jvig.model;

import io.github.jvig.model.device.CompileOptions;
import io.github.jvig.model.device.Device;
import io.github.jvig.model.device.Executable;
import io.github.jvig.model.graph.Graph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Of several devices the one on which an image takes the least: the net is compiled for each, warmed up, and timed. Where there is but one
 * device, nothing is timed.
 */
final class DeviceSelector {
    /** Runs of which the median counts. */
    private static final int RUNS = 7;

    /**
     * A device with the net compiled for it.
     *
     * @param choice how long an image took on each device, or why it can't be run there; empty where nothing was timed
     */
    record Selection(Device device, Executable executable, String choice) {
        /** Whether the executable was run until it was as fast as it gets. */
        boolean isWarm() {
            return !choice.isEmpty();
        }
    }

    private final Consumer<Executable> warmUp;
    private final LongSupplier nanoTime;

    DeviceSelector() {
        this(WarmUp::run, System::nanoTime);
    }

    DeviceSelector(Consumer<Executable> warmUp, LongSupplier nanoTime) {
        this.warmUp = warmUp;
        this.nanoTime = nanoTime;
    }

    /** A device that is not chosen but named. */
    static Selection only(Device device, Graph graph, CompileOptions options) {
        return new Selection(device, device.compile(graph, options), "");
    }

    /**
     * Compiles for every device and keeps what is fastest. One that can't run the net is passed over; any other failure is the caller's, and
     * nothing stays open behind it.
     *
     * @param devices at least one; where all fail, what is thrown is the failure of the first
     */
    Selection fastest(List<Device> devices, Graph graph, CompileOptions options) {
        if (devices.size() == 1) {
            return only(devices.getFirst(), graph, options);
        }
        List<String> told = new ArrayList<>();
        RuntimeException failure = null;
        Device fastest = null;
        Executable kept = null;
        double least = Double.POSITIVE_INFINITY;
        for (Device device : devices) {
            Executable executable = null;
            try {
                executable = device.compile(graph, options);
                double millis = millis(executable);
                told.add(String.format(Locale.ROOT, "%s %.2f ms an image", device.name(), millis));
                Executable slower = millis < least ? kept : executable;
                if (millis < least) {
                    least = millis;
                    fastest = device;
                    kept = executable;
                }
                close(slower);
            } catch (IllegalArgumentException | UnsupportedOperationException e) {
                close(executable);
                told.add("not " + device.name() + " (" + e.getMessage() + ")");
                failure = failure == null ? e : failure;
            } catch (RuntimeException e) {
                close(executable);
                close(kept);
                throw e;
            }
        }
        if (fastest == null) {
            throw failure;
        }
        return new Selection(fastest, kept, "auto: " + String.join(", ", told));
    }

    private static void close(Executable executable) {
        if (executable != null) {
            executable.close();
        }
    }

    /** The median time of an image, once it is as fast as it gets. */
    private double millis(Executable executable) {
        warmUp.accept(executable);
        float[] image = WarmUp.noise(executable);
        float[][] results = WarmUp.results(executable);
        double[] millis = new double[RUNS];
        for (int i = 0; i < RUNS; i++) {
            long start = nanoTime.getAsLong();
            executable.run(image, 1, results);
            millis[i] = (nanoTime.getAsLong() - start) / 1e6;
        }
        Arrays.sort(millis);
        return millis[RUNS / 2];
    }
}
