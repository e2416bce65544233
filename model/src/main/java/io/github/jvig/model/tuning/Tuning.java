package io.github.jvig.model.tuning;

import io.github.jvig.kernels.Machine;
import io.github.jvig.model.files.CacheFolder;
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
    static String processor() {
        return Machine.processorName().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    }
}
