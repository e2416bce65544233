package io.github.jvig.model.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFilesTest {
    @TempDir
    Path folder;

    private WholeFiles three() throws IOException {
        WholeFiles files = new WholeFiles();
        for (String name : List.of("a", "b", "c")) {
            files.add(folder.resolve(name));
            files.channels().getLast().write(ByteBuffer.wrap(("new " + name).getBytes(StandardCharsets.UTF_8)));
        }
        return files;
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(f -> f.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void allAppear() throws IOException {
        Files.writeString(folder.resolve("b"), "old b");
        try (WholeFiles files = three()) {
            files.commit();
        }
        for (String name : List.of("a", "b", "c")) {
            assertEquals("new " + name, Files.readString(folder.resolve(name)));
        }
        assertEquals(List.of("a", "b", "c"), names());
    }

    @Test
    void withoutCommitNoneAppears() throws IOException {
        Files.writeString(folder.resolve("b"), "old b");
        three().close();
        assertEquals("old b", Files.readString(folder.resolve("b")));
        assertEquals(List.of("b"), names());
    }

    @Test
    void ifTheLastCannotAppearNoneDoes() throws IOException {
        Files.writeString(folder.resolve("b"), "old b");
        try (WholeFiles files = three()) {
            Files.createDirectories(folder.resolve("c").resolve("in the way"));
            IOException e = assertThrows(IOException.class, files::commit);
            assertTrue(e.getMessage().startsWith(folder.resolve("c") + ": can't be written: "), e.getMessage());
            assertEquals(0, e.getSuppressed().length);
        }
        assertFalse(Files.exists(folder.resolve("a")));
        assertEquals("old b", Files.readString(folder.resolve("b")));
        assertEquals(List.of("b", "c"), names());
    }

    @Test
    void aFileThatCannotBeWrittenLeavesNothingOfTheOthers() throws IOException {
        try (WholeFiles files = three()) {
            assertThrows(IOException.class, () -> files.add(folder.resolve("none/d")));
            assertEquals(folder.resolve("./a") + ": can't be written twice",
                    assertThrows(IOException.class, () -> files.add(folder.resolve("./a"))).getMessage());
        }
        assertEquals(List.of(), names());
    }
}
