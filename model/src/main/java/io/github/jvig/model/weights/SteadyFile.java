package io.github.jvig.model.weights;

import io.github.jvig.model.text.MessageText;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.zip.CRC32C;

/**
 * A file that must not change while it is read, or its tensors would be a mix of two versions. Compares its size, its time and its identity
 * afterwards. Times have steps of some milliseconds, so for a file that was written just before, what was read is also read again.
 */
final class SteadyFile implements RandomAccessBytes {
    /** Longer than the steps of any file system's times but FAT's. */
    private static final long RECENT_MILLIS = 100;

    private final Path file;
    private final FileChannel channel;
    private final BasicFileAttributes before;
    private final boolean recent;
    private final List<Piece> pieces = new ArrayList<>();

    private record Piece(long offset, int length, long crc) {}

    SteadyFile(Path file) throws IOException {
        this.file = file;
        before = Files.readAttributes(file, BasicFileAttributes.class);
        if (!before.isRegularFile()) {
            throw new WeightsException(MessageText.plain(file.toString()) + ": is not a file");
        }
        recent = System.currentTimeMillis() - before.lastModifiedTime().toMillis() < RECENT_MILLIS;
        channel = FileChannel.open(file);
    }

    long size() throws IOException {
        return channel.size();
    }

    @Override
    public int read(ByteBuffer into, long offset) throws IOException {
        int start = into.position();
        int length = channel.read(into, offset);
        if (recent && length > 0) {
            pieces.add(new Piece(offset, length, crc(into.slice(start, length))));
        }
        return length;
    }

    private static long crc(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return crc.getValue();
    }

    /** @throws WeightsException when the file is not the one that was opened, or was written to since */
    void checkSteady() throws IOException {
        BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
        boolean same = now.size() == before.size() && now.lastModifiedTime().equals(before.lastModifiedTime())
                && Objects.equals(now.fileKey(), before.fileKey());
        for (int i = 0; same && i < pieces.size(); i++) {
            Piece piece = pieces.get(i);
            ByteBuffer bytes = ByteBuffer.allocate(piece.length);
            while (bytes.hasRemaining() && channel.read(bytes, piece.offset + bytes.position()) > 0) {
                // Reads on until all are there.
            }
            same = crc(bytes.flip()) == piece.crc;
        }
        if (!same) {
            throw new WeightsException(
                    MessageText.plain(file.toString()) + ": was changed while it was read; try again when it is whole");
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
