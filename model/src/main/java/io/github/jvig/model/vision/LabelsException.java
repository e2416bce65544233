package io.github.jvig.model.vision;

import java.io.IOException;

/** A label file that can't be used. The message is one line that names the file and the line. */
public final class LabelsException extends IOException {
    private static final long serialVersionUID = 1;

    public LabelsException(String message) {
        super(message);
    }

    public LabelsException(String message, Throwable cause) {
        super(message, cause);
    }
}
