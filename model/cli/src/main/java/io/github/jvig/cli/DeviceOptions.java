package io.github.jvig.cli;

import io.github.jvig.model.SessionOptions;
import picocli.CommandLine.Option;

/** Where a model runs. */
final class DeviceOptions {
    @Option(names = "--device", paramLabel = "D", defaultValue = "auto", description = "One of those that 'jvig devices' lists, or auto: the one on which an image takes the least, measured where there are several (default).")
    String device;

    @Option(names = "--threads", paramLabel = "N", description = "Threads to run on (default: one for each core).")
    int threads = SessionOptions.defaults().threads();

    @Option(names = "--tune", description = "Time the kernels that could be taken, once for each machine, and take the fastest.")
    boolean tune;

    /** Without a warm-up: a command that runs once has no use for it, and one that measures warms up by itself. */
    SessionOptions.Builder options(Command command) {
        command.atLeast(1, "--threads", threads);
        SessionOptions.Builder options = SessionOptions.builder().threads(threads).device(device).warmUp(false);
        return tune ? options.tuned() : options;
    }
}
