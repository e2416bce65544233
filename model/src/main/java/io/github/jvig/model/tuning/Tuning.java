package io.github.jvig.model.tuning;

import io.github.jvig.model.hub.HubFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Where choices that were made by timing are kept. */
public final class Tuning {
    private Tuning() {
    }

    /**
     * This machine's tuning file, a few readable lines: {@code tuning-CPU.tsv} in {@code JVIG_CACHE}, else in {@code jvig} below
     * {@code XDG_CACHE_HOME} or {@code ~/.cache}.
     */
    public static Path standardFile() {
        return HubFile.cacheFolder().resolve("tuning-" + processor() + ".tsv");
    }

    /** The processor's name in letters that any file system takes. */
    private static String processor() {
        String name = System.getProperty("os.arch");
        try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            name = lines.filter(line -> line.startsWith("model name")).findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1)).orElse(name);
        } catch (IOException e) {
            // Not Linux: the architecture has to do.
        }
        return name.strip().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    }
}
