package io.github.jvig.model.weights;

import java.io.Closeable;
import io.github.jvig.model.files.ForeignFile;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

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
     * @param source the file's name, for messages
     * @param bytes  the whole file; closed with the checkpoint, or at once when this fails
     * @throws WeightsException when it is not a checkpoint, or its description of the tensors is broken
     */
    static Checkpoint open(String source, ByteRange bytes) throws IOException {
        try {
            byte[] head;
            try (InputStream in = bytes.open(0)) {
                head = in.readNBytes(ForeignFile.HEAD);
            }
            // A safetensors header's length can look like any of the other marks, but they never have a brace at byte 8; JSON has one at its start.
            if (head.length > 8 && head[8] == '{' && !(head[0] == '{' && head[7] >= ' ')) {
                return new SafetensorsCheckpoint(source, bytes);
            }
            if (head.length > 4 && head[0] == 'P' && head[1] == 'K' && (head[2] == 3 && head[3] == 4)) {
                return new ZipCheckpoint(source, bytes);
            }
            byte[] digits = LegacyCheckpoint.DIGITS;
            if (head.length > 4 && ((head[0] & 0xFF) == 0x80
                    || Arrays.equals(head, 0, Math.min(head.length, digits.length), digits, 0, digits.length))) {
                return new LegacyCheckpoint(source, bytes);
            }
            String kind = FileKind.of(source, head);
            throw new WeightsException(source + ": "
                    + (kind != null ? kind : "is not a checkpoint: neither a PyTorch file (.pth) nor safetensors")
                    + (kind == null && head.length < 9 ? "; it has " + bytes.length() + " bytes" : ""));
        } catch (IOException | RuntimeException e) {
            bytes.source().close();
            throw e;
        }
    }

    /** The file's name, for messages. */
    final String source() {
        return source;
    }

    /** Size of the file in bytes, were nothing in it compressed, which limits what may be allocated for it. */
    long fileSize() {
        return fileSize;
    }

    /** The tensors of a state dict in the file's order, unchecked. Values that are not tensors are left out. */
    abstract StateDictFinder.Found select(StateDict which) throws WeightsException;

    /** The bytes of a tensor's storage, whose elements are all really there. */
    abstract Stored bytes(String name, StorageRef storage) throws IOException;
}
