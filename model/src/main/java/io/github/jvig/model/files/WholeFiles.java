package io.github.jvig.model.files;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Several {@link WholeFile}s that all appear, or none. If one can't be put in its place, those that were are taken back, and what they
 * replaced returns. The files appear one after another, so a reader may for a moment see some of them; and a JVM that is killed between
 * two of them leaves the first.
 */
public final class WholeFiles implements Closeable {
    private final List<WholeFile> files = new ArrayList<>();
    /** What each committed file replaced: a copy of the old one, or null where there was none. */
    private final List<Path> replaced = new ArrayList<>();

    /**
     * Adds a file, and makes sure at once that it can be written.
     *
     * @throws IOException as {@link WholeFile#WholeFile(Path)}, or when a file of that name was added before
     */
    public void add(Path name) throws IOException {
        Path target = WholeFile.target(name);
        if (files.stream().anyMatch(file -> file.target().equals(target))) {
            throw new IOException(name + ": can't be written twice");
        }
        files.add(new WholeFile(name));
    }

    /** Takes the bytes of each file, in the order in which they were added. */
    public List<WritableByteChannel> channels() {
        return files.stream().map(WholeFile::channel).toList();
    }

    /**
     * Puts all files in their places.
     *
     * @throws IOException when one can't be; then none is
     */
    public void commit() throws IOException {
        for (WholeFile file : files) {
            file.finish();
        }
        try {
            for (WholeFile file : files) {
                Path backup = backup(file);
                try {
                    file.move();
                } catch (IOException e) {
                    deleteBackup(backup, e);
                    throw e;
                }
                replaced.add(backup);
            }
        } catch (IOException e) {
            restore(e);
            throw e;
        }
        for (Path backup : replaced) {
            if (backup != null) {
                // All files are in their places, so this must not look like a failure.
                TemporaryFiles.deleteQuietly(backup);
            }
        }
    }

    /** Deletes the files that were not committed. */
    @Override
    public void close() throws IOException {
        IOException failure = null;
        for (WholeFile file : files) {
            try {
                file.close();
            } catch (IOException e) {
                failure = failure == null ? e : failure;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** A second name for a target, or a copy where there are no hard links; null when there is no such file yet. */
    private static Path backup(WholeFile file) throws IOException {
        if (!Files.isRegularFile(file.target())) {
            return null;
        }
        Path backup = TemporaryFiles.name(file.target());
        TemporaryFiles.created(backup);
        try {
            link(backup, file.target());
            return backup;
        } catch (IOException e) {
            deleteBackup(backup, e);
            throw file.failure(e);
        }
    }

    private static void link(Path backup, Path target) throws IOException {
        try {
            Files.createLink(backup, target);
        } catch (IOException | UnsupportedOperationException e) {
            Files.copy(target, backup);
        }
    }

    private static void deleteBackup(Path backup, IOException cause) {
        try {
            if (backup != null) {
                TemporaryFiles.delete(backup);
            }
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    private void restore(IOException cause) {
        for (int i = 0; i < replaced.size(); i++) {
            Path target = files.get(i).target();
            Path backup = replaced.get(i);
            try {
                if (backup == null) {
                    Files.delete(target);
                } else {
                    Files.move(backup, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                    TemporaryFiles.renamed(backup);
                }
            } catch (IOException e) {
                cause.addSuppressed(e);
            }
        }
    }
}
