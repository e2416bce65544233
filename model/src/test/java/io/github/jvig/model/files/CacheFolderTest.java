package io.github.jvig.model.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CacheFolderTest {
    @Test
    void followsTheEnvironment() {
        String home = "home";
        assertEquals(Path.of("mine"), CacheFolder.path(Map.of("JVIG_CACHE", "mine", "XDG_CACHE_HOME", "xdg"), home));
        assertEquals(Path.of("xdg", "jvig"), CacheFolder.path(Map.of("XDG_CACHE_HOME", "xdg"), home));
        assertEquals(Path.of("xdg", "jvig"),
                CacheFolder.path(Map.of("XDG_CACHE_HOME", "xdg", "JVIG_CACHE", " "), home));
        assertEquals(Path.of("home", ".cache", "jvig"), CacheFolder.path(Map.of(), home));
    }

    @Test
    void withoutAHomeNoFolderIsMadeUp() {
        for (String home : List.of("?", "")) {
            assertEquals("there is no home folder; set JVIG_CACHE to a folder for downloads and tuning results",
                    assertThrows(UncheckedIOException.class, () -> CacheFolder.path(Map.of(), home)).getCause()
                            .getMessage());
            assertEquals(Path.of("mine"), CacheFolder.path(Map.of("JVIG_CACHE", "mine"), home));
        }
    }
}
