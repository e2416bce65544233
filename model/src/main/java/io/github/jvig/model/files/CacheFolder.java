package io.github.jvig.model.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;

/** The folder for files that can be made again: downloads and tuning results. */
public final class CacheFolder {
    private CacheFolder() {
    }

    /**
     * {@code JVIG_CACHE}, else {@code jvig} in {@code XDG_CACHE_HOME}, else {@code ~/.cache/jvig}. It need not exist.
     *
     * @throws UncheckedIOException when there is no home folder and none of these is set
     */
    public static Path path() {
        return path(System.getenv(), System.getProperty("user.home", ""));
    }

    static Path path(Map<String, String> environment, String home) {
        String jvig = environment.getOrDefault("JVIG_CACHE", "");
        if (!jvig.isBlank()) {
            return Path.of(jvig);
        }
        String xdg = environment.getOrDefault("XDG_CACHE_HOME", "");
        if (!xdg.isBlank()) {
            return Path.of(xdg, "jvig");
        }
        // What Java says for a user without an entry and without HOME, as in a container with any user's number.
        if (home.isBlank() || home.equals("?")) {
            throw new UncheckedIOException(new IOException(
                    "there is no home folder; set JVIG_CACHE to a folder for downloads and tuning results"));
        }
        return Path.of(home, ".cache", "jvig");
    }
}
