package io.github.jvig.model.device;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a device is asked to compile a graph for. Only JViG constructs it, from the options of a session; devices read it. So a component
 * may be added later: code outside JViG should use the accessors and {@link #of}, not the constructor or patterns.
 *
 * @param height  of the input, in pixels
 * @param width   of the input, in pixels
 * @param threads the caller's included, at least 1; a device without threads of its own ignores it
 * @param tuning  where choices that are made by timing are kept; empty for the choices that the tables make
 * @param activationBytes what the buffers of one image may take at most ({@link Executable#workspaceBytes()}); empty for no bound. JViG
 *                refuses an executable that takes more, so a device without such plans may ignore it
 * @param precision how maps and weights are stored; a device refuses what it does not have
 */
public record CompileOptions(int height, int width, int threads, Optional<Path> tuning,
        OptionalLong activationBytes, Precision precision) {
    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException when a side, the number of threads or the bound is below 1
     */
    public CompileOptions {
        if (height < 1 || width < 1) {
            throw new IllegalArgumentException("input size must be at least 1x1, got " + height + "x" + width);
        }
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be at least 1, got " + threads);
        }
        Objects.requireNonNull(precision, "precision");
        if (activationBytes.isPresent() && activationBytes.getAsLong() < 1) {
            throw new IllegalArgumentException(
                    "activations need at least a byte, got " + activationBytes.getAsLong());
        }
    }

    /**
     * In single precision.
     *
     * @param height          of the input, in pixels
     * @param width           of the input, in pixels
     * @param threads         the caller's included, at least 1
     * @param tuning          where choices that are made by timing are kept; empty for the choices that the tables make
     * @param activationBytes what the buffers of one image may take at most; empty for no bound
     * @throws IllegalArgumentException when a side, the number of threads or the bound is below 1
     */
    public CompileOptions(int height, int width, int threads, Optional<Path> tuning, OptionalLong activationBytes) {
        this(height, width, threads, tuning, activationBytes, Precision.SINGLE);
    }

    /**
     * Without a bound for the activations.
     *
     * @param height  of the input, in pixels
     * @param width   of the input, in pixels
     * @param threads the caller's included, at least 1
     * @param tuning  where choices that are made by timing are kept; empty for the choices that the tables make
     * @throws IllegalArgumentException when a side or the number of threads is below 1
     */
    public CompileOptions(int height, int width, int threads, Optional<Path> tuning) {
        this(height, width, threads, tuning, OptionalLong.empty());
    }

    /**
     * Without tuning.
     *
     * @param height  of the input, in pixels
     * @param width   of the input, in pixels
     * @param threads the caller's included, at least 1
     * @return the options
     * @throws IllegalArgumentException when a side or the number of threads is below 1
     */
    public static CompileOptions of(int height, int width, int threads) {
        return new CompileOptions(height, width, threads, Optional.empty());
    }

    /**
     * These options with another precision.
     *
     * @param other how maps and weights are stored
     * @return the options
     */
    public CompileOptions with(Precision other) {
        return new CompileOptions(height, width, threads, tuning, activationBytes, other);
    }
}
