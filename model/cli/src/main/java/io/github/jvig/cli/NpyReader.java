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
 * An open {@code .npy} file, version 1 or 2, whose elements are read in order, as many at a time as the caller has room for. What the
 * header promises is held against the file's real size before anything is made of it.
 */
final class NpyReader implements Closeable {
    static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    /** Magic, version, and a length of 2 bytes. */
    static final int PREFIX = MAGIC.length + 4;
    /** Many times what an array of numbers needs. */
    private static final int MAX_HEADER = 1 << 16;

    private final Path file;
    private final FileChannel channel;
    private final NpyHeader header;
    private final ByteBuffer chunk;
    private long read;

    /** @throws IOException that names the file and says in one line what is wrong with it */
    NpyReader(Path file) throws IOException {
        this.file = file;
        if (!Files.exists(file)) {
            throw bad("no such file");
        }
        if (!Files.isRegularFile(file)) {
            throw bad("is not a file");
        }
        channel = FileChannel.open(file);
        try {
            header = header();
            chunk = ByteBuffer.allocate(1 << 16).order(header.order()).limit(0);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private NpyHeader header() throws IOException {
        ByteBuffer prefix = bytes(PREFIX + 2, "it is not a .npy file");
        for (byte b : MAGIC) {
            if (prefix.get() != b) {
                throw bad("it is not a .npy file");
            }
        }
        int major = prefix.get();
        int minor = prefix.get();
        if (major != 1 && major != 2 || minor != 0) {
            throw bad("it is of version " + major + "." + minor + " of the .npy format; 1.0 and 2.0 are read");
        }
        long length = major == 1 ? Short.toUnsignedInt(prefix.getShort()) : Integer.toUnsignedLong(prefix.getInt());
        long start = major == 1 ? PREFIX : PREFIX + 2;
        if (length > MAX_HEADER || length > channel.size() - start) {
            throw bad("says that its header has " + length + " bytes; the file has " + channel.size());
        }
        channel.position(start);
        NpyHeader parsed;
        try {
            parsed = NpyHeader
                    .parse(new String(bytes((int) length, "it is truncated").array(), StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw bad(e.getMessage());
        }
        checkSize(parsed, channel.size() - channel.position());
        return parsed;
    }

    private void checkSize(NpyHeader parsed, long there) throws IOException {
        long elements = parsed.elements();
        if (elements == 0) {
            throw bad("has no elements: its shape is " + parsed.shapeText());
        }
        if (elements < 0 || elements * parsed.bytes() != there) {
            throw bad("has " + there + " bytes of elements, its shape " + parsed.shapeText() + " needs "
                    + (elements < 0 ? "more than any file has" : Long.toString(elements * parsed.bytes())));
        }
    }

    private ByteBuffer bytes(int length, String otherwise) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes) < 0) {
                throw bad(otherwise);
            }
        }
        return bytes.flip();
    }

    /** Sizes, outermost first. */
    long[] shape() {
        return header.shape().clone();
    }

    /** The sizes as Python writes them. */
    String shapeText() {
        return header.shapeText();
    }

    /**
     * Reads the next elements; those of float64 are rounded to float32.
     *
     * @throws IOException when the file ends early, or an element is not finite
     */
    void read(float[] into, int count) throws IOException {
        for (int i = 0; i < count; i++, read++) {
            if (!chunk.hasRemaining()) {
                fill();
            }
            into[i] = header.bytes() == Float.BYTES ? chunk.getFloat() : (float) chunk.getDouble();
            if (!Float.isFinite(into[i])) {
                throw bad("holds " + into[i] + " at element " + read);
            }
        }
    }

    private void fill() throws IOException {
        chunk.clear();
        // A chunk is a whole number of elements, so a read that stops inside of one goes on.
        do {
            if (channel.read(chunk) < 0) {
                throw new EOFException(file + ": became shorter while it was read");
            }
        } while (chunk.position() % header.bytes() != 0);
        chunk.flip();
    }

    private IOException bad(String what) {
        return new IOException(file + ": " + what);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
