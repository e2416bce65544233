package io.github.jvig.model.weights;

import java.io.IOException;

/** A checkpoint that can't be used. The message is one line that names the file and, where there is one, the tensor. */
public final class WeightsException extends IOException {
    private static final long serialVersionUID = 1;

    public WeightsException(String message) {
        super(message);
    }

    public WeightsException(String message, Throwable cause) {
        super(message, cause);
    }
}
