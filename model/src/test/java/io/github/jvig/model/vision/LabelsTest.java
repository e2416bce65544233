package io.github.jvig.model.vision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LabelsTest {
    @TempDir
    Path folder;

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("labels.txt"), text);
    }

    private void assertRefused(String expected, Path file) {
        LabelsException e = assertThrows(LabelsException.class, () -> Labels.read(file));
        assertEquals(file + ": " + expected, e.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"0, tench, n01440764", "1, goldfish, n01443537", "2, great white shark, n01484850",
            "134, crane, n02012849",
            "517, crane, n03126707", "999, toilet tissue, n15075141"})
    void imagenet(int index, String name, String synset) {
        Labels labels = Labels.imagenet1k();
        assertEquals(1000, labels.size());
        assertEquals(name, labels.name(index));
        assertEquals(Optional.of(synset), labels.synset(index));
    }

    /** "maillot" begins two synsets. */
    @Test
    void sharedFirstLemmasAreSpeltOut() {
        assertEquals("maillot", Labels.imagenet1k().name(638));
        assertEquals("maillot, tank suit", Labels.imagenet1k().name(639));
    }

    @Test
    void digitsAndNumbers() {
        assertEquals("7", Labels.digits().name(7));
        assertEquals(10, Labels.digits().size());
        assertEquals(Optional.empty(), Labels.digits().synset(7));
        assertEquals("class 2", Labels.numbered(3).name(2));
        assertThrows(IllegalArgumentException.class, () -> Labels.numbered(0));
        assertThrows(IndexOutOfBoundsException.class, () -> Labels.digits().name(10));
    }

    @ParameterizedTest
    @ValueSource(strings = {"cat\nStra\u00dfenhund, brown\n", "cat\nStra\u00dfenhund, brown",
            "\ufeffcat\r\nStra\u00dfenhund, brown\r\n", " cat \nStra\u00dfenhund, brown"})
    void plainFiles(String text) throws IOException {
        Labels labels = Labels.read(file(text));
        assertEquals(2, labels.size());
        assertEquals("cat", labels.name(0));
        assertEquals("Stra\u00dfenhund, brown", labels.name(1));
        assertEquals(Optional.empty(), labels.synset(0));
    }

    @Test
    void synsetFiles() throws IOException {
        Labels labels = Labels.read(file("n01440764\ttench, Tinca tinca\nn01443537\tgoldfish\n"));
        assertEquals("tench", labels.name(0));
        assertEquals(Optional.of("n01443537"), labels.synset(1));
    }

    @Test
    void badFiles() throws IOException {
        assertRefused("line 1 is blank", file(""));
        assertRefused("line 2 is blank", file("cat\n\ndog\n"));
        assertRefused("line 3 is blank", file("cat\ndog\n\n"));
        assertRefused("line 2 is not a synset, a tab and lemmas, as the first line is",
                file("n01440764\ttench\ncat\n"));
        assertRefused("line 2 has a synset, which the first line lacks", file("cat\nn01440764\ttench\n"));
        assertRefused("line 2 holds a control character", file("cat\ndog\thound\n"));
        assertRefused("line 2 holds a control character", file("cat\nd\0g\n"));
        assertRefused("no such file", folder.resolve("missing.txt"));
        assertRefused("not a regular file", folder);
        for (String json : List.of("{\"0\": \"cat\"}\n", "[\n  \"cat\",\n  \"dog\"\n]",
                "{\"0\": [\"n01440764\", \"tench\"]}")) {
            assertRefused("is JSON; a label file has the name of a class in each line", file(json));
        }
        Path latin = Files.write(folder.resolve("latin.txt"),
                "cat\ndog\nStra\u00dfenhund\n".getBytes(StandardCharsets.ISO_8859_1));
        assertRefused("line 3 is not UTF-8", latin);
    }

    @Test
    void theNumberOfClassesMustFit() {
        assertEquals(10, Labels.digits().requireSize(10).size());
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class,
                () -> Labels.digits().requireSize(1000));
        assertEquals("digits: 10 labels, but the net has 1000 classes", e.getMessage());
    }
}
