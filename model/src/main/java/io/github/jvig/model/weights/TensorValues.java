package io.github.jvig.model.weights;

import io.github.jvig.model.text.MessageText;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;

/**
 * Reads the values of the tensors of one storage. Each byte of a storage is read at most twice, and a third time for its checksum, however
 * many tensors view it. What lies in C order goes through a small buffer; only where views in another order overlap is the range that they
 * use held in memory.
 */
final class TensorValues {
    private static final int CHUNK = 1 << 16;

    private final String source;
    private final Stored stored;

    /** A tensor of the storage, already checked, and where its values go. */
    record Wanted(String name, TensorRef tensor, float[] data) {}

    TensorValues(String source, Stored stored) {
        this.source = source;
        this.stored = stored;
    }

    void read(List<Wanted> all) throws IOException {
        List<Wanted> wanted = all.stream().filter(w -> w.data.length > 0).toList();
        if (wanted.isEmpty()) {
            return;
        }
        boolean whole = wanted.size() == 1 && wanted.getFirst().tensor.isContiguous()
                && bytes(wanted.getFirst()) == stored.bytes().length();
        if (!whole) {
            verify();
        }
        long total = 0;
        long least = Long.MAX_VALUE;
        long most = 0;
        for (Wanted w : wanted) {
            int size = w.tensor.dtype().bytes();
            total += w.tensor.span() * size;
            least = Math.min(least, w.tensor.offset() * size);
            most = Math.max(most, (w.tensor.offset() + w.tensor.span()) * size);
        }
        if (total <= stored.bytes().length()) {
            for (Wanted w : wanted) {
                if (w.tensor.isContiguous()) {
                    stream(w, whole);
                } else {
                    long start = w.tensor.offset() * w.tensor.dtype().bytes();
                    gather(w, range(w.name, start, w.tensor.span() * w.tensor.dtype().bytes()), start);
                }
            }
        } else {
            ByteBuffer range = range(wanted.getFirst().name, least, most - least);
            for (Wanted w : wanted) {
                gather(w, range, least);
            }
        }
        for (Wanted w : wanted) {
            if (w.tensor.negated()) {
                for (int i = 0; i < w.data.length; i++) {
                    w.data[i] = -w.data[i];
                }
            }
            Weights.checkFinite(source, w.name, w.data);
        }
    }

    private static long bytes(Wanted w) {
        return (long) w.data.length * w.tensor.dtype().bytes();
    }

    private void verify() throws IOException {
        if (stored.crc() == Stored.NO_CHECKSUM) {
            return;
        }
        CRC32 crc = new CRC32();
        try (InputStream in = stored.bytes().open(0)) {
            byte[] buffer = new byte[Math.clamp(stored.bytes().length(), 1, CHUNK)];
            for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
                crc.update(buffer, 0, n);
            }
        }
        check(crc);
    }

    private void check(CRC32 crc) throws WeightsException {
        if (crc.getValue() != stored.crc()) {
            throw new WeightsException(
                    source + ": " + stored.what() + " is damaged: its bytes don't give its checksum");
        }
    }

    /** Reads a tensor in C order from first to last, and the checksum on the way if it is the whole storage. */
    private void stream(Wanted w, boolean whole) throws IOException {
        int size = w.tensor.dtype().bytes();
        byte[] chunk = new byte[(int) Math.min(bytes(w), CHUNK)];
        ByteBuffer buffer = ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN);
        CRC32 crc = new CRC32();
        try (InputStream in = stored.bytes().open(w.tensor.offset() * size)) {
            for (int done = 0; done < w.data.length; done += chunk.length / size) {
                int length = (int) Math.min(chunk.length, (long) (w.data.length - done) * size);
                if (in.readNBytes(chunk, 0, length) < length) {
                    throw new EOFException("the file became shorter while it was read");
                }
                if (whole) {
                    crc.update(chunk, 0, length);
                }
                if (w.tensor.dtype() == DType.F32) {
                    buffer.asFloatBuffer().get(w.data, done, length / size);
                } else {
                    for (int i = 0; i < length / size; i++) {
                        w.data[done + i] = narrow(w, w.tensor.dtype().value(buffer, i), done + i);
                    }
                }
            }
        }
        if (whole && stored.crc() != Stored.NO_CHECKSUM) {
            check(crc);
        }
    }

    private float narrow(Wanted w, double value, int index) throws WeightsException {
        float narrow = (float) value;
        if (Float.isInfinite(narrow) && !Double.isInfinite(value)) {
            throw new WeightsException(source + ": tensor " + MessageText.quote(w.name) + " holds " + value
                    + " at element " + index + ", too large for float32");
        }
        return narrow;
    }

    private ByteBuffer range(String name, long start, long length) throws IOException {
        if (length > Integer.MAX_VALUE - 8) {
            throw new WeightsException(source + ": tensor " + MessageText.quote(name) + " uses a range of " + length
                    + " bytes of its storage, more than an array can hold");
        }
        try (InputStream in = stored.bytes().open(start)) {
            byte[] bytes = in.readNBytes((int) length);
            if (bytes.length < length) {
                throw new EOFException("the file became shorter while it was read");
            }
            return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        }
    }

    /** Walks over the shape in C order like an odometer. */
    private void gather(Wanted w, ByteBuffer range, long start) throws WeightsException {
        DType type = w.tensor.dtype();
        long[] index = new long[w.tensor.shape().length];
        // Views of a storage of bytes may begin anywhere, so offsets are counted in bytes.
        long at = w.tensor.offset() * type.bytes() - start;
        long[] strides = Arrays.stream(w.tensor.strides()).map(stride -> stride * type.bytes()).toArray();
        for (int out = 0; out < w.data.length; out++) {
            w.data[out] = narrow(w, type.value(range.slice((int) at, type.bytes()).order(ByteOrder.LITTLE_ENDIAN), 0),
                    out);
            for (int d = index.length - 1; d >= 0; d--) {
                at += strides[d];
                if (++index[d] < w.tensor.shape()[d]) {
                    break;
                }
                at -= index[d] * strides[d];
                index[d] = 0;
            }
        }
    }
}
