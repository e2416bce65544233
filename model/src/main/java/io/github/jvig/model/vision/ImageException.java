package io.github.jvig.model.vision;

import java.io.IOException;

/** An image that can't be used. The message is one line that names the file. */
public final class ImageException extends IOException {
    private static final long serialVersionUID = 1;

    public ImageException(String message) {
        super(message);
    }

    public ImageException(String message, Throwable cause) {
        super(message, cause);
    }
}
