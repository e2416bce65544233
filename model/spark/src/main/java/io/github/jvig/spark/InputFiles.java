package io.github.jvig.spark;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * Lists image files on any file system. Spark's own listing is not used, since its data sources pass over empty files without a word.
 */
final class InputFiles {
    private static final Pattern NAMED_LIKE_IMAGE = Pattern.compile("\\.(png|jpe?g|gif|bmp|webp|tiff?)$",
            Pattern.CASE_INSENSITIVE);

    private InputFiles() {
    }

    /**
     * All files that are named, and in folders all that are named like images, each once.
     *
     * @param inputs files, folders and patterns
     * @return in the order of their names; at least one; can be changed
     */
    static List<String> find(List<String> inputs, Configuration hadoop) throws IOException {
        TreeSet<String> found = new TreeSet<>();
        for (String input : inputs) {
            Path path = new Path(input);
            FileSystem files = path.getFileSystem(hadoop);
            // A name that is there as it is may have letters that mean something in a pattern.
            FileStatus[] matches = files.exists(path)
                    ? new FileStatus[]{files.getFileStatus(path)}
                    : files.globStatus(path);
            if (matches == null || matches.length == 0) {
                throw new IOException(input + ": no such file or folder");
            }
            int before = found.size();
            for (FileStatus match : matches) {
                if (match.isFile()) {
                    found.add(match.getPath().toString());
                } else {
                    addImages(files, match.getPath(), found);
                }
            }
            if (found.size() == before && found.isEmpty()) {
                throw new IOException(input + ": there is no image in this folder");
            }
        }
        return new ArrayList<>(found);
    }

    private static void addImages(FileSystem files, Path folder, TreeSet<String> found) throws IOException {
        for (RemoteIterator<LocatedFileStatus> all = files.listFiles(folder, true); all.hasNext();) {
            Path file = all.next().getPath();
            if (NAMED_LIKE_IMAGE.matcher(file.getName()).find() && !file.getName().startsWith("._")) {
                found.add(file.toString());
            }
        }
    }
}
