package io.github.jvig.model.vision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFilesTest {
    private static final byte[] PNG = TestFiles.png(1, 1, 8, TestFiles.GRAY, TestFiles.bytes(9));

    @TempDir
    Path folder;

    private static List<String> names(Path path) {
        return ImageFiles.find(path).stream().map(ImageInput::name).toList();
    }

    private static String failure(Path path) {
        List<ImageInput> found = ImageFiles.find(path);
        assertEquals(1, found.size());
        return assertThrows(ImageException.class, () -> found.getFirst().read(Orientation.STORED)).getMessage();
    }

    @Test
    void aFolderGivesItsImagesInOrder() throws IOException {
        Path inner = Files.createDirectories(folder.resolve("b/c"));
        List<Path> images = List.of(Files.write(folder.resolve("a.bin"), PNG),
                Files.writeString(inner.resolve("named like one.JPEG"), "not an image"),
                Files.write(folder.resolve("d.png"), PNG));
        Files.writeString(folder.resolve("notes.txt"), "not an image");
        assertEquals(images.stream().map(Path::toString).toList(), names(folder));
        assertEquals(RgbImage.ofRgb(1, 1, TestFiles.bytes(9, 9, 9)),
                ImageFiles.find(folder).getFirst().read(Orientation.STORED));
    }

    @Test
    void aFileIsTakenWhateverItIs() throws IOException {
        Path text = Files.writeString(folder.resolve("notes.txt"), "not an image");
        assertEquals(text + ": not an image of a known kind (PNG, JPEG, GIF, BMP, WebP)", failure(text));
        Path missing = folder.resolve("missing");
        assertEquals(missing + ": no such file", failure(missing));
    }

    @Test
    void aFolderWithoutImagesSaysSo() {
        assertEquals(folder + ": there is no image in this folder", failure(folder));
    }

    /** A circle of links would never end. */
    @Test
    void linksToFilesAreFollowedAndLinksToFoldersAreNot() throws IOException {
        Path real = Files.write(Files.createDirectory(folder.resolve("real")).resolve("a.png"), PNG);
        Files.createSymbolicLink(folder.resolve("circle"), folder);
        Path link = Files.createSymbolicLink(folder.resolve("link.png"), real);
        assertEquals(Stream.of(link, real).map(Path::toString).toList(), names(folder));
    }
}
