package io.github.jvig.model.files;

import java.nio.file.Path;
import java.util.Map;

/** The folder for files that can be made again: downloads and tuning results. */
public final class CacheFolder {
    private CacheFolder() {
    }

    /** {@code JVIG_CACHE}, else {@code jvig} in {@code XDG_CACHE_HOME}, else {@code ~/.cache/jvig}. It need not exist. */
    public static Path path() {
        return path(System.getenv(), Path.of(System.getProperty("user.home")));
    }

    static Path path(Map<String, String> environment, Path home) {
        String jvig = environment.getOrDefault("JVIG_CACHE", "");
        if (!jvig.isBlank()) {
            return Path.of(jvig);
        }
        String xdg = environment.getOrDefault("XDG_CACHE_HOME", "");
        return (xdg.isBlank() ? home.resolve(".cache") : Path.of(xdg)).resolve("jvig");
    }
}
