package io.github.jvig.tornado.tasks;

import java.util.Arrays;
import java.util.Optional;
import uk.ac.manchester.tornado.api.exceptions.TornadoMemoryException;
import uk.ac.manchester.tornado.api.exceptions.TornadoOutOfMemoryException;

/** Turns exceptions of TornadoVM into one-line messages. */
public final class Failure {
    /** The prefix of the line in which TornadoVM gives the reason. */
    private static final String REASON = "Reason:";
    /** The prefix of the line in which it says what went wrong in its compiler. */
    private static final String CAUSE = "The internal error is:";

    private Failure() {
    }

    /**
     * The exception for a failed run or compilation.
     *
     * @param device name of the device
     * @param action the action that failed, as in {@code "compile the net"}
     * @return an IllegalArgumentException if the device is out of memory, otherwise an UnsupportedOperationException
     */
    static RuntimeException of(String device, String action, Throwable e) {
        for (Throwable t = e; t != null; t = t.getCause()) {
            if (t instanceof TornadoOutOfMemoryException || t instanceof TornadoMemoryException) {
                return new IllegalArgumentException(device + " is out of memory: " + reason(t), e);
            }
        }
        return new UnsupportedOperationException(device + " can't " + action + ": " + reason(e), e);
    }

    /**
     * One line of the innermost exception's message without terminal colors: the line with the reason if there is one, otherwise the first.
     * What went wrong in TornadoVM's compiler, if it says so, stands behind it.
     */
    public static String reason(Throwable e) {
        String message = e.getClass().getSimpleName();
        for (Throwable t = e; t != null; t = t.getCause()) {
            if (t.getMessage() != null && !t.getMessage().isBlank()) {
                message = t.getMessage();
            }
        }
        String[] lines = message.replaceAll("\u001B\\[[0-9;]*m", "").strip().split("\\R");
        String reason = after(REASON, lines).orElse(lines[0].strip());
        return after(CAUSE, lines).filter(cause -> !cause.isEmpty() && !cause.equals("null"))
                .map(cause -> reason + ": " + cause).orElse(reason);
    }

    /** What stands behind a prefix in the first line that has it. */
    private static Optional<String> after(String prefix, String[] lines) {
        return Arrays.stream(lines).filter(line -> line.startsWith(prefix))
                .map(line -> line.substring(prefix.length()).strip()).findFirst();
    }
}
