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
 * Selects the device that takes the shortest time for an image: the net is compiled for each device, warmed up, and timed. Where there is
 * only one device, nothing is timed.
 */
final class DeviceSelector {
    /** Runs of which the median counts. */
    private static final int RUNS = 7;

    /**
     * A device with the net compiled for it.
     *
     * @param report how long an image took on each device, or why a device was skipped; empty where nothing was timed
     */
    record Selection(Device device, Executable executable, String report) {
        /** Whether the executable has been warmed up, which timing includes. */
        boolean isWarm() {
            return !report.isEmpty();
        }
    }

    /** A device that ran the net. */
    private record Timed(Device device, Executable executable, double millis) {}

    private final Consumer<Executable> warmUp;
    private final LongSupplier nanoTime;
    private final List<TensorInfo> inputs;

    /** @param inputs what the net's input holds; empty for an image */
    DeviceSelector(List<TensorInfo> inputs) {
        this(executable -> WarmUp.run(executable, inputs), System::nanoTime, inputs);
    }

    DeviceSelector(Consumer<Executable> warmUp, LongSupplier nanoTime) {
        this(warmUp, nanoTime, List.of());
    }

    private DeviceSelector(Consumer<Executable> warmUp, LongSupplier nanoTime, List<TensorInfo> inputs) {
        this.warmUp = warmUp;
        this.nanoTime = nanoTime;
        this.inputs = List.copyOf(inputs);
    }

    /** Compiles, and refuses what takes more memory than it may: a device need not know of the bound. */
    private static Executable compile(Device device, Graph graph, CompileOptions options) {
        Executable executable = device.compile(graph, options);
        long bound = options.activationBytes().orElse(Long.MAX_VALUE);
        long bytes = executable.workspaceBytes();
        if (bytes > bound) {
            executable.close();
            throw new IllegalArgumentException("on " + device.name() + " the activations take " + bytes
                    + " bytes, more than the bound of " + bound);
        }
        return executable;
    }

    /** Compiles for the one device that may be taken. */
    static Selection only(Device device, Graph graph, CompileOptions options) {
        return new Selection(device, compile(device, graph, options), "");
    }

    /**
     * Compiles for every device and keeps the fastest. A device that fails is skipped, whatever it throws, since another one may work; only
     * a failure of the JVM itself ends the selection. Whatever is thrown, nothing stays open.
     *
     * @param devices at least one; where all fail, the failure of the first is thrown, with the others suppressed
     */
    Selection fastest(List<Device> devices, Graph graph, CompileOptions options) {
        if (devices.size() == 1) {
            return only(devices.getFirst(), graph, options);
        }
        List<String> report = new ArrayList<>();
        Throwable failure = null;
        Timed fastest = null;
        boolean finished = false;
        try {
            for (Device device : devices) {
                Timed slower;
                try {
                    Timed timed = time(device, graph, options);
                    report.add(String.format(Locale.ROOT, "%s %.2f ms per image", device.name(), timed.millis()));
                    slower = timed;
                    if (fastest == null || timed.millis() < fastest.millis()) {
                        slower = fastest;
                        fastest = timed;
                    }
                } catch (RuntimeException | Error e) {
                    DeviceFailure.rethrowIfFatal(e);
                    report.add("skipped " + device.name() + " (" + DeviceFailure.line(e) + ")");
                    if (failure == null) {
                        failure = e;
                    } else if (failure != e) {
                        failure.addSuppressed(e);
                    }
                    continue;
                }
                if (slower != null) {
                    closeSlower(slower, report);
                }
            }
            if (fastest == null) {
                throw DeviceFailure.unchecked(failure);
            }
            finished = true;
            return new Selection(fastest.device(), fastest.executable(), "auto: " + String.join(", ", report));
        } finally {
            if (!finished && fastest != null) {
                fastest.executable().close();
            }
        }
    }

    /** A device that was not selected must not take the selected one down with it. */
    private static void closeSlower(Timed slower, List<String> report) {
        try {
            slower.executable().close();
        } catch (RuntimeException | Error e) {
            DeviceFailure.rethrowIfFatal(e);
            report.add(slower.device().name() + " was not closed (" + DeviceFailure.line(e) + ")");
        }
    }

    /** Compiles and takes the median time of an image after the warm-up; nothing stays open when that fails. */
    private Timed time(Device device, Graph graph, CompileOptions options) {
        Executable executable = compile(device, graph, options);
        try {
            warmUp.accept(executable);
            float[] image = WarmUp.noise(executable, inputs);
            float[][] results = WarmUp.results(executable);
            double[] millis = new double[RUNS];
            for (int i = 0; i < RUNS; i++) {
                long start = nanoTime.getAsLong();
                executable.run(image, 1, results);
                millis[i] = (nanoTime.getAsLong() - start) / 1e6;
            }
            Arrays.sort(millis);
            return new Timed(device, executable, millis[RUNS / 2]);
        } catch (RuntimeException | Error e) {
            try {
                executable.close();
            } catch (RuntimeException | Error close) {
                e.addSuppressed(close);
            }
            throw e;
        }
    }
}
