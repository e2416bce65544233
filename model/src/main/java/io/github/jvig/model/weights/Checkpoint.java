package io.github.jvig.model.weights;

import io.github.jvig.model.text.MessageText;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * An open checkpoint file: the tensors it describes, and their elements on demand. Opening it reads only what describes
 * the tensors; elements are read one tensor at a time, from where they lie.
 */
abstract class Checkpoint implements Closeable {
    private final String source;
    private final long fileSize;

    /**
     * @param source   the file's name, for messages
     * @param fileSize its bytes
     */
    Checkpoint(String source, long fileSize) {
        this.source = source;
        this.fileSize = fileSize;
    }

    /**
     * Opens a checkpoint, whose format its first bytes tell.
     *
     * @throws WeightsException when it is not a checkpoint, or its description of the tensors is broken
     */
    static Checkpoint open(Path file) throws IOException {
        String source = String.valueOf(file.getFileName());
        if (!Files.exists(file)) {
            throw new WeightsException(file + ": no such file");
        }
        if (!Files.isRegularFile(file)) {
            throw new WeightsException(file + ": is not a file");
        }
        FileChannel channel = FileChannel.open(file);
        try {
            ByteRange bytes = new ByteRange(RandomAccessBytes.of(channel), 0, channel.size());
            byte[] head;
            try (InputStream in = bytes.open(0)) {
                head = in.readNBytes(9);
            }
            // A safetensors header's length can look like any of the other marks, but they never have a brace at byte 8.
            if (head.length == 9 && head[8] == '{') {
                return new SafetensorsCheckpoint(source, bytes);
            }
            if (head.length > 4 && head[0] == 'P' && head[1] == 'K' && head[2] == 3 && head[3] == 4) {
                channel.close();
                return new ZipCheckpoint(source, file, bytes.length());
            }
            if (head.length > 4 && (head[0] & 0xFF) == 0x80) {
                return new LegacyCheckpoint(source, bytes);
            }
            throw new WeightsException(source + ": is not a checkpoint: neither a PyTorch file (.pth) nor safetensors"
                    + (head.length < 9 ? "; it has " + bytes.length() + " bytes" : ""));
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** The file's name, for messages. */
    final String source() {
        return source;
    }

    /** Size of the file in bytes, which limits what may be allocated for it. */
    final long fileSize() {
        return fileSize;
    }

    /** The tensors of a state dict in the file's order, unchecked. Values that are not tensors are left out. */
    abstract Map<String, TensorRef> tensors(StateDict which) throws WeightsException;

    /** The bytes of a tensor's storage, whose {@code count} elements are really there. */
    abstract ByteSource bytes(String name, StorageRef storage) throws IOException;

    /**
     * A tensor's elements in C order, little-endian. Allocates the tensor's bytes, and for a view that is not in C order also the range
     * of the storage that it uses.
     *
     * @param name for messages
     */
    final ByteBuffer raw(String name, TensorRef tensor) throws IOException {
        int elements = tensor.check(source, name);
        int size = tensor.dtype().bytes();
        if (elements == 0) {
            return ByteBuffer.allocate(0);
        }
        ByteSource storage = bytes(name, tensor.storage());
        long start = tensor.offset() * size;
        if (tensor.isContiguous()) {
            return read(storage, start, (long) elements * size, name);
        }
        ByteBuffer range = read(storage, start, tensor.span() * size, name);
        ByteBuffer out = ByteBuffer.allocate(elements * size).order(ByteOrder.LITTLE_ENDIAN);
        gather(tensor, range.array(), out.array());
        return out;
    }

    private ByteBuffer read(ByteSource storage, long start, long length, String name) throws IOException {
        if (length > Integer.MAX_VALUE - 8 || length > storage.length() - start) {
            throw new WeightsException(
                    source + ": tensor " + MessageText.quote(name) + " uses a range of " + length
                            + " bytes of its storage");
        }
        try (InputStream in = storage.open(start)) {
            byte[] bytes = in.readNBytes((int) length);
            if (bytes.length < length) {
                throw new EOFException("the file became shorter while it was read");
            }
            return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        }
    }

    /** Walks over the shape in C order like an odometer. */
    private static void gather(TensorRef tensor, byte[] from, byte[] to) {
        int size = tensor.dtype().bytes();
        long[] index = new long[tensor.shape().length];
        long element = 0;
        for (int out = 0; out < to.length; out += size) {
            System.arraycopy(from, Math.toIntExact(element * size), to, out, size);
            for (int d = index.length - 1; d >= 0; d--) {
                element += tensor.strides()[d];
                if (++index[d] < tensor.shape()[d]) {
                    break;
                }
                element -= index[d] * tensor.strides()[d];
                index[d] = 0;
            }
        }
    }
}
