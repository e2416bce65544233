package io.github.jvig.model.image;

import java.io.IOException;

/** An image that can't be used. The message is one line that names the image. */
public final class ImageException extends IOException {
    private static final long serialVersionUID = 1;

    /**
     * An exception without a cause.
     *
     * @param message one line that names the image
     */
    public ImageException(String message) {
        super(message);
    }

    /**
     * An exception with a cause.
     *
     * @param message one line that names the image
     * @param cause   the failure that it comes from, or null
     */
    public ImageException(String message, Throwable cause) {
        super(message, cause);
    }
}
