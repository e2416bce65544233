package io.github.jvig.model.weights;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/**
 * The bytes from {@code offset} to {@code offset + length} of a source.
 *
 * @param source open for reading
 * @param offset of the first byte
 * @param length in bytes
 */
record ByteRange(RandomAccessBytes source, long offset, long length) implements ByteSource {

    @Override
    public InputStream open(long start) {
        return new InputStream() {
            private final long end = offset + length;
            private long next = offset + start;

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
            }

            @Override
            public int read(byte[] into, int intoOffset, int wanted) throws IOException {
                int max = (int) Math.min(wanted, end - next);
                if (max <= 0) {
                    return wanted == 0 ? 0 : -1;
                }
                int got = source.read(ByteBuffer.wrap(into, intoOffset, max), next);
                if (got > 0) {
                    next += got;
                }
                return got;
            }

            @Override
            public long skip(long n) {
                long skipped = Math.max(0, Math.min(n, end - next));
                next += skipped;
                return skipped;
            }
        };
    }
}
