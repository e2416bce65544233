package io.github.jvig.cli;

import io.github.jvig.model.vision.DigitSamples;
import io.github.jvig.model.vision.Images;
import io.github.jvig.model.vision.Orientation;
import io.github.jvig.model.vision.RgbImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * One thing to classify, found but not yet opened.
 *
 * @param path   what people call it
 * @param source where its pixels come from
 */
record ImageInput(String path, Source source) {
    /** Reads the pixels. */
    interface Source {
        RgbImage read(Orientation orientation) throws IOException;
    }

    /** The 20 handwritten digits that are built in; the first letter of a name is the digit. */
    static List<ImageInput> samples() {
        return DigitSamples.names().stream().map(ImageInput::sample).toList();
    }

    private static ImageInput sample(String name) {
        return new ImageInput("samples/" + name, orientation -> {
            try (InputStream in = DigitSamples.open(name)) {
                return Images.read(in, name, orientation);
            }
        });
    }

    /** The file itself, or the images in a folder and the folders in that, in the order of their names. What fails, fails when it is read. */
    static List<ImageInput> at(Path path) {
        if (!Files.isDirectory(path)) {
            return List.of(file(path));
        }
        List<ImageInput> found = new ArrayList<>();
        try {
            Files.walkFileTree(path, new Walk(found));
        } catch (IOException e) {
            found.add(failed(path, e));
        }
        if (found.isEmpty()) {
            found.add(failed(path, new IOException(path + ": there is no image in this folder")));
        }
        found.sort(Comparator.comparing(ImageInput::path));
        return found;
    }

    private static ImageInput file(Path file) {
        return new ImageInput(file.toString(), orientation -> Images.read(file, orientation));
    }

    private static ImageInput failed(Path path, IOException e) {
        return new ImageInput(path.toString(), _ -> {
            throw e;
        });
    }

    /** Collects the images and what can't be looked at. Links to folders are not followed, so no way leads in circles. */
    private static final class Walk extends SimpleFileVisitor<Path> {
        private final List<ImageInput> found;

        Walk(List<ImageInput> found) {
            this.found = found;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (Files.isRegularFile(file) && Images.isImage(file)) {
                found.add(file(file));
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path path, IOException e) {
            found.add(failed(path, e));
            return FileVisitResult.CONTINUE;
        }
    }
}
