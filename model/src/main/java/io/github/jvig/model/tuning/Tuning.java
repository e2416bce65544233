package io.github.jvig.model.tuning;

import io.github.jvig.model.files.CacheFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Where the results of timing are kept. */
public final class Tuning {
    private Tuning() {
    }

    /** This machine's tuning file: {@code tuning-CPU.tsv}, with the processor's name for CPU, in the {@link CacheFolder}. */
    public static Path standardFile() {
        return CacheFolder.path().resolve("tuning-" + processor() + ".tsv");
    }

    /** The processor's name, in characters that are allowed on every file system. */
    private static String processor() {
        String name = System.getProperty("os.arch");
        try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            name = lines.filter(line -> line.startsWith("model name")).findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1)).orElse(name);
        } catch (IOException e) {
            // Not Linux: the name of the architecture is used.
        }
        return name.strip().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    }
}
