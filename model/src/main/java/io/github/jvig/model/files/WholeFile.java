package io.github.jvig.model.files;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributeView;

/**
 * A file that is written whole or not at all. Bytes go to a temporary file in the target's folder; {@link #commit} brings them to the
 * disk and renames the file in one step, so that a reader sees the old content or the new one, never a part. Without a commit, an existing
 * target stays as it was; a replaced one keeps its permissions. Any number of writers may write one target at the same time; the last commit wins.
 *
 * <p>Every {@link IOException} names the target and says what is wrong.
 */
public final class WholeFile implements Closeable {
    private static final int BUFFER_BYTES = 1 << 16;
    /** Links from one to the next that Linux follows. */
    private static final int MAX_LINKS = 40;

    private final Path name;
    private final Path target;
    private final Path temporary;
    private final FileChannel file;
    private final WritableByteChannel channel = new Channel();

    /** Writes the content of a file. */
    @FunctionalInterface
    public interface Content {
        /** @param out buffered; flushed and closed by the caller */
        void writeTo(OutputStream out) throws IOException;
    }

    /**
     * Makes sure at once that the file can be written.
     *
     * @param name where the file goes; if it is a link, the file that it leads to is written
     * @throws IOException when there can be no file of that name, or its folder is missing or can't be written
     */
    public WholeFile(Path name) throws IOException {
        this.name = name;
        target = target(name);
        try {
            TemporaryFiles.Created created = TemporaryFiles.beside(target);
            temporary = created.path();
            file = created.channel();
        } catch (IOException e) {
            throw failure(e);
        }
        try {
            keepPermissions();
        } catch (IOException e) {
            close();
            throw failure(e);
        }
    }

    /** A file that nobody else may read stays so. Its owner can't be kept: who writes it anew owns it. */
    private void keepPermissions() throws IOException {
        PosixFileAttributeView old = Files.getFileAttributeView(target, PosixFileAttributeView.class);
        if (old != null && Files.exists(target)) {
            Files.setPosixFilePermissions(temporary, old.readAttributes().permissions());
        }
    }

    /**
     * Writes a file in one go. If the content throws, an existing file stays as it was.
     *
     * @throws IOException that the content throws, or that names the file
     */
    public static void write(Path name, Content content) throws IOException {
        try (WholeFile whole = new WholeFile(name)) {
            try (OutputStream out = new BufferedOutputStream(Channels.newOutputStream(whole.channel), BUFFER_BYTES)) {
                content.writeTo(out);
            }
            whole.commit();
        }
    }

    /**
     * The absolute path of the file that a name means, links followed, whether it exists or not.
     *
     * @throws IOException when it is a folder or another thing that is not a file, or its folder does not exist
     */
    public static Path target(Path name) throws IOException {
        boolean exists = Files.exists(name);
        // Asked first: the real path of a pipe, as behind /dev/stdout, does not exist.
        if (exists && !Files.isRegularFile(name) || name.toAbsolutePath().getFileName() == null) {
            throw new IOException(name + ": is not a file, so it can't be written");
        }
        Path target = exists ? name.toRealPath() : followed(name);
        if (!Files.isDirectory(target.getParent())) {
            throw new IOException(name + ": can't be written: there is no folder " + target.getParent());
        }
        // Two ways to write one name, such as a and ./a, give the same path even before the file exists.
        return target.getParent().toRealPath().resolve(target.getFileName());
    }

    /** The absolute path to which a name's links lead, where there is no file yet. */
    private static Path followed(Path name) throws IOException {
        Path path = name.toAbsolutePath();
        for (int links = 0; Files.isSymbolicLink(path); links++) {
            if (links == MAX_LINKS) {
                throw new IOException(name + ": can't be written: its links lead in a circle");
            }
            path = path.resolveSibling(Files.readSymbolicLink(path));
        }
        return path;
    }

    /** Takes the bytes of the file. Closing it does nothing. */
    public WritableByteChannel channel() {
        return channel;
    }

    /** Puts the file in its place. */
    public void commit() throws IOException {
        finish();
        move();
    }

    /** Brings all bytes to the disk; what can fail for lack of space fails here. */
    void finish() throws IOException {
        try {
            // Without this, a computer that stops just after the renaming could leave an empty file.
            file.force(true);
            file.close();
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /** Renames the finished file. */
    void move() throws IOException {
        try {
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw failure(e);
        }
        TemporaryFiles.renamed(temporary);
    }

    Path target() {
        return target;
    }

    /** Without a commit before, leaves nothing behind. */
    @Override
    public void close() throws IOException {
        try {
            file.close();
        } finally {
            TemporaryFiles.delete(temporary);
        }
    }

    IOException failure(IOException e) {
        return new IOException(name + ": can't be written: " + FileErrors.reason(e), e);
    }

    /** The temporary file's channel, with errors that name the target. */
    private final class Channel implements WritableByteChannel {
        @Override
        public int write(ByteBuffer bytes) throws IOException {
            try {
                return file.write(bytes);
            } catch (IOException e) {
                throw failure(e);
            }
        }

        @Override
        public boolean isOpen() {
            return file.isOpen();
        }

        @Override
        public void close() {
            // The file is closed by its commit or close, after which it can't be written any more.
        }
    }
}
