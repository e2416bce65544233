package io.github.jvig.model.vision;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The bytes of an image file and the name that errors give it. */
record ImageSource(String name, byte[] bytes) {
    ByteBuffer bigEndian() {
        return ByteBuffer.wrap(bytes);
    }

    ByteBuffer littleEndian() {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    ImageException error(String what) {
        return new ImageException(name + ": " + what);
    }

    ImageException truncated() {
        return error("the image file is truncated");
    }

    /** For content that contradicts itself. */
    ImageException damaged(String kind, String what) {
        return error("the " + kind + " image is truncated or damaged: " + what);
    }

    /** The number of pixels, where {@link #checkSize} does not refuse it. */
    long pixels(long width, long height) throws ImageException {
        checkSize(width, height);
        return width * height;
    }

    /** Refuses an image by the size that its header gives. */
    void checkSize(long width, long height) throws ImageException {
        if (width < 1 || height < 1) {
            throw error("the image has no pixels (" + width + "x" + height + ")");
        }
        // Sides are at most 2^32 each, so the product is taken as a quotient.
        if (width > Images.MAX_PIXELS / height) {
            throw error(
                    "the image has " + width + "x" + height + " pixels; the limit is " + Images.MAX_PIXELS + " in all");
        }
    }
}
