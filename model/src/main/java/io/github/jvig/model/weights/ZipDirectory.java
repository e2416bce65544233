package io.github.jvig.model.weights;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;

/**
 * The directory of a zip file (PKWARE's APPNOTE 4.3, with zip64), read in time linear in its length. Unlike the library's, it is not slowed
 * down by names of equal hashes, and it refuses entries that share bytes, so that all entries together are no longer than the file, or,
 * where tools have packed a checkpoint anew and compressed it, {@value #MAX_RATIO} times as long.
 */
final class ZipDirectory {
    private static final int END = 0x06054b50;
    private static final int END64 = 0x06064b50;
    private static final int LOCATOR64 = 0x07064b50;
    private static final int HEADER = 0x02014b50;
    private static final int LOCAL = 0x04034b50;
    private static final int END_BYTES = 22;
    private static final int HEADER_BYTES = 46;
    private static final int LOCAL_BYTES = 30;
    private static final int MAX_DIRECTORY = 64 << 20;
    private static final long NONE32 = 0xFFFFFFFFL;
    private static final int STORED = 0;
    private static final int DEFLATED = 8;
    /** How many times as long as the file all entries may be. Weights are hardly compressed; those of a pruned net are, some times. */
    private static final int MAX_RATIO = 16;
    /** Bytes that the entries of any file may have. */
    private static final int ALWAYS = 1 << 20;
    private static final String REMEDY = "; in Python: torch.save(torch.load(f, weights_only=True), g)";

    /**
     * One entry.
     *
     * @param method   by which it is compressed
     * @param crc      the checksum of its bytes
     * @param size     its bytes
     * @param packed   its bytes in the file
     * @param header   where its local header begins
     * @param limit    where the next entry begins
     */
    record Entry(String name, int method, long crc, long size, long packed, long header, long limit) {}

    private final ByteRange file;
    private final Map<String, Entry> entries = new HashMap<>();
    private final List<String> names = new ArrayList<>();
    private final boolean hasChecksums;
    private long length;

    /** @throws ZipRefused that says what is wrong with the zip */
    ZipDirectory(ByteRange file) throws IOException {
        this.file = file;
        long endAt = findEnd();
        ByteBuffer end = bytes(endAt, END_BYTES);
        long length = end.getInt(12) & NONE32;
        long start = end.getInt(16) & NONE32;
        long directoryEnd = endAt;
        // PyTorch writes the records of zip64 always, also where the numbers fit into the others.
        if (endAt >= 20 && bytes(endAt - 20, 4).getInt(0) == LOCATOR64) {
            directoryEnd = bytes(endAt - 20, 20).getLong(8);
            if (directoryEnd < 0 || directoryEnd > endAt - 20 - 56 || bytes(directoryEnd, 4).getInt(0) != END64) {
                throw new ZipRefused("is cut short or not a whole zip: its end is not where it says");
            }
            ByteBuffer end64 = bytes(directoryEnd, 56);
            length = end64.getLong(40);
            start = end64.getLong(48);
        }
        if (length < 0 || start < 0 || length > directoryEnd || start != directoryEnd - length) {
            throw new ZipRefused("is cut short or not a whole zip: its directory is not where it says");
        }
        if (length > MAX_DIRECTORY) {
            throw new ZipRefused("has a directory of " + length + " bytes; at most " + MAX_DIRECTORY + " are read");
        }
        readEntries(bytes(start, (int) length), start);
        checkLength();
        hasChecksums = entries.values().stream().filter(entry -> entry.size > 0).mapToLong(Entry::crc).distinct()
                .limit(2).count() > 1 || entries.values().stream().filter(entry -> entry.size > 0).count() < 2;
    }

    private long findEnd() throws IOException {
        int most = (int) Math.min(file.length(), END_BYTES + 0xFFFF);
        ByteBuffer tail = bytes(file.length() - most, most);
        // PyTorch reads files with bytes behind the end; one that ends where it says comes first.
        for (boolean exact : new boolean[]{true, false}) {
            for (int at = most - END_BYTES; at >= 0; at--) {
                int comment = tail.getInt(at) == END ? tail.getShort(at + 20) & 0xFFFF : Integer.MAX_VALUE;
                int rest = most - END_BYTES - at;
                if (exact ? comment == rest : comment < rest) {
                    return file.length() - most + at;
                }
            }
        }
        throw new ZipRefused("is cut short or not a whole zip: it has no directory at its end");
    }

    private void readEntries(ByteBuffer directory, long start) throws IOException {
        List<Entry> list = new ArrayList<>();
        int at = 0;
        while (at < directory.capacity()) {
            if (directory.capacity() - at < HEADER_BYTES || directory.getInt(at) != HEADER) {
                throw new ZipRefused("has a broken directory");
            }
            int nameLength = directory.getShort(at + 28) & 0xFFFF;
            int extraLength = directory.getShort(at + 30) & 0xFFFF;
            int next = at + HEADER_BYTES + nameLength + extraLength + (directory.getShort(at + 32) & 0xFFFF);
            if (next > directory.capacity()) {
                throw new ZipRefused("has a broken directory");
            }
            list.add(entry(directory, at, nameLength, extraLength));
            at = next;
        }
        place(list, start);
    }

    private static Entry entry(ByteBuffer directory, int at, int nameLength, int extraLength) throws ZipRefused {
        String name = new String(directory.array(), at + HEADER_BYTES, nameLength, StandardCharsets.UTF_8);
        long packed = directory.getInt(at + 20) & NONE32;
        long size = directory.getInt(at + 24) & NONE32;
        long header = directory.getInt(at + 42) & NONE32;
        // Zip64: those of the three numbers that don't fit follow in this order.
        int extra = at + HEADER_BYTES + nameLength;
        int end = extra + extraLength;
        while (end - extra >= 4) {
            int id = directory.getShort(extra) & 0xFFFF;
            int length = directory.getShort(extra + 2) & 0xFFFF;
            extra += 4;
            if (length > end - extra) {
                break;
            }
            if (id == 1) {
                int field = extra;
                int wanted = 8 * ((size == NONE32 ? 1 : 0) + (packed == NONE32 ? 1 : 0) + (header == NONE32 ? 1 : 0));
                if (wanted > length) {
                    throw new ZipRefused("has a broken directory");
                }
                if (size == NONE32) {
                    size = directory.getLong(field);
                    field += 8;
                }
                if (packed == NONE32) {
                    packed = directory.getLong(field);
                    field += 8;
                }
                if (header == NONE32) {
                    header = directory.getLong(field);
                }
                break;
            }
            extra += length;
        }
        return new Entry(name, directory.getShort(at + 10) & 0xFFFF, directory.getInt(at + 16) & NONE32, size, packed,
                header, 0);
    }

    /** In the order of the file, no entry may reach into the next one or into the directory. */
    private void place(List<Entry> list, long directory) throws ZipRefused {
        List<Entry> inOrder = new ArrayList<>(list);
        inOrder.sort(Comparator.comparingLong(Entry::header));
        for (int i = 0; i < inOrder.size(); i++) {
            Entry entry = inOrder.get(i);
            long limit = i + 1 < inOrder.size() ? inOrder.get(i + 1).header : directory;
            if (entry.size < 0 || entry.packed < 0 || entry.size > file.length() && entry.method == STORED) {
                throw new ZipRefused(entry,
                        "has a declared size of " + entry.size + " bytes in a file of " + file.length());
            }
            if (entry.header < 0 || entry.packed > limit - entry.header - LOCAL_BYTES) {
                throw new ZipRefused(entry, "reaches into another entry or into the directory");
            }
            if (entries.put(entry.name, new Entry(entry.name, entry.method, entry.crc, entry.size, entry.packed,
                    entry.header, limit)) != null) {
                throw new ZipRefused(entry, "is there twice");
            }
        }
        list.forEach(entry -> names.add(entry.name));
    }

    private void checkLength() throws ZipRefused {
        length = file.length();
        for (Entry entry : entries.values()) {
            // No sum of sizes overflows, since each is bounded here.
            length += entry.method == STORED ? 0 : entry.size - entry.packed;
            if (entry.size > Integer.MAX_VALUE - 8 && entry.method != STORED
                    || length > Math.max(ALWAYS, MAX_RATIO * file.length())) {
                throw new ZipRefused(entry, "brings the entries to more than " + MAX_RATIO
                        + " times the bytes of the file, or to more than an array can hold, so strongly is it compressed"
                        + REMEDY);
            }
        }
    }

    /** Bytes of the file if nothing in it were compressed. */
    long length() {
        return length;
    }

    /** In the order of the directory. */
    List<String> names() {
        return names;
    }

    /** The entry of that name, or null. */
    Entry get(String name) {
        return entries.get(name);
    }

    /**
     * Whether the checksums are those of the entries' bytes. {@code torch.serialization.set_crc32_options(False)} writes one value for all.
     */
    boolean hasChecksums() {
        return hasChecksums;
    }

    /** The bytes of an entry: where they lie in the file, or, if they are compressed, in an array. */
    ByteRange bytes(Entry entry) throws IOException {
        if (entry.method != STORED && entry.method != DEFLATED) {
            throw new ZipRefused(entry,
                    "is compressed by method " + entry.method + ", which PyTorch does not read either");
        }
        if (entry.method == STORED && entry.packed != entry.size) {
            throw new ZipRefused(entry, "is " + entry.packed + " bytes for " + entry.size + ", though not compressed");
        }
        ByteBuffer local = bytes(entry.header, LOCAL_BYTES);
        long start = entry.header + LOCAL_BYTES + (local.getShort(26) & 0xFFFF) + (local.getShort(28) & 0xFFFF);
        if (local.getInt(0) != LOCAL || entry.packed > entry.limit - start) {
            throw new ZipRefused(entry, "is not where the directory says");
        }
        ByteRange packed = new ByteRange(file.source(), start, entry.packed);
        return entry.method == STORED ? packed : inflated(entry, packed);
    }

    /** Never more than the size that the directory declares, which was checked. */
    private static ByteRange inflated(Entry entry, ByteRange packed) throws IOException {
        Inflater inflater = new Inflater(true);
        // The inflater wants a byte more than there are, with any value.
        try (InputStream in = new InflaterInputStream(
                new SequenceInputStream(packed.open(0), new ByteArrayInputStream(new byte[1])), inflater)) {
            byte[] bytes = in.readNBytes((int) entry.size);
            if (bytes.length < entry.size || in.read() >= 0) {
                throw new ZipRefused(entry, "is damaged: it has not the " + entry.size + " bytes of the directory");
            }
            return new ByteRange(RandomAccessBytes.of(bytes), 0, bytes.length);
        } catch (ZipException | EOFException e) {
            throw new ZipRefused(entry, "is damaged: its compressed bytes are not what deflating gives");
        } finally {
            inflater.end();
        }
    }

    private ByteBuffer bytes(long at, int length) throws IOException {
        if (at < 0 || length > file.length() - at) {
            throw new ZipRefused("is cut short or not a whole zip");
        }
        byte[] bytes = new ByteRange(file.source(), at, length).open(0).readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("the file became shorter while it was read");
        }
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
