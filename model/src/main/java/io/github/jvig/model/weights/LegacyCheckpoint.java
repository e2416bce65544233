package io.github.jvig.model.weights;

import io.github.jvig.model.text.MessageText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * PyTorch's container before 1.6: five pickles in a row (magic number, protocol, system, the object, the storages'
 * keys), then for each key a count of elements as a 64-bit integer and the elements. It has no checksums.
 */
final class LegacyCheckpoint extends TorchCheckpoint {
    /** The magic number as protocols 0 and 1 write it, in digits. */
    static final byte[] DIGITS = "L119547037146038801333356L\n.".getBytes(StandardCharsets.US_ASCII);
    /** The magic number as protocols from 2 on write it, behind the protocol's number: an integer of ten bytes. */
    private static final byte[] MAGIC = {(byte) 0x8A, 10, 0x6C, (byte) 0xFC, (byte) 0x9C, 0x46, (byte) 0xF9, 0x20, 0x6A,
            (byte) 0xA8, 0x50, 0x19, '.'};
    /** The opcode before the length of what follows. */
    private static final int FRAME = 0x95;
    private static final Long PROTOCOL = 1001L;

    private final ByteRange file;
    private final Object root;
    private final Map<String, ByteRange> storages = new HashMap<>();
    private long position;

    LegacyCheckpoint(String source, ByteRange file) throws IOException {
        super(source, file.length());
        this.file = file;
        position = behindMagic();
        if (position < 0) {
            throw new WeightsException(
                    source + ": is a pickle, but not a PyTorch checkpoint; in Python, if you trust the file:"
                            + " torch.save(a dict of tensors made of pickle.load(f), g)");
        }
        if (!PROTOCOL.equals(next("protocol").value())) {
            throw new WeightsException(source + ": has a container protocol other than " + PROTOCOL);
        }
        if (!(next("system").value() instanceof PickleDict system)
                || !Boolean.TRUE.equals(system.get("little_endian"))) {
            throw new WeightsException(
                    source + ": was not written on a little-endian machine; only such checkpoints are read");
        }
        PickleReader.Content object = next("object");
        root = object.value();
        locate(next("list of storages").value(), object.storages());
    }

    /** Where the pickle of the magic number ends; -1 where there is none. Protocols from 4 on write the length of what follows before it. */
    private long behindMagic() throws IOException {
        byte[] head;
        try (InputStream in = file.open(0)) {
            head = in.readNBytes(DIGITS.length);
        }
        if (Arrays.equals(head, DIGITS)) {
            return DIGITS.length;
        }
        int start = head.length > 2 && (head[2] & 0xFF) == FRAME ? 2 + 1 + Long.BYTES : 2;
        int end = start + MAGIC.length;
        return end <= head.length && Arrays.equals(head, start, end, MAGIC, 0, MAGIC.length) ? end : -1;
    }

    @Override
    Object root() {
        return root;
    }

    @Override
    Stored bytes(String name, StorageRef storage) throws WeightsException {
        ByteRange bytes = storages.get(storage.key());
        if (bytes == null) {
            throw new WeightsException(source() + ": tensor " + MessageText.quote(name) + ": the storage "
                    + MessageText.quote(storage.key()) + " is missing");
        }
        return Stored.unchecked(bytes);
    }

    @Override
    public void close() throws IOException {
        file.source().close();
    }

    private PickleReader.Content next(String what) throws IOException {
        try {
            PickleReader.Content content = PickleReader.read(file, position);
            position += content.length();
            return content;
        } catch (PickleRefused e) {
            throw new WeightsException(source() + ": the pickle of its " + what + " " + e.getMessage(), e);
        }
    }

    /** Finds the bytes of each storage: each begins with its count, which gives the offset of the next one. */
    private void locate(Object keys, Map<String, StorageRef> named) throws IOException {
        if (!(keys instanceof List<?> list)) {
            throw new WeightsException(source() + ": its list of storages is " + PickleKind.of(keys));
        }
        for (Object item : list) {
            StorageRef storage = item instanceof String key ? named.get(key) : null;
            if (storage == null) {
                throw new WeightsException(source() + ": its list of storages has "
                        + (item instanceof String key
                                ? MessageText.quote(key) + ", which no tensor uses"
                                : PickleKind.of(item)));
            }
            long count = count(storage);
            if (count != storage.count()) {
                throw new WeightsException(
                        source() + ": the storage " + MessageText.quote(storage.key()) + " has " + count
                                + " elements, its tensors expect "
                                + storage.count());
            }
            long bytes = count * storage.dtype().bytes();
            if (bytes > file.length() - position) {
                throw cutShort(storage);
            }
            if (storages.put(storage.key(), new ByteRange(file.source(), position, bytes)) != null) {
                throw new WeightsException(
                        source() + ": the storage " + MessageText.quote(storage.key()) + " is there twice");
            }
            position += bytes;
        }
    }

    private long count(StorageRef storage) throws IOException {
        try (InputStream in = file.open(position)) {
            byte[] count = in.readNBytes(Long.BYTES);
            if (count.length < Long.BYTES) {
                throw cutShort(storage);
            }
            position += Long.BYTES;
            return ByteBuffer.wrap(count).order(ByteOrder.LITTLE_ENDIAN).getLong();
        }
    }

    private WeightsException cutShort(StorageRef storage) {
        return new WeightsException(
                source() + ": is cut short: the storage " + MessageText.quote(storage.key()) + " passes its end");
    }
}
