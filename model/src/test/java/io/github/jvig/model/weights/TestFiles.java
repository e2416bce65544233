package io.github.jvig.model.weights;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Where the tests find checkpoint files, and how they make odd ones. */
final class TestFiles {
    /** The first three pickles of the legacy container: magic number, protocol, system. */
    private static final byte[] LEGACY_HEAD = new PickleBytes().op(0x80, 2, 0x8A, 10)
            .op(0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19).op(".").op(0x80, 2).op("M").little(1001, 2)
            .op(".")
            .op(0x80, 2).op("}").text("little_endian").op(0x88).op("s").stop();

    private TestFiles() {
    }

    static Path checkpoint(String name) {
        URL url = Objects.requireNonNull(TestFiles.class.getResource("/checkpoints/" + name), name);
        try {
            return Path.of(url.toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A zip container with one storage of zeros. */
    static Path zip(Path file, byte[] pickle, int storageBytes) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("top/data.pkl", pickle);
        entries.put("top/data/0", new byte[storageBytes]);
        return zip(file, entries);
    }

    /** A zip of stored entries. */
    static Path zip(Path file, Map<String, byte[]> entries) throws IOException {
        try (OutputStream out = Files.newOutputStream(file); ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.setMethod(ZipOutputStream.STORED);
            for (Map.Entry<String, byte[]> e : entries.entrySet()) {
                ZipEntry entry = new ZipEntry(e.getKey());
                CRC32 crc = new CRC32();
                crc.update(e.getValue());
                entry.setSize(e.getValue().length);
                entry.setCrc(crc.getValue());
                zip.putNextEntry(entry);
                zip.write(e.getValue());
            }
        }
        return file;
    }

    /** A legacy container whose object is the given pickle, with no storages. */
    static Path legacy(Path file, byte[] pickle) throws IOException {
        return legacy(file, pickle, PickleBytes.pickle().op("]").stop(), new byte[0]);
    }

    /**
     * A legacy container.
     *
     * @param keys     pickle of the list of storages' keys
     * @param storages a count and the elements of each
     */
    static Path legacy(Path file, byte[] pickle, byte[] keys, byte[] storages) throws IOException {
        return Files.write(file,
                new PickleBytes().bytes(LEGACY_HEAD).bytes(pickle).bytes(keys).bytes(storages).toBytes());
    }
}
