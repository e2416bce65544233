package io.github.jvig.model;

import io.github.jvig.model.tuning.Tuning;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * How a model is compiled. Immutable; each method gives a changed copy.
 *
 * @param device  name of the device; {@code "auto"} is the one on which an image takes the least, measured where there are several
 * @param threads of the session, the caller's included, at least 1
 * @param height  of the input in pixels; 0 is the model's own
 * @param width   of the input in pixels; 0 is the model's own
 * @param warmUp  whether compiling goes on until the JIT compiler is through with the kernels, about a second and a half, so that the first
 *                run is as fast as any
 * @param features whether a session can give the net's feature maps beside its logits
 * @param tuning  where choices of kernels that are made by timing are kept; empty for the choices of the tables
 */
public record Options(String device, int threads, int height, int width, boolean warmUp, boolean features,
        Optional<Path> tuning) {
    /** The device that is chosen by measuring. */
    static final String AUTO = "auto";

    public Options {
        Objects.requireNonNull(device, "device");
        if (threads < 1 || threads > 1024) {
            throw new IllegalArgumentException("threads must be 1 to 1024, not " + threads);
        }
        if (height < 0 || width < 0 || (height == 0) != (width == 0)) {
            throw new IllegalArgumentException("an input of " + height + "x" + width + " pixels is none");
        }
    }

    /** The fastest device, a thread for each core, the model's own size, warm-up, no tuning. */
    public static Options defaults() {
        return new Options(AUTO, Math.min(1024, Runtime.getRuntime().availableProcessors()), 0, 0, true,
                false, Optional.empty());
    }

    /** The defaults with so many threads. */
    public static Options threads(int threads) {
        return defaults().withThreads(threads);
    }

    public Options withThreads(int newThreads) {
        return new Options(device, newThreads, height, width, warmUp, features, tuning);
    }

    public Options withDevice(String newDevice) {
        return new Options(newDevice, threads, height, width, warmUp, features, tuning);
    }

    /** Input of another size than the model's own. */
    public Options withSize(int newHeight, int newWidth) {
        if (newHeight < 1 || newWidth < 1) {
            throw new IllegalArgumentException("an input of " + newHeight + "x" + newWidth + " pixels is none");
        }
        return new Options(device, threads, newHeight, newWidth, warmUp, features, tuning);
    }

    /** Compiles at once; the first runs are then slower, the very first by up to a second. */
    public Options withoutWarmUp() {
        return new Options(device, threads, height, width, false, features, tuning);
    }

    /** For {@link Session#features}: the maps behind the net's stages stay, beside the logits. */
    public Options withFeatures() {
        return new Options(device, threads, height, width, warmUp, true, tuning);
    }

    /**
     * Times the kernels that could be taken, on the real shapes, and takes the fastest. What is found is kept in this machine's tuning file,
     * so that it is timed once: about half a second for each distinct layer.
     */
    public Options tuned() {
        return tuned(Tuning.standardFile());
    }

    /** The same with a tuning file of one's own. */
    public Options tuned(Path file) {
        return new Options(device, threads, height, width, warmUp, features, Optional.of(file));
    }
}
