package io.github.jvig.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CachesTest {
    private static final Caches TYPICAL = new Caches(32 << 10, 1 << 20, 32 << 20);

    @TempDir
    private Path folder;

    @Test
    void sizesAreReadAsLinuxGivesThem() throws IOException {
        cache(0, "1", "Data", "48K");
        cache(1, "1", "Instruction", "32K");
        cache(2, "2", "Unified", "2048K");
        cache(3, "3", "Unified", "36M");
        assertEquals(new Caches(48 << 10, 2 << 20, 36 << 20), Caches.read(folder));
    }

    @Test
    void whatTheSystemDoesNotSayIsTypical() throws IOException {
        assertEquals(TYPICAL, Caches.read(folder.resolve("none")));
        cache(0, "1", "Data", "64K");
        assertEquals(new Caches(64 << 10, 1 << 20, 32 << 20), Caches.read(folder));
        cache(1, "2", "Unified", "much");
        assertEquals(TYPICAL, Caches.read(folder));
        Files.writeString(folder.resolve("index1").resolve("size"), "");
        assertEquals(TYPICAL, Caches.read(folder));
    }

    private void cache(int index, String level, String type, String size) throws IOException {
        Path cache = Files.createDirectory(folder.resolve("index" + index));
        Files.writeString(cache.resolve("level"), level + "\n");
        Files.writeString(cache.resolve("type"), type + "\n");
        Files.writeString(cache.resolve("size"), size + "\n");
    }
}
