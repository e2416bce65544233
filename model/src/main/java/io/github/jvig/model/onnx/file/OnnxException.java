package io.github.jvig.model.onnx.file;

import java.io.IOException;

/** An ONNX file that can't be read or run. The message is one line that names the file and what is at fault, and says what to do. */
public final class OnnxException extends IOException {
    private static final long serialVersionUID = 1;

    /**
     * With a message.
     *
     * @param message one line
     */
    public OnnxException(String message) {
        super(message);
    }

    /**
     * With a message and a cause.
     *
     * @param message one line
     * @param cause   what went wrong
     */
    public OnnxException(String message, Throwable cause) {
        super(message, cause);
    }
}
