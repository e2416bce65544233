package io.github.jvig.model.image;

import io.github.jvig.model.text.MessageText;
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

    /** The name without control characters. */
    String shownName() {
        return MessageText.line(name);
    }

    ImageException error(String what) {
        return new ImageException(shownName() + ": " + what);
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
        long limit = Images.maxPixels();
        // Sides are at most 2^32 each, so the product is taken as a quotient.
        if (width > limit / height) {
            throw error("the image has " + width + "x" + height + " pixels; the limit is " + limit + " in all ("
                    + Images.RAISE_LIMIT + ")");
        }
    }

    /** Refuses a whole file that declares a large image and has far too few bytes for a usual one of this size. */
    void checkProportion(long pixels) throws ImageException {
        if (!Images.isLimitRaised() && pixels > Images.FREE_PIXELS
                && pixels / Images.MAX_PIXELS_PER_BYTE > bytes.length) {
            throw error("the image has " + pixels + " pixels in a file of " + bytes.length
                    + " bytes, which is out of proportion (" + Images.RAISE_LIMIT + ")");
        }
    }
}
