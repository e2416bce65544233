package io.github.jvig.model.weights;

import java.io.IOException;

/** A checkpoint that can't be used. The message is one line that names the file and, where there is one, the tensor. */
public final class WeightsException extends IOException {
    private static final long serialVersionUID = 1;

    /**
     * An exception without a cause.
     *
     * @param message one line that names the file
     */
    public WeightsException(String message) {
        super(message);
    }

    /**
     * An exception with a cause.
     *
     * @param message one line that names the file
     * @param cause   the failure that it comes from, or null
     */
    public WeightsException(String message, Throwable cause) {
        super(message, cause);
    }
}
