package io.github.jvig.model.files;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLockInterruptionException;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Mutual exclusion between the threads of all processes that lock the same file. The file is empty and stays when the lock is given back,
 * since deleting it would let two others hold different files of the same name.
 */
public final class FileMutex implements Closeable {
    private static final long RETRY_MILLIS = 5;

    private final FileChannel channel;

    private FileMutex(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Waits for the lock. On a file system that has no locks, returns without one.
     *
     * @throws InterruptedIOException when the thread is interrupted; its interrupt status is set again
     * @throws IOException            when the lock file can't be opened
     */
    public static FileMutex lock(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            // Java refuses a second lock within one JVM instead of waiting for the first to end.
            while (!tryLock(channel)) {
                Thread.sleep(RETRY_MILLIS);
            }
            return new FileMutex(channel);
        } catch (InterruptedException | FileLockInterruptionException e) {
            channel.close();
            Thread.currentThread().interrupt();
            throw new InterruptedIOException(file + ": interrupted while waiting for the lock");
        }
    }

    /** False when another thread of this JVM has the lock; waits for other processes. */
    private static boolean tryLock(FileChannel channel) throws IOException {
        try {
            channel.lock();
        } catch (OverlappingFileLockException e) {
            return false;
        } catch (FileLockInterruptionException e) {
            throw e;
        } catch (IOException e) {
            // Some network file systems have no locks. What the lock guards is cached data, and worth less than failing here.
        }
        return true;
    }

    /** Gives the lock back. */
    @Override
    public void close() throws IOException {
        channel.close();
    }
}
