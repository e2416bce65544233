package io.github.jvig.model;

import java.util.Objects;

/**
 * How a model is compiled. Immutable; each method gives a changed copy.
 *
 * @param device  name of the device; {@code "auto"} is the fastest that is there
 * @param threads of the session, the caller's included, at least 1
 * @param height  of the input in pixels; 0 is the model's own
 * @param width   of the input in pixels; 0 is the model's own
 */
public record Options(String device, int threads, int height, int width) {
    public Options {
        Objects.requireNonNull(device, "device");
        if (threads < 1 || threads > 1024) {
            throw new IllegalArgumentException("threads must be 1 to 1024, not " + threads);
        }
        if (height < 0 || width < 0 || (height == 0) != (width == 0)) {
            throw new IllegalArgumentException("an input of " + height + "x" + width + " pixels is none");
        }
    }

    /** The fastest device, a thread for each core, the model's own size. */
    public static Options defaults() {
        return new Options("auto", Math.min(1024, Runtime.getRuntime().availableProcessors()), 0, 0);
    }

    /** The defaults with so many threads. */
    public static Options threads(int threads) {
        return defaults().withThreads(threads);
    }

    public Options withThreads(int newThreads) {
        return new Options(device, newThreads, height, width);
    }

    public Options withDevice(String newDevice) {
        return new Options(newDevice, threads, height, width);
    }

    /** Input of another size than the model's own. */
    public Options withSize(int newHeight, int newWidth) {
        if (newHeight < 1 || newWidth < 1) {
            throw new IllegalArgumentException("an input of " + newHeight + "x" + newWidth + " pixels is none");
        }
        return new Options(device, threads, newHeight, newWidth);
    }
}
