package io.github.jvig.model.vision;

import java.io.IOException;

/** A label file that can't be used. The message is one line that names the file and the line. */
public final class LabelsException extends IOException {
    private static final long serialVersionUID = 1;

    /**
     * An exception without a cause.
     *
     * @param message one line that names the file and the line
     */
    public LabelsException(String message) {
        super(message);
    }

    /**
     * An exception with a cause.
     *
     * @param message one line that names the file and the line
     * @param cause   the failure that it comes from, or null
     */
    public LabelsException(String message, Throwable cause) {
        super(message, cause);
    }
}
