package io.github.jvig.cli;

import io.github.jvig.model.files.WholeFile;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import javax.imageio.ImageIO;

/** A folder that gets a PNG for each picture, named as the picture. */
final class PngFolder {
    private final Path folder;
    private final Set<String> used = new HashSet<>();

    /** @throws IOException if there is no such folder and none can be made */
    PngFolder(Path folder) throws IOException {
        this.folder = folder;
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new IOException(folder + ": is a file, where a folder is needed");
        }
        Files.createDirectories(folder);
    }

    /**
     * Writes a picture.
     *
     * @param source path of the picture that it is made of, whose name it gets; a second one of a name gets a number
     * @return the file
     */
    Path write(String source, BufferedImage picture) throws IOException {
        Path path = Path.of(source).getFileName();
        String name = path == null ? "picture" : path.toString().replaceFirst("(?<=.)\\.[^.]*$", "");
        String unique = name;
        for (int i = 2; !used.add(unique.toLowerCase(Locale.ROOT)); i++) {
            unique = name + "-" + i;
        }
        Path file = folder.resolve(unique + ".png");
        Path read = Path.of(source);
        if (Files.exists(file) && Files.exists(read) && Files.isSameFile(file, read)) {
            throw new IOException(file + ": is the picture that is read; choose another folder");
        }
        WholeFile.write(file, out -> ImageIO.write(picture, "png", out));
        return file;
    }
}
