package io.github.jvig.tornado.tasks;

import java.util.Arrays;
import uk.ac.manchester.tornado.api.exceptions.TornadoMemoryException;
import uk.ac.manchester.tornado.api.exceptions.TornadoOutOfMemoryException;

/** Says in one line what went wrong in TornadoVM. */
public final class Failure {
    /** What TornadoVM puts before the line that says it. */
    private static final String REASON = "Reason:";

    private Failure() {
    }

    /**
     * What a failed run or compilation is for the caller.
     *
     * @param device its name
     * @param doing  what it was doing, as in {@code "compile the net"}
     */
    static RuntimeException of(String device, String doing, Throwable e) {
        for (Throwable t = e; t != null; t = t.getCause()) {
            if (t instanceof TornadoOutOfMemoryException || t instanceof TornadoMemoryException) {
                return new IllegalArgumentException(device + " is out of memory: " + reason(t), e);
            }
        }
        return new UnsupportedOperationException(device + " can't " + doing + ": " + reason(e), e);
    }

    /** One line of the innermost message, without terminal colors: the one that gives a reason, else the first. */
    public static String reason(Throwable e) {
        String message = e.getClass().getSimpleName();
        for (Throwable t = e; t != null; t = t.getCause()) {
            if (t.getMessage() != null && !t.getMessage().isBlank()) {
                message = t.getMessage();
            }
        }
        String[] lines = message.replaceAll("\u001B\\[[0-9;]*m", "").strip().split("\\R");
        return Arrays.stream(lines).filter(line -> line.startsWith(REASON))
                .map(line -> line.substring(REASON.length())).findFirst().orElse(lines[0]).strip();
    }
}
