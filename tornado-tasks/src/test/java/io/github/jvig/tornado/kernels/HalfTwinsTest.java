package io.github.jvig.tornado.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class HalfTwinsTest {
    private static final Path SOURCES = Path.of("src/main/java");
    static final java.util.List<String> KERNELS = HalfTwins.KERNELS;

    /** Nobody has edited a twin, or changed a kernel without making its twin anew. The formatter may break lines elsewhere. */
    @ParameterizedTest
    @FieldSource("KERNELS")
    void committedTwinIsWhatTheKernelGives(String kernel) throws IOException {
        String twin = "Half" + kernel;
        assertEquals(withoutSpace(HalfTwins.twins(SOURCES).get(twin)),
                withoutSpace(Files.readString(HalfTwins.file(SOURCES, twin))),
                twin + " differs from " + kernel + "; HalfTwins says how to generate it");
    }

    private static String withoutSpace(String text) {
        return text.replaceAll("\\s+|\\* ", "");
    }
}
