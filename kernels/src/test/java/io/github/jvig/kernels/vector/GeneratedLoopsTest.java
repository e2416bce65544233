package io.github.jvig.kernels.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GeneratedLoopsTest {
    static Set<String> files() {
        return LoopGenerator.sources().keySet();
    }

    /** Nobody has edited a generated file, or changed a template without running the generator. */
    @ParameterizedTest
    @MethodSource("files")
    void committedSourceIsWhatItsTemplateGives(String file) throws IOException {
        Path path = LoopGenerator.packageFolder(Path.of("src/main/java")).resolve(file);
        String committed = Files.readString(path).replace("\r\n", "\n");
        assertEquals(LoopGenerator.sources().get(file), committed,
                file + " differs from its template; its first lines say how to generate it");
    }
}
