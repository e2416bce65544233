package io.github.jvig.model.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Temporary files beside their targets, with names that no other writer has: not another thread, nor another process on this or another
 * machine. Those that still exist when the JVM ends in an orderly way (Ctrl-C included) are deleted.
 */
final class TemporaryFiles {
    /** Far more than ever needed: a name holds 64 random bits. */
    private static final int ATTEMPTS = 100;
    private static final SecureRandom RANDOM = new SecureRandom();
    /** Created here and not deleted or renamed yet. */
    private static final Set<Path> ALIVE = ConcurrentHashMap.newKeySet();

    static {
        try {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> ALIVE.forEach(TemporaryFiles::deleteQuietly)));
        } catch (IllegalStateException e) {
            // The JVM ends already; whoever writes now still deletes its file on close.
        }
    }

    private TemporaryFiles() {
    }

    /** A file that was not there before, and the channel that writes it. */
    record Created(Path path, FileChannel channel) {}

    /**
     * Creates a file in the folder of another one, with the permissions that any new file gets ({@link Files#createTempFile} would make one
     * that only its owner can read). Its name does not contain the target's, which may be as long as a name can be.
     */
    static Created beside(Path target) throws IOException {
        for (int i = 1;; i++) {
            Path path = name(target);
            try {
                FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                ALIVE.add(path);
                return new Created(path, channel);
            } catch (FileAlreadyExistsException e) {
                if (i == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /** A free name in the folder of another file. */
    static Path name(Path target) {
        byte[] random = new byte[Long.BYTES];
        RANDOM.nextBytes(random);
        return target.resolveSibling(".jvig-" + HexFormat.of().formatHex(random) + ".tmp");
    }

    /** Takes note of a file that was created under a {@link #name}. */
    static void created(Path path) {
        ALIVE.add(path);
    }

    /** Takes note that a file has another name now, so it is temporary no longer. */
    static void renamed(Path path) {
        ALIVE.remove(path);
    }

    /** Deletes a file that was created here and is still there. */
    static void delete(Path path) throws IOException {
        if (ALIVE.contains(path)) {
            Files.deleteIfExists(path);
            ALIVE.remove(path);
        }
    }

    /** As {@link #delete}, where a failure is of no interest; when the JVM ends, it is tried again. */
    static void deleteQuietly(Path path) {
        try {
            delete(path);
        } catch (IOException e) {
            // A hidden file remains.
        }
    }
}
