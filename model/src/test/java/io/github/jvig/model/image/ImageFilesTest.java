package io.github.jvig.model.image;

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

    /** As a shell gives it for a variable that was not set. */
    @Test
    void anEmptyNameIsNotTheCurrentFolder() {
        List<ImageInput> found = ImageFiles.find(Path.of(""));
        assertEquals(1, found.size());
        assertEquals("'': the name of the file is empty",
                assertThrows(ImageException.class, () -> found.getFirst().read(Orientation.STORED)).getMessage());
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
        assertEquals(text + ": not an image of a known kind (PNG, JPEG, GIF, BMP, WebP, TIFF)", failure(text));
        Path missing = folder.resolve("missing");
        assertEquals(missing + ": no such file", failure(missing));
    }

    @Test
    void aFolderWithoutImagesSaysSo() {
        assertEquals(folder + ": there is no image in this folder", failure(folder));
    }

    /** A circle of links would never end. */
    @Test
    void linksAreFollowedAndCirclesEnd() throws IOException {
        Path real = Files.write(Files.createDirectory(folder.resolve("real")).resolve("a.png"), PNG);
        Files.createSymbolicLink(folder.resolve("circle"), folder);
        Path link = Files.createSymbolicLink(folder.resolve("link.png"), real);
        assertEquals(Stream.of(link, real).map(Path::toString).toList(), names(folder));
    }

    @Test
    void aFolderMayBeReachedThroughLinks() throws IOException {
        Path outside = Files.createDirectories(folder.resolve("outside"));
        Files.write(outside.resolve("a.png"), PNG);
        Path given = Files.createDirectory(folder.resolve("given"));
        Files.createSymbolicLink(given.resolve("linked"), outside);
        Path link = Files.createSymbolicLink(folder.resolve("link"), given);
        assertEquals(List.of(link.resolve("linked/a.png").toString()), names(link));
        assertEquals(List.of(given.resolve("linked/a.png").toString()), names(given));
    }

    @Test
    void whatIsLeftOutIsNamed() throws IOException {
        Path image = Files.write(folder.resolve("a.png"), PNG);
        for (String other : List.of("b.HEIC", "c.avif", "d.heic")) {
            Files.writeString(folder.resolve(other), "of another kind");
        }
        Path gone = Files.createSymbolicLink(folder.resolve("gone.jpg"), Path.of("nowhere"));
        Files.write(folder.resolve("._a.png"), TestFiles.bytes(0, 5, 0x16, 7, 0, 2));
        Files.writeString(folder.resolve("numbers.csv"), "BMI,weight\n24,80\n");
        List<String> messages = ImageFiles.find(folder).stream().map(input -> {
            try {
                return input.read(Orientation.STORED).toString();
            } catch (ImageException e) {
                return e.getMessage();
            }
        }).toList();
        assertEquals(List.of(folder + ": 3 files of kinds that are not read: 1 .avif, 2 .heic",
                "RGB image of 1x1 pixels", gone + ": the link leads nowhere"), messages);
        assertEquals(List.of(folder, image, gone).stream().map(Path::toString).toList(), names(folder));
    }

    @Test
    void controlCharactersOfNamesAreNotShown() throws IOException {
        Path file = Files.writeString(folder.resolve("a\u001b[2J\nb.png"), "no image");
        assertEquals(folder + "/a?[2J?b.png: not an image of a known kind (PNG, JPEG, GIF, BMP, WebP, TIFF)",
                failure(file));
    }

    @Test
    void devicesAreRefused() {
        assertEquals("/dev/zero: not a regular file", failure(Path.of("/dev/zero")));
    }
}
