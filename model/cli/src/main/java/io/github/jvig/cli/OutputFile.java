package io.github.jvig.cli;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;

/**
 * A file that appears whole or not at all: bytes go to a hidden one beside it, which takes its place when all is well. That it can be
 * written is known as soon as this is made.
 */
final class OutputFile implements Closeable {
    private final Path target;
    private final Path temporary;
    private final SeekableByteChannel channel;

    /** @throws IOException that says why the file can't be written */
    OutputFile(Path file) throws IOException {
        target = target(file);
        temporary = target.resolveSibling("." + target.getFileName() + "." + ProcessHandle.current().pid() + ".tmp");
        try {
            channel = Files.newByteChannel(temporary,
                    EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
        } catch (IOException e) {
            throw new IOException(file + ": can't be written: " + Failures.reason(e), e);
        }
        // Also gone when the user breaks off.
        temporary.toFile().deleteOnExit();
    }

    /**
     * Where a result named so goes, links followed.
     *
     * @throws IOException when there can be no file of that name
     */
    static Path target(Path file) throws IOException {
        Path target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
        if (target.getFileName() == null || Files.exists(target) && !Files.isRegularFile(target)) {
            throw new IOException(file + ": is not a file, so it can't be written");
        }
        if (!Files.isDirectory(target.getParent())) {
            throw new IOException(file + ": can't be written: there is no folder " + target.getParent());
        }
        return target;
    }

    SeekableByteChannel channel() {
        return channel;
    }

    /** Puts the file in its place. */
    void commit() throws IOException {
        channel.close();
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Without a commit before, leaves nothing. */
    @Override
    public void close() throws IOException {
        channel.close();
        Files.deleteIfExists(temporary);
    }
}
