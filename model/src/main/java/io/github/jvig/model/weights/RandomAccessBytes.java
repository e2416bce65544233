package io.github.jvig.model.weights;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Bytes that can be read from any offset: an open file, or an array. */
interface RandomAccessBytes extends Closeable {
    /** Reads some bytes from an offset on, as {@link FileChannel#read(ByteBuffer, long)} does. */
    int read(ByteBuffer into, long offset) throws IOException;

    static RandomAccessBytes of(byte[] bytes) {
        return new RandomAccessBytes() {
            @Override
            public int read(ByteBuffer into, long offset) {
                int length = (int) Math.min(into.remaining(), bytes.length - offset);
                if (length <= 0) {
                    return -1;
                }
                into.put(bytes, (int) offset, length);
                return length;
            }

            @Override
            public void close() {
                // An array needs no closing.
            }
        };
    }
}
