package io.github.jvig.model.files;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CacheFolderTest {
    @Test
    void followsTheEnvironment() {
        Path home = Path.of("home");
        assertEquals(Path.of("mine"), CacheFolder.path(Map.of("JVIG_CACHE", "mine", "XDG_CACHE_HOME", "xdg"), home));
        assertEquals(Path.of("xdg", "jvig"), CacheFolder.path(Map.of("XDG_CACHE_HOME", "xdg"), home));
        assertEquals(Path.of("xdg", "jvig"),
                CacheFolder.path(Map.of("XDG_CACHE_HOME", "xdg", "JVIG_CACHE", " "), home));
        assertEquals(Path.of("home", ".cache", "jvig"), CacheFolder.path(Map.of(), home));
    }
}
