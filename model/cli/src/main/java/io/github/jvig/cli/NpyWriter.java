package io.github.jvig.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;

/** Writes a float32 array as {@code .npy} version 1, in pieces. */
final class NpyWriter {
    private static final int ALIGNMENT = 64;

    private final WritableByteChannel channel;
    private final ByteBuffer chunk = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);

    /**
     * Writes the header: magic, version, length, and a dict that is padded with spaces so that the elements are aligned.
     *
     * @param shape dimensions of the array; the elements are written afterwards
     */
    NpyWriter(WritableByteChannel channel, long... shape) throws IOException {
        this.channel = channel;
        String dict = "{'descr': '<f4', 'fortran_order': False, 'shape': "
                + new NpyHeader(ByteOrder.LITTLE_ENDIAN, Float.BYTES, shape).shapeText() + ", }";
        int length = Math.ceilDiv(NpyReader.PREFIX + dict.length() + 1, ALIGNMENT) * ALIGNMENT - NpyReader.PREFIX;
        String filled = dict + " ".repeat(length - dict.length() - 1) + "\n";
        chunk.put(NpyReader.MAGIC).put((byte) 1).put((byte) 0).putShort((short) length)
                .put(filled.getBytes(StandardCharsets.US_ASCII));
        drain();
    }

    /** Appends elements. */
    void write(float[] values) throws IOException {
        for (float value : values) {
            if (chunk.remaining() < Float.BYTES) {
                drain();
            }
            chunk.putFloat(value);
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
