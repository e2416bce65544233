package io.github.jvig.model.weights;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/**
 * Bytes {@code at} to {@code at + length} of a source.
 *
 * @param source open for reading
 */
record ByteRange(RandomAccessBytes source, long at, long length) implements ByteSource {

    @Override
    public InputStream open(long from) {
        return new InputStream() {
            private long next = at + from;

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
            }

            @Override
            public int read(byte[] into, int offset, int wanted) throws IOException {
                int most = (int) Math.min(wanted, at + length - next);
                if (most <= 0) {
                    return wanted == 0 ? 0 : -1;
                }
                int got = source.read(ByteBuffer.wrap(into, offset, most), next);
                if (got > 0) {
                    next += got;
                }
                return got;
            }

            @Override
            public long skip(long n) {
                long skipped = Math.max(0, Math.min(n, at + length - next));
                next += skipped;
                return skipped;
            }
        };
    }
}
