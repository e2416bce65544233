package io.github.jvig.model.device;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What a device is asked to compile a graph for.
 *
 * @param height  of the input, in pixels
 * @param width   of the input, in pixels
 * @param threads the caller's and its helpers, at least 1; a device without threads of its own ignores it
 * @param tuning  where choices that are made by timing are kept; empty for the choices that the tables make
 */
public record CompileOptions(int height, int width, int threads, Optional<Path> tuning) {
    public CompileOptions {
        if (height < 1 || width < 1) {
            throw new IllegalArgumentException("an input of " + height + "x" + width + " pixels is none");
        }
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be at least 1, not " + threads);
        }
    }

    /** Without tuning. */
    public static CompileOptions of(int height, int width, int threads) {
        return new CompileOptions(height, width, threads, Optional.empty());
    }
}
