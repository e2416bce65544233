package io.github.jvig.spark;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;

/** Names of files on Hadoop's file systems, with errors that say what to do. */
final class HadoopFiles {
    private HadoopFiles() {
    }

    /**
     * The path of this name.
     *
     * @throws IOException when it is none
     */
    static Path path(String name) throws IOException {
        try {
            return new Path(name);
        } catch (IllegalArgumentException e) {
            String remedy = !name.contains("/") && name.contains(":")
                    ? "; a name with a colon needs a folder in front of it, such as ./"
                    : "";
            throw new IOException("'" + name + "' is not the name of a file: " + e.getMessage() + remedy, e);
        }
    }

    /**
     * Opens a file to read it once.
     *
     * @throws java.io.FileNotFoundException when it is not there, or may not be read
     */
    static InputStream open(Path path, Configuration hadoop) throws IOException {
        FileSystem files = of(path, hadoop);
        if (!(files instanceof LocalFileSystem local)) {
            return files.open(path);
        }
        // Hadoop looks for a checksum beside each local file, and can't where the name has a colon.
        File file = local.pathToFile(path);
        if (file.exists() && !file.isFile() && !file.isDirectory()) {
            // Reading a pipe would wait for who writes into it.
            throw new IOException("not a regular file");
        }
        return new FileInputStream(file);
    }

    /**
     * The file system of a path.
     *
     * @throws IOException when there is none of this scheme
     */
    static FileSystem of(Path path, Configuration hadoop) throws IOException {
        try {
            return path.getFileSystem(hadoop);
        } catch (UnsupportedFileSystemException | RuntimeException e) {
            // Hadoop knows the class of some schemes that it does not bring.
            if (e instanceof RuntimeException && !(e.getCause() instanceof ClassNotFoundException)) {
                throw new IOException(path + ": " + e.getMessage(), e);
            }
            String scheme = path.toUri().getScheme();
            throw new IOException("Spark has no file system for " + scheme + ": here; "
                    + ("s3".equals(scheme) ? "write s3a: and " : "")
                    + "add the jar of its connector (spark.jars.packages), such as hadoop-aws for s3a:",
                    e);
        }
    }
}
