package io.github.jvig.model;

import java.util.Objects;

/** What to do with failures of devices and of their providers: these are other people's code and drivers, which may throw anything. */
final class DeviceFailure {
    private DeviceFailure() {
    }

    /** Throws it again when it means the end of the JVM or of the thread, rather than of the device. */
    @SuppressWarnings("removal")
    static void rethrowIfFatal(Throwable e) {
        if (e instanceof VirtualMachineError || e instanceof ThreadDeath) {
            throw unchecked(e);
        }
    }

    /** An unchecked throwable, to be thrown. */
    static RuntimeException unchecked(Throwable e) {
        if (e instanceof Error error) {
            throw error;
        }
        return (RuntimeException) Objects.requireNonNull(e);
    }

    /** What went wrong in one line: the message where it is meant for people, else the kind of failure as well. */
    static String line(Throwable e) {
        boolean isMessage = e instanceof IllegalArgumentException || e instanceof UnsupportedOperationException;
        String text = isMessage && e.getMessage() != null ? e.getMessage() : e.toString();
        return text.lines().findFirst().orElse(e.getClass().getName());
    }
}
