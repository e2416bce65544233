package io.github.jvig.spark;

import io.github.jvig.model.hub.HubFile;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;

/**
 * A file or folder on this machine, wherever it is named to be; one that was copied here is deleted again.
 *
 * @param location  as the user named it
 * @param path      on this machine
 * @param temporary the folder to delete; empty when nothing was copied
 */
record LocalCopy(String location, Path path, Optional<Path> temporary) implements AutoCloseable {
    private static final String SHARDS = ".index.json";

    /** Reads a file. */
    interface Reader<R> {
        R read(Path path) throws IOException;
    }

    /**
     * The file of this name, copied here where it is elsewhere.
     *
     * @throws IllegalArgumentException when it is a URL of the web
     */
    static LocalCopy of(String location, Configuration hadoop) throws IOException {
        if (HubFile.isHubFile(location)) {
            return new LocalCopy(location, HubFile.parse(location).fetch((_, _) -> {}), Optional.empty());
        }
        if (location.matches("(?i)(https?|ftp)://.*")) {
            HubFile.urlAdvice(location).ifPresent(line -> {
                throw new IllegalArgumentException(line);
            });
        }
        Path local = local(location);
        if (local != null && Files.exists(local)) {
            return new LocalCopy(location, local, Optional.empty());
        }
        org.apache.hadoop.fs.Path remote = HadoopFiles.path(location);
        FileSystem files = HadoopFiles.of(remote, hadoop);
        if (!files.exists(remote)) {
            throw new IOException(location + ": no such file");
        }
        if (remote.getName().endsWith(SHARDS)) {
            throw new IOException(location + ": of a checkpoint in several files that is not on the driver's machine,"
                    + " name the folder, which is copied whole");
        }
        Path folder = Files.createTempDirectory("jvig-copy-");
        Path copy = folder.resolve(remote.getName());
        LocalCopy result = new LocalCopy(location, copy, Optional.of(folder));
        boolean copied = false;
        try {
            files.copyToLocalFile(false, remote, new org.apache.hadoop.fs.Path(copy.toUri()), true);
            copied = true;
            return result;
        } finally {
            if (!copied) {
                result.close();
            }
        }
    }

    /**
     * Copies the files that a copied one needs beside it. Names that lead out of its folder are passed over, and so are files that are not
     * there: who reads them says so.
     *
     * @param names relative to the folder
     */
    void copyOthers(Set<String> names, Configuration hadoop) throws IOException {
        if (temporary.isEmpty()) {
            return;
        }
        org.apache.hadoop.fs.Path folder = HadoopFiles.path(location).getParent();
        FileSystem files = HadoopFiles.of(folder, hadoop);
        for (String name : names) {
            Path copy;
            try {
                copy = path.resolveSibling(name).normalize();
            } catch (InvalidPathException e) {
                continue;
            }
            if (!copy.startsWith(temporary.get()) || Files.exists(copy)) {
                continue;
            }
            org.apache.hadoop.fs.Path remote = new org.apache.hadoop.fs.Path(folder,
                    HadoopFiles.path("./" + temporary.get().relativize(copy)));
            if (files.exists(remote)) {
                Files.createDirectories(copy.getParent());
                files.copyToLocalFile(false, remote, new org.apache.hadoop.fs.Path(copy.toUri()), true);
            }
        }
    }

    /** Size and age of a file; empty where there is none to look at. */
    static String state(String location, Configuration hadoop) {
        if (HubFile.isHubFile(location)) {
            return "";
        }
        try {
            Path local = local(location);
            if (local != null && Files.exists(local)) {
                return Files.size(local) + " " + Files.getLastModifiedTime(local);
            }
            org.apache.hadoop.fs.Path remote = HadoopFiles.path(location);
            FileStatus status = HadoopFiles.of(remote, hadoop).getFileStatus(remote);
            return status.getLen() + " " + status.getModificationTime();
        } catch (IOException e) {
            // Reading it says what is wrong.
            return "";
        }
    }

    /** The path that a location without a scheme, or with that of files, means on this machine; else null. */
    private static Path local(String location) {
        try {
            URI uri = new URI(location);
            if (uri.getScheme() == null) {
                return Path.of(location);
            }
            return uri.getScheme().equals("file") && uri.getPath() != null ? Path.of(uri.getPath()) : null;
        } catch (URISyntaxException e) {
            return Path.of(location);
        } catch (InvalidPathException e) {
            return null;
        }
    }

    /** Reads it; what goes wrong is told of the name that the user knows. */
    <R> R named(Reader<R> reader) throws IOException {
        try {
            return reader.read(path);
        } catch (IOException e) {
            String message = e.getMessage();
            if (temporary.isEmpty() || message == null || !message.contains(path.toString())) {
                throw e;
            }
            throw new IOException(message.replace(path.toString(), location), e);
        }
    }

    @Override
    public void close() throws IOException {
        if (temporary.isPresent()) {
            org.apache.hadoop.fs.FileUtil.fullyDelete(temporary.get().toFile());
        }
    }
}
