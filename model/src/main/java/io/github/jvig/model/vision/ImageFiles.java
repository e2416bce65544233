package io.github.jvig.model.vision;

import io.github.jvig.model.files.FileErrors;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Finds image files. */
public final class ImageFiles {
    private ImageFiles() {
    }

    /**
     * The file itself, or all images in a folder and the folders in it, in the order of their paths. A file of a folder counts as an image
     * if {@link Images#isImage} says so; links to folders are not followed.
     *
     * <p>Failures show when an input is read, so that one bad file does not hide the others: a missing file, a folder that can't be listed
     * and a folder without images give one input each, whose {@link ImageInput#read} says what is wrong.
     *
     * @param path a file or a folder
     * @return at least one input
     */
    public static List<ImageInput> find(Path path) {
        if (!Files.isDirectory(path)) {
            return List.of(ImageInput.of(path));
        }
        List<ImageInput> found = new ArrayList<>();
        try {
            Files.walkFileTree(path, new Collector(found));
        } catch (IOException e) {
            found.add(ImageInput.failed(path, FileErrors.reason(e), e));
        }
        if (found.isEmpty()) {
            found.add(ImageInput.failed(path, "there is no image in this folder", null));
        }
        found.sort(Comparator.comparing(ImageInput::name));
        return List.copyOf(found);
    }

    /** Collects the images, and what can't be looked at. */
    private static final class Collector extends SimpleFileVisitor<Path> {
        private final List<ImageInput> found;

        Collector(List<ImageInput> found) {
            this.found = found;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (Files.isRegularFile(file) && Images.isImage(file)) {
                found.add(ImageInput.of(file));
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path path, IOException e) {
            found.add(ImageInput.failed(path, FileErrors.reason(e), e));
            return FileVisitResult.CONTINUE;
        }

        /** A folder whose listing breaks off keeps what was found before. */
        @Override
        public FileVisitResult postVisitDirectory(Path folder, IOException e) {
            if (e != null) {
                found.add(ImageInput.failed(folder, FileErrors.reason(e), e));
            }
            return FileVisitResult.CONTINUE;
        }
    }
}
