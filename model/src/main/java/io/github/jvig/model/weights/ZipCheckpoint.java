package io.github.jvig.model.weights;

import io.github.jvig.model.text.MessageText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;

/**
 * The container of PyTorch 1.6 and later: a zip whose one top folder, of any name, holds {@code data.pkl} and the storages {@code data/KEY}, all
 * uncompressed unless a tool has packed them anew. An entry is used only after its bytes gave the checksum in the directory, unless the file was
 * written without checksums.
 */
final class ZipCheckpoint extends TorchCheckpoint {
    private static final String PICKLE = "/data.pkl";

    private final ByteRange file;
    private final ZipDirectory zip;
    private final String top;
    private final Object root;

    ZipCheckpoint(String source, ByteRange file) throws IOException {
        super(source, file.length());
        this.file = file;
        try {
            zip = new ZipDirectory(file);
            top = top();
            checkByteOrder();
            root = readPickle();
        } catch (ZipRefused e) {
            throw new WeightsException(source + ": " + e.getMessage(), e);
        }
    }

    @Override
    Object root() {
        return root;
    }

    @Override
    long fileSize() {
        return zip.length();
    }

    @Override
    Stored bytes(String name, StorageRef storage) throws IOException {
        String entryName = top + "/data/" + storage.key();
        ZipDirectory.Entry entry = zip.get(entryName);
        if (entry == null) {
            throw new WeightsException(
                    source() + ": tensor " + MessageText.quote(name) + ": the entry " + MessageText.quote(entryName)
                            + " is missing");
        }
        if (entry.size() < storage.bytes()) {
            throw new WeightsException(
                    source() + ": tensor " + MessageText.quote(name) + ": the entry " + MessageText.quote(entryName)
                            + " has "
                            + entry.size() + " bytes, its storage is " + storage.count() + " x " + storage.dtype());
        }
        try {
            return new Stored(zip.bytes(entry), zip.hasChecksums() ? entry.crc() : Stored.NO_CHECKSUM,
                    "the entry " + MessageText.quote(entryName));
        } catch (ZipRefused e) {
            throw new WeightsException(source() + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() throws IOException {
        file.source().close();
    }

    private String top() throws IOException {
        List<String> pickles = zip.names().stream().filter(name -> name.endsWith(PICKLE)).toList();
        if (pickles.size() > 1) {
            throw new ZipRefused("has more than one data.pkl");
        }
        String folder = pickles.isEmpty()
                ? null
                : pickles.getFirst().substring(0, pickles.getFirst().length() - PICKLE.length());
        String kind = FileKind.ofZip(zip, folder);
        if (kind != null) {
            throw new ZipRefused(kind);
        }
        if (folder == null) {
            throw new ZipRefused("is a zip without a data.pkl, so not a PyTorch checkpoint");
        }
        return folder;
    }

    private void checkByteOrder() throws IOException {
        ZipDirectory.Entry entry = zip.get(top + "/byteorder");
        if (entry == null) {
            return; // PyTorch before 2.1: always little-endian
        }
        try (InputStream in = verified(entry).open(0)) {
            String order = new String(in.readNBytes(16), StandardCharsets.US_ASCII);
            if (!order.equals("little")) {
                throw new ZipRefused(entry,
                        "says " + MessageText.quote(order) + "; only little-endian checkpoints are read");
            }
        }
    }

    private Object readPickle() throws IOException {
        ZipDirectory.Entry entry = zip.get(top + PICKLE);
        try {
            ByteRange bytes = verified(entry);
            PickleReader.Content content = PickleReader.read(bytes, 0);
            if (content.length() != bytes.length()) {
                throw new ZipRefused(entry, "has " + (bytes.length() - content.length()) + " bytes after its end");
            }
            return content.value();
        } catch (PickleRefused e) {
            throw new WeightsException(
                    source() + ": the entry " + MessageText.quote(entry.name()) + " " + e.getMessage(), e);
        }
    }

    private ByteRange verified(ZipDirectory.Entry entry) throws IOException {
        ByteRange bytes = zip.bytes(entry);
        if (zip.hasChecksums()) {
            CRC32 crc = new CRC32();
            try (InputStream in = bytes.open(0)) {
                byte[] buffer = new byte[Math.clamp(entry.size(), 1, 1 << 16)];
                for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
                    crc.update(buffer, 0, n);
                }
            }
            if (crc.getValue() != entry.crc()) {
                throw new ZipRefused(entry, "is damaged: its bytes don't give its checksum");
            }
        }
        return bytes;
    }
}
