package io.github.jvig.cli;

import io.github.jvig.model.TensorInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;

/** Writes an array of float32, int64 or bool as {@code .npy} version 1, in pieces. */
final class NpyWriter {
    private static final int ALIGNMENT = 64;

    private final WritableByteChannel channel;
    private final TensorInfo.Kind kind;
    private final ByteBuffer chunk = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);

    /**
     * Writes the header: magic, version, length, and a dict that is padded with spaces so that the elements are aligned.
     *
     * @param shape dimensions of the float32 array; the elements are written afterwards
     */
    NpyWriter(WritableByteChannel channel, long... shape) throws IOException {
        this(channel, TensorInfo.Kind.FLOAT, shape);
    }

    /** @param kind float32 for real numbers, int64 for whole ones, bool for truth values */
    NpyWriter(WritableByteChannel channel, TensorInfo.Kind kind, long... shape) throws IOException {
        this.channel = channel;
        this.kind = kind;
        NpyHeader header = switch (kind) {
            case FLOAT -> new NpyHeader(ByteOrder.LITTLE_ENDIAN, 'f', Float.BYTES, shape);
            case INTEGER -> new NpyHeader(ByteOrder.LITTLE_ENDIAN, 'i', Long.BYTES, shape);
            case BOOLEAN -> new NpyHeader(ByteOrder.LITTLE_ENDIAN, 'b', 1, shape);
        };
        String dict = "{'descr': '" + header.descr() + "', 'fortran_order': False, 'shape': " + header.shapeText()
                + ", }";
        int length = Math.ceilDiv(NpyReader.PREFIX + dict.length() + 1, ALIGNMENT) * ALIGNMENT - NpyReader.PREFIX;
        String filled = dict + " ".repeat(length - dict.length() - 1) + "\n";
        chunk.put(NpyReader.MAGIC).put((byte) 1).put((byte) 0).putShort((short) length)
                .put(filled.getBytes(StandardCharsets.US_ASCII));
        drain();
    }

    /** Appends elements. */
    void write(float[] values) throws IOException {
        for (float value : values) {
            if (chunk.remaining() < Long.BYTES) {
                drain();
            }
            switch (kind) {
                case FLOAT -> chunk.putFloat(value);
                case INTEGER -> chunk.putLong((long) value);
                case BOOLEAN -> chunk.put((byte) (value == 0 ? 0 : 1));
            }
        }
        drain();
    }

    private void drain() throws IOException {
        chunk.flip();
        while (chunk.hasRemaining()) {
            channel.write(chunk);
        }
        chunk.clear();
    }
}
