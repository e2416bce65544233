package io.github.jvig.model.files;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** Why a file operation failed, in a few words. */
public final class FileErrors {
    private FileErrors() {
    }

    /** The reason without the name of the file, which {@link FileSystemException} has in its message, often as its only content. */
    public static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException _ -> "no such file or folder";
            case AccessDeniedException _ -> "permission denied";
            case ClosedByInterruptException _ -> "the thread was interrupted";
            case NotDirectoryException _ -> "not a folder";
            case FileSystemException file when file.getReason() == null -> e.getClass().getSimpleName();
            case FileSystemException file -> file.getReason();
            default -> String.valueOf(e.getMessage());
        };
    }
}
