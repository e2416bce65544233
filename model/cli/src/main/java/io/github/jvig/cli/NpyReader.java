package io.github.jvig.cli;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads a {@code .npy} file, version 1 or 2, sequentially in pieces of any length. The header is checked against the size of the file
 * before anything is allocated.
 */
final class NpyReader implements Closeable {
    static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    /** Magic, version, and a length of 2 bytes. */
    static final int PREFIX = MAGIC.length + 4;
    /** Bytes; many times the size of any header of a plain array. */
    private static final int MAX_HEADER = 1 << 16;

    private final Path file;
    private final FileChannel channel;
    private final NpyHeader header;
    private final ByteBuffer chunk;
    private long read;

    /**
     * Opens a file of floats.
     *
     * @throws IOException if the file cannot be read; the one-line message names the file and the problem
     */
    NpyReader(Path file) throws IOException {
        this(file, true);
    }

    /** @param onlyFloats whether integers and truth values are refused */
    private NpyReader(Path file, boolean onlyFloats) throws IOException {
        this.file = file;
        if (!Files.exists(file)) {
            throw bad("no such file");
        }
        if (!Files.isRegularFile(file)) {
            throw bad("not a regular file");
        }
        channel = FileChannel.open(file);
        try {
            header = header();
            if (onlyFloats && !header.isFloat()) {
                throw bad("the dtype is " + header.descr()
                        + "; only float32 and float64 are supported (<f4, <f8, >f4, >f8)");
            }
            chunk = ByteBuffer.allocate(1 << 16).order(header.order()).limit(0);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** Opens a file of floats, integers or truth values. */
    static NpyReader ofAnyType(Path file) throws IOException {
        return new NpyReader(file, false);
    }

    private NpyHeader header() throws IOException {
        ByteBuffer prefix = bytes(PREFIX + 2, "not a .npy file");
        for (byte b : MAGIC) {
            if (prefix.get() != b) {
                throw bad("not a .npy file");
            }
        }
        int major = prefix.get();
        int minor = prefix.get();
        if (major != 1 && major != 2 || minor != 0) {
            throw bad("version " + major + "." + minor
                    + " of the .npy format is not supported; supported are 1.0 and 2.0");
        }
        long length = major == 1 ? Short.toUnsignedInt(prefix.getShort()) : Integer.toUnsignedLong(prefix.getInt());
        long start = major == 1 ? PREFIX : PREFIX + 2;
        if (length > MAX_HEADER || length > channel.size() - start) {
            throw bad("the header length of " + length + " bytes does not fit the file size of " + channel.size()
                    + " bytes");
        }
        channel.position(start);
        NpyHeader parsed;
        try {
            parsed = NpyHeader
                    .parse(new String(bytes((int) length, "the file is truncated").array(),
                            StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw bad(e.getMessage());
        }
        checkSize(parsed, channel.size() - channel.position());
        return parsed;
    }

    private void checkSize(NpyHeader parsed, long actual) throws IOException {
        long elements = parsed.elements();
        if (elements == 0) {
            throw bad("the array is empty: its shape is " + parsed.shapeText());
        }
        if (elements < 0 || elements * parsed.bytes() != actual) {
            throw bad("the shape " + parsed.shapeText() + " needs "
                    + (elements < 0 ? "more bytes than any file has" : elements * parsed.bytes() + " bytes")
                    + " of elements, the file has " + actual);
        }
    }

    private ByteBuffer bytes(int length, String errorIfShort) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes) < 0) {
                throw bad(errorIfShort);
            }
        }
        return bytes.flip();
    }

    /** Whether the elements are floats, and not integers or truth values. */
    boolean isFloat() {
        return header.isFloat();
    }

    /** The type of the elements as the file has it, such as {@code <i8}. */
    String descr() {
        return header.descr();
    }

    /** Dimensions, outermost first; a copy. */
    long[] shape() {
        return header.shape().clone();
    }

    /** The shape in Python syntax. */
    String shapeText() {
        return header.shapeText();
    }

    /**
     * Reads the next elements. Elements of type float64 are rounded to float32; truth values become 0 and 1.
     *
     * @throws IOException if the file ends early, an element is NaN or infinite, or an integer is none that a float holds
     */
    void read(float[] into, int count) throws IOException {
        for (int i = 0; i < count; i++, read++) {
            if (!chunk.hasRemaining()) {
                fill();
            }
            into[i] = header.isFloat()
                    ? header.bytes() == Float.BYTES ? chunk.getFloat() : (float) chunk.getDouble()
                    : whole();
            if (!Float.isFinite(into[i])) {
                throw bad("element " + read + " is " + into[i] + "; all elements must be finite");
            }
        }
    }

    private float whole() throws IOException {
        boolean unsigned = header.type() == 'u';
        long value = switch (header.bytes()) {
            case 1 -> unsigned ? Byte.toUnsignedInt(chunk.get()) : chunk.get();
            case 2 -> unsigned ? Short.toUnsignedInt(chunk.getShort()) : chunk.getShort();
            case 4 -> unsigned ? Integer.toUnsignedLong(chunk.getInt()) : chunk.getInt();
            default -> chunk.getLong();
        };
        if (header.type() == 'b') {
            return value == 0 ? 0 : 1;
        }
        if ((long) (float) value != value) {
            throw bad("element " + read + " is " + value + ", which is computed with as a float and is none");
        }
        return value;
    }

    private void fill() throws IOException {
        chunk.clear();
        // A chunk holds whole elements: continue if a read stops inside an element.
        do {
            if (channel.read(chunk) < 0) {
                throw new EOFException(file + ": the file became shorter while it was read");
            }
        } while (chunk.position() % header.bytes() != 0);
        chunk.flip();
    }

    private IOException bad(String message) {
        return new IOException(file + ": " + message);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
