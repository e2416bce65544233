package io.github.jvig.model.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;

/** The corner cases of every format that {@code src/test/python/pictures.py} makes, with PIL's answers. */
class PictureCasesTest {
    static Map<String, byte[]> files() throws IOException {
        return unzip(unzip(TestFiles.resource("pictures.zip")).get("pictures.zip"));
    }

    private static Map<String, byte[]> unzip(byte[] archive) throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(archive))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                files.put(entry.getName(), zip.readAllBytes());
            }
        }
        return files;
    }

    private static String answer(String name, byte[] file) {
        try {
            RgbImage image = Images.read(file, name, name.startsWith("exif") ? Orientation.EXIF : Orientation.STORED);
            CRC32 sum = new CRC32();
            sum.update(image.rgb());
            return name + "\t" + image.width() + "\t" + image.height() + "\t" + sum.getValue();
        } catch (ImageException e) {
            return name + "\t-\t-\t-";
        }
    }

    @Test
    void pixelsArePils() throws IOException {
        Map<String, byte[]> files = files();
        List<String> expected = new String(files.get("index.tsv"), StandardCharsets.UTF_8).lines().toList();
        assertTrue(expected.size() > 1000, "only " + expected.size() + " cases");
        List<String> wrong = new ArrayList<>();
        for (String line : expected) {
            String name = line.substring(0, line.indexOf('\t'));
            String actual = answer(name, files.get(name));
            if (!actual.equals(line)) {
                wrong.add(actual + " where PIL has " + line);
            }
        }
        assertEquals(List.of(), wrong);
    }
}
