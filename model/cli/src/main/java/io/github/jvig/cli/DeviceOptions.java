package io.github.jvig.cli;

import io.github.jvig.model.SessionOptions;
import io.github.jvig.model.device.Precision;
import picocli.CommandLine.Option;

/** The options that choose the device, the threads and the kernels. */
final class DeviceOptions {
    @Option(names = "--device", paramLabel = "D", defaultValue = "auto", description = "A device that 'jvig devices' lists, or auto: the device with the lowest single-image latency, measured if there are several (default).")
    String device;

    @Option(names = "--threads", paramLabel = "N", description = "Number of threads (default: one per core).")
    int threads = SessionOptions.defaults().threads();

    @Option(names = "--tune", description = "Choose kernels by timing them. The results are kept in the cache, so each machine is timed once.")
    boolean tune;

    @Option(names = "--memory", paramLabel = "BYTES", converter = MemorySize.Converter.class, description = "Most memory for the activations, such as 2MB: the first layers then run in strips, as many as it takes (default: no bound).")
    MemorySize memory;

    @Option(names = "--precision", paramLabel = "P", defaultValue = "single", description = "How the device stores maps and weights: single, or half on GPUs that have it (default: single).")
    private String precision;

    /**
     * The session options, without warm-up: a command that runs the model once gains nothing from it, and commands that measure warm up
     * themselves.
     */
    SessionOptions.Builder options(Command command) {
        command.atLeast(1, "--threads", threads);
        SessionOptions.Builder options = SessionOptions.builder().threads(threads).device(device).warmUp(false)
                .precision(Precision.named(precision));
        if (memory != null) {
            options.activationBytes(memory.bytes());
        }
        return tune ? options.tuned() : options;
    }
}
