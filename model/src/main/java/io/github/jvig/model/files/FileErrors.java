package io.github.jvig.model.files;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** Why a file operation failed, in a few words. */
public final class FileErrors {
    private static final String INTERRUPTED = "the thread was interrupted";

    private FileErrors() {
    }

    /** The reason without the name of the file, which {@link FileSystemException} has in its message, often as its only content. */
    public static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException _ -> "no such file or folder";
            case AccessDeniedException _ -> "permission denied";
            case ClosedByInterruptException _,InterruptedIOException _,FileLockInterruptionException _ -> INTERRUPTED;
            // An interrupt closes a channel, and what is done to it afterwards says only that it is closed.
            case ClosedChannelException _ when Thread.currentThread().isInterrupted() -> INTERRUPTED;
            case ClosedChannelException _ -> "the file was closed";
            case FileAlreadyExistsException _ -> "there is something of this name already";
            case DirectoryNotEmptyException _ -> "a folder that is not empty";
            case NotDirectoryException _ -> "not a folder";
            case FileSystemException file when file.getReason() == null -> e.getClass().getSimpleName();
            case FileSystemException file -> file.getReason();
            default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        };
    }
}
