package io.github.jvig.model.cli;

import io.github.jvig.model.Options;
import picocli.CommandLine.Option;

/** Where a model runs. */
final class DeviceOptions {
    @Option(names = "--device", paramLabel = "D", defaultValue = "auto", description = "One of those that 'jvig devices' lists, or auto: the fastest (default).")
    String device;

    @Option(names = "--threads", paramLabel = "N", description = "Threads to run on (default: one for each core).")
    int threads = Options.defaults().threads();

    Options options(Command command) {
        command.atLeast(1, "--threads", threads);
        return Options.threads(threads).withDevice(device);
    }
}
