package io.github.jvig.model.image;

import io.github.jvig.model.files.FileErrors;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Finds image files. */
public final class ImageFiles {
    private ImageFiles() {
    }

    /**
     * The file itself, or all images in a folder and the folders in it, in the order of their paths. A file of a folder counts as an image
     * if {@link Images#isImage} says so. Links are followed, those to folders too; a folder that several ways lead to is looked at once.
     *
     * <p>Nothing is left out without a word: failures show when an input is read, so that one bad file does not hide the others. A missing
     * file, an empty name, a folder that can't be listed, a link that leads nowhere, a file that can't be opened, and a folder without images give one
     * input each, whose {@link ImageInput#read} says what is wrong; pictures of kinds that are not read (HEIC, AVIF, camera raw and others)
     * give one input for all of them, which counts them.
     *
     * @param path a file or a folder
     * @return at least one input
     */
    public static List<ImageInput> find(Path path) {
        if (path.toString().isEmpty()) {
            // Java would take it for the current folder; it is a variable that was not set.
            return List.of(ImageInput.failed(Path.of("''"), "the name of the file is empty", null));
        }
        if (!Files.isDirectory(path)) {
            return List.of(ImageInput.of(path));
        }
        Walk walk = new Walk();
        walk.from(path);
        List<ImageInput> found = walk.found;
        if (!walk.others.isEmpty()) {
            found.add(ImageInput.failed(path, walk.others(), null));
        }
        if (found.isEmpty()) {
            found.add(ImageInput.failed(path, "there is no image in this folder", null));
        }
        found.sort(Comparator.comparing(ImageInput::name));
        return List.copyOf(found);
    }

    /** A folder and the name it was reached by. */
    private record Folder(Path real, Path name) {}

    /** Collects the images, and what can't be looked at. */
    private static final class Walk {
        private static final Set<String> OTHER_KINDS = Set.of("heic", "heif", "hif", "avif", "jxl", "jp2", "j2k", "jpf",
                "jpx", "jxr", "wdp", "dng", "cr2", "cr3", "crw", "nef", "nrw", "arw", "sr2", "orf", "rw2", "raf", "pef",
                "srw", "x3f", "3fr", "raw", "psd", "psb", "ico", "cur", "icns", "tga", "pcx", "ppm", "pgm", "pbm",
                "pnm",
                "pam", "exr", "hdr", "dds", "qoi", "svg", "xcf", "bpg", "flif", "dcm");

        private final List<ImageInput> found = new ArrayList<>();
        private final Map<String, Integer> others = new TreeMap<>();
        private final Set<Path> seen = new HashSet<>();
        private final Deque<Folder> linked = new ArrayDeque<>();

        void from(Path path) {
            linked.add(new Folder(path, path));
            while (!linked.isEmpty()) {
                Folder next = linked.remove();
                try {
                    Path real = next.real.toRealPath();
                    // A folder below one that was looked at was looked at too: circles end here.
                    if (!seen.contains(real)) {
                        Files.walkFileTree(real, new Collector(new Folder(real, next.name)));
                    }
                } catch (IOException e) {
                    found.add(ImageInput.failed(next.name, FileErrors.reason(e), e));
                }
            }
        }

        String others() {
            int count = others.values().stream().mapToInt(Integer::intValue).sum();
            return count + (count == 1 ? " file" : " files") + " of kinds that are not read: "
                    + others.entrySet().stream()
                            .map(kind -> kind.getValue() + " ." + kind.getKey()).collect(Collectors.joining(", "));
        }

        private static String extension(Path file) {
            String name = file.getFileName().toString();
            int dot = name.lastIndexOf('.');
            return dot < 0 ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
        }

        private final class Collector extends SimpleFileVisitor<Path> {
            private final Folder root;

            Collector(Folder root) {
                this.root = root;
            }

            private Path named(Path path) {
                return path.equals(root.real) ? root.name : root.name.resolve(root.real.relativize(path));
            }

            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                return seen.add(folder) ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
            }

            @Override
            public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
                Path name = named(path);
                boolean exists = Files.exists(path);
                if (exists && Files.isDirectory(path)) {
                    linked.add(new Folder(path, name));
                } else if (exists && Files.isRegularFile(path) && Files.isReadable(path)) {
                    file(path, name);
                } else if (Images.isNamedLikeOne(path) || extension(path).isEmpty() && !isSpecial(path)) {
                    String reason = !exists
                            ? "the link leads nowhere"
                            : Files.isRegularFile(path) ? "permission denied" : "not a regular file";
                    found.add(ImageInput.failed(name, reason, null));
                }
                return FileVisitResult.CONTINUE;
            }

            /** Pipes, sockets and devices, which are no pictures unless they are named like one. */
            private static boolean isSpecial(Path path) {
                return Files.exists(path) && !Files.isRegularFile(path);
            }

            private void file(Path path, Path name) {
                if (Images.isAppleDouble(path)) {
                    return;
                }
                if (Images.isImage(path)) {
                    found.add(ImageInput.of(name));
                } else if (OTHER_KINDS.contains(extension(path))) {
                    others.merge(extension(path), 1, Integer::sum);
                }
            }

            @Override
            public FileVisitResult visitFileFailed(Path path, IOException e) {
                found.add(ImageInput.failed(named(path), FileErrors.reason(e), e));
                return FileVisitResult.CONTINUE;
            }

            /** A folder whose listing breaks off keeps what was found before. */
            @Override
            public FileVisitResult postVisitDirectory(Path folder, IOException e) {
                if (e != null) {
                    found.add(ImageInput.failed(named(folder), FileErrors.reason(e), e));
                }
                return FileVisitResult.CONTINUE;
            }
        }
    }
}
