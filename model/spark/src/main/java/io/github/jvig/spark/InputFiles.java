package io.github.jvig.spark;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * Lists image files on any file system. Spark's own listing is not used, since its data sources pass over empty files without a word.
 */
final class InputFiles {
    private static final Pattern NAMED_LIKE_IMAGE = Pattern.compile("\\.(png|jpe?g|gif|bmp|webp|tiff?)$",
            Pattern.CASE_INSENSITIVE);
    private static final int SHOWN_KINDS = 5;

    private final Configuration hadoop;
    private final TreeSet<String> found = new TreeSet<>();
    private final Map<String, Integer> others = new TreeMap<>();

    private InputFiles(Configuration hadoop) {
        this.hadoop = hadoop;
    }

    /**
     * All files that are named, and in folders all that are named like images, each once.
     *
     * @param inputs files, folders and patterns
     * @throws IOException when one of them is not there, or has no image
     */
    static InputFiles find(List<String> inputs, Configuration hadoop) throws IOException {
        InputFiles files = new InputFiles(hadoop);
        for (String input : inputs) {
            files.add(input);
        }
        return files;
    }

    /** In the order of their names; at least one; can be changed. */
    TreeSet<String> paths() {
        return found;
    }

    /** How many files of folders were passed over, and of which kinds, in one line; empty when there were none. */
    String passedOver() {
        int count = others.values().stream().mapToInt(Integer::intValue).sum();
        if (count == 0) {
            return "";
        }
        String kinds = others.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue().reversed()).limit(SHOWN_KINDS)
                .map(kind -> kind.getValue() + " " + kind.getKey()).collect(Collectors.joining(", "));
        return (count == 1 ? "1 file is" : count + " files are") + " not named like an image and passed over: " + kinds
                + (others.size() > SHOWN_KINDS ? ", ..." : "");
    }

    private void add(String input) throws IOException {
        Path path = HadoopFiles.path(input);
        FileSystem files = HadoopFiles.of(path, hadoop);
        // A name that is there as it is may have letters that mean something in a pattern.
        FileStatus[] matches = files.exists(path)
                ? new FileStatus[]{files.getFileStatus(path)}
                : globbed(files, path, input);
        if (matches == null || matches.length == 0) {
            throw new IOException(input + ": no such file or folder");
        }
        int images = 0;
        for (FileStatus match : matches) {
            if (match.isFile()) {
                found.add(match.getPath().toString());
                images++;
            } else {
                images += addImages(files, match.getPath(), new HashSet<>());
            }
        }
        if (images == 0) {
            String passedOver = passedOver();
            throw new IOException(input + ": there is no image in this folder"
                    + (passedOver.isEmpty() ? "" : "; " + passedOver));
        }
    }

    private static FileStatus[] globbed(FileSystem files, Path path, String input) throws IOException {
        try {
            return files.globStatus(path);
        } catch (IOException e) {
            throw new IOException(input + ": not a pattern that can be looked for: " + e.getMessage(), e);
        }
    }

    /** @param above the real folders that lead to this one, on file systems with links */
    private int addImages(FileSystem files, Path folder, Set<java.nio.file.Path> above) throws IOException {
        java.nio.file.Path real = "file".equals(folder.toUri().getScheme())
                ? java.nio.file.Path.of(folder.toUri().getPath()).toRealPath()
                : null;
        if (real != null && !above.add(real)) {
            // A link to a folder that it is in.
            return 0;
        }
        int images = 0;
        for (RemoteIterator<FileStatus> all = files.listStatusIterator(folder); all.hasNext();) {
            FileStatus next = all.next();
            String name = next.getPath().getName();
            if (next.isDirectory()) {
                images += addImages(files, next.getPath(), above);
            } else if (NAMED_LIKE_IMAGE.matcher(name).find() && !name.startsWith("._")) {
                found.add(next.getPath().toString());
                images++;
            } else {
                others.merge(kind(name), 1, Integer::sum);
            }
        }
        above.remove(real);
        return images;
    }

    private static String kind(String name) {
        int dot = name.lastIndexOf('.');
        return dot <= 0 ? "without an ending" : name.substring(dot).toLowerCase(Locale.ROOT);
    }
}
