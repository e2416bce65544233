package io.github.jvig.model.weights;

import io.github.jvig.model.text.MessageText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The container of PyTorch 1.6 and later: a zip whose one top folder, of any name, holds {@code data.pkl} and the
 * storages {@code data/KEY}, all uncompressed. An entry is used only after its bytes gave the checksum in the
 * directory.
 */
final class ZipCheckpoint extends TorchCheckpoint {
    private static final String PICKLE = "/data.pkl";

    private final ZipFile zip;
    private final String top;
    private final Object root;
    private final Map<String, ByteSource> verified = new HashMap<>();

    ZipCheckpoint(String source, Path file, long fileSize) throws IOException {
        super(source, fileSize);
        try {
            zip = new ZipFile(file.toFile());
        } catch (IOException | RuntimeException e) {
            throw new WeightsException(
                    source + ": is cut short or not a whole zip: " + MessageText.plain(String.valueOf(e.getMessage())),
                    e);
        }
        try {
            checkEntries();
            top = top();
            checkByteOrder();
            root = readPickle();
        } catch (IOException | RuntimeException e) {
            zip.close();
            throw e;
        }
    }

    @Override
    Object root() {
        return root;
    }

    @Override
    ByteSource bytes(String name, StorageRef storage) throws IOException {
        String entryName = top + "/data/" + storage.key();
        ZipEntry entry = zip.getEntry(entryName);
        if (entry == null) {
            throw new WeightsException(
                    source() + ": tensor " + MessageText.quote(name) + ": the entry " + MessageText.quote(entryName)
                            + " is missing");
        }
        if (entry.getSize() < storage.count() * storage.dtype().bytes()) {
            throw new WeightsException(
                    source() + ": tensor " + MessageText.quote(name) + ": the entry " + MessageText.quote(entryName)
                            + " has "
                            + entry.getSize() + " bytes, its storage is " + storage.count() + " x " + storage.dtype());
        }
        return verified(entry);
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }

    /** Every size must be possible in a file of that many bytes, and every name unique. */
    private void checkEntries() throws WeightsException {
        Set<String> names = new HashSet<>();
        for (ZipEntry entry : Collections.list(zip.entries())) {
            if (!names.add(entry.getName())) {
                throw bad(entry, "is there twice");
            }
            if (entry.getMethod() != ZipEntry.STORED || entry.getSize() != entry.getCompressedSize()) {
                throw bad(entry, "is compressed; PyTorch writes uncompressed ones");
            }
            if (entry.getSize() > fileSize()) {
                throw bad(entry, "has a declared size of " + entry.getSize() + " bytes in a file of " + fileSize());
            }
        }
    }

    private String top() throws WeightsException {
        List<String> pickles = zip.stream().map(ZipEntry::getName).filter(name -> name.endsWith(PICKLE)).toList();
        if (pickles.size() != 1) {
            throw new WeightsException(source() + (pickles.isEmpty()
                    ? ": is a zip without a data.pkl, so not a PyTorch checkpoint"
                    : ": has more than one data.pkl"));
        }
        return pickles.getFirst().substring(0, pickles.getFirst().length() - PICKLE.length());
    }

    private void checkByteOrder() throws IOException {
        ZipEntry entry = zip.getEntry(top + "/byteorder");
        if (entry == null) {
            return; // PyTorch before 2.1: always little-endian
        }
        try (InputStream in = verified(entry).open(0)) {
            String order = new String(in.readNBytes(16), StandardCharsets.US_ASCII);
            if (!order.equals("little")) {
                throw bad(entry, "says " + MessageText.quote(order) + "; only little-endian checkpoints are read");
            }
        }
    }

    private Object readPickle() throws IOException {
        ZipEntry entry = zip.getEntry(top + PICKLE);
        try {
            ByteSource bytes = verified(entry);
            int length = PickleScan.scan(bytes, 0);
            if (length != bytes.length()) {
                throw bad(entry, "has " + (bytes.length() - length) + " bytes after its end");
            }
            return CheckpointUnpickler.read(bytes, 0, length).value();
        } catch (PickleRefused e) {
            throw new WeightsException(
                    source() + ": the entry " + MessageText.quote(entry.getName()) + " " + e.getMessage(),
                    e);
        }
    }

    private ByteSource verified(ZipEntry entry) throws IOException {
        ByteSource known = verified.get(entry.getName());
        if (known != null) {
            return known;
        }
        ByteSource bytes = new EntryBytes(zip, entry);
        CRC32 crc = new CRC32();
        long length = 0;
        try (InputStream in = bytes.open(0)) {
            byte[] buffer = new byte[Math.clamp(entry.getSize(), 1, 1 << 16)];
            for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
                crc.update(buffer, 0, n);
                length += n;
            }
        } catch (IOException e) {
            throw new WeightsException(
                    source() + ": the entry " + MessageText.quote(entry.getName()) + " can't be read: "
                            + MessageText.plain(String.valueOf(e.getMessage())),
                    e);
        }
        if (length != entry.getSize() || crc.getValue() != entry.getCrc()) {
            throw bad(entry, "is damaged: its bytes don't give its checksum");
        }
        verified.put(entry.getName(), bytes);
        return bytes;
    }

    private WeightsException bad(ZipEntry entry, String what) {
        return new WeightsException(source() + ": the entry " + MessageText.quote(entry.getName()) + " " + what);
    }

    /** A stored entry; its stream skips without reading. */
    private record EntryBytes(ZipFile zip, ZipEntry entry) implements ByteSource {

        @Override
        public long length() {
            return entry.getSize();
        }

        @Override
        public InputStream open(long from) throws IOException {
            InputStream in = zip.getInputStream(entry);
            in.skipNBytes(from);
            return in;
        }
    }
}
