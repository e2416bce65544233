package io.github.jvig.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** No source file of any module imports what it does not use, in code or in a comment; neither the compiler nor the formatter tells. */
class UnusedImportsTest {
    private static final Pattern IMPORT = Pattern.compile("(?m)^import (?:static )?[\\w.]+\\.(\\w+);$");

    private static List<String> unused(String source) {
        List<String> found = new ArrayList<>();
        String rest = IMPORT.matcher(source).replaceAll("");
        Matcher imports = IMPORT.matcher(source);
        while (imports.find()) {
            if (!Pattern.compile("\\b" + imports.group(1) + "\\b").matcher(rest).find()) {
                found.add(imports.group());
            }
        }
        return found;
    }

    @Test
    void thereAreNone() throws IOException {
        List<String> found = new ArrayList<>();
        int files = 0;
        for (Path module : List.of(Path.of("../kernels"), Path.of("."), Path.of("../bench"),
                Path.of("../tornado-tasks"))) {
            try (Stream<Path> paths = Files.walk(module)) {
                for (Path path : paths.filter(file -> file.toString().matches(".*/src/.*\\.java")).toList()) {
                    files++;
                    unused(Files.readString(path)).forEach(line -> found.add(path + ": " + line));
                }
            }
        }
        assertTrue(files > 500, files + " files");
        assertEquals(List.of(), found);
    }

    @Test
    void theyWouldBeFound() {
        assertEquals(List.of("import a.B;", "import static a.B.c;"),
                unused("import a.B;\nimport static a.B.c;\nimport a.D;\n/** {@link D} */ class Bc {}\n"));
    }
}
