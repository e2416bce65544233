package io.github.jvig.model.weights;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** The bytes of a pickle, with the arguments of its opcodes. No length in it is believed before that many bytes are there. */
final class PickleInput implements Closeable {
    /** The longest pickle that is read. A training checkpoint of a thousand tensors with its optimizer has less than 1 MB. */
    static final int MAX_BYTES = 64 << 20;
    /** The longest integer in bytes or digits: beyond any use, and still parsed in no time. */
    static final int MAX_NUMBER = 1024;
    /**
     * The longest text that is kept, in bytes: a key, a module, a class. References to a longer text could make the reader compare or join it
     * again and again.
     */
    static final int MAX_TEXT = 1024;

    private final InputStream in;
    private final long available;
    private long position;

    PickleInput(ByteSource bytes, long start) throws IOException {
        in = new BufferedInputStream(bytes.open(start), Math.clamp(bytes.length() - start, 16, 1 << 14));
        available = Math.min(MAX_BYTES, bytes.length() - start);
    }

    /** How many bytes were read. */
    long position() {
        return position;
    }

    /** A little-endian number of that many bytes; negative when it passes a long. */
    long number(int bytes) throws IOException {
        if (bytes > available - position) {
            throw new PickleRefused(available == MAX_BYTES
                    ? "is longer than " + MAX_BYTES + " bytes"
                    : "is cut short: it goes on beyond its " + available + " bytes");
        }
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            int b = in.read();
            if (b < 0) {
                throw new EOFException("the file became shorter while it was read");
            }
            value |= (long) b << 8 * i;
        }
        position += bytes;
        return value;
    }

    /** Steps over bytes. */
    void skip(long n) throws IOException {
        within(n);
        in.skipNBytes(n);
        position += n;
    }

    /** Makes sure that bytes are there. */
    void within(long n) throws PickleRefused {
        if (n < 0 || n > available - position) {
            throw new PickleRefused(available == MAX_BYTES
                    ? "is longer than " + MAX_BYTES + " bytes"
                    : "says that " + Long.toUnsignedString(n) + " bytes follow at byte " + position + ", there are "
                            + (available - position));
        }
    }

    /** Text of that many bytes; null, and stepped over, when it is longer than any name. */
    String text(long length) throws IOException {
        within(length);
        if (length > MAX_TEXT) {
            skip(length);
            return null;
        }
        byte[] bytes = in.readNBytes((int) length);
        if (bytes.length < length) {
            throw new EOFException("the file became shorter while it was read");
        }
        position += length;
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** The signed little-endian integer of that many bytes; null when it is too large for a long. */
    Long integer(long length) throws IOException {
        if (length > MAX_NUMBER) {
            throw new PickleRefused("has an integer of " + length + " bytes at byte " + position);
        }
        within(length);
        if (length > Long.BYTES) {
            skip(length);
            return null;
        }
        if (length == 0) {
            return 0L;
        }
        int unused = Long.SIZE - 8 * (int) length;
        return number((int) length) << unused >> unused;
    }

    /** A line without its end. */
    String line(int max) throws IOException {
        String line = lineOrNull(max);
        if (line == null) {
            throw new PickleRefused("has a line of more than " + max + " characters");
        }
        return line;
    }

    /** A line without its end; null, and stepped over, when it is longer than that. */
    String lineOrNull(int max) throws IOException {
        byte[] line = new byte[32];
        int length = 0;
        for (int b = (int) number(1); b != '\n'; b = (int) number(1)) {
            if (length < max) {
                if (length == line.length) {
                    line = java.util.Arrays.copyOf(line, 2 * length);
                }
                line[length] = (byte) b;
            }
            length++;
        }
        return length > max ? null : new String(line, 0, length, StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
