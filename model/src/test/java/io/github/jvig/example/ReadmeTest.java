package io.github.jvig.example;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The Java code in the READMEs is code of this package, so it compiles; the tests of this package run it. */
class ReadmeTest {
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```java\\n(.*?)^```$");

    private static Path root() {
        Path root = Path.of("").toAbsolutePath();
        while (!Files.exists(root.resolve("kernels/pom.xml"))) {
            root = root.getParent();
        }
        return root;
    }

    /** The lines of code without indentation, imports and blank lines. */
    private static String code(String text) {
        return text.lines().map(String::strip).filter(line -> !line.isEmpty() && !line.startsWith("import "))
                .collect(Collectors.joining("\n"));
    }

    @Test
    void everyBlockOfJavaIsCodeOfAnExample() throws IOException {
        List<String> examples = new ArrayList<>();
        try (Stream<Path> files = Files.list(root().resolve("model/src/test/java/io/github/jvig/example"))) {
            for (Path file : files.toList()) {
                examples.add(code(Files.readString(file)));
            }
        }
        for (String readme : List.of("README.md", "model/README.md", "tornado-tasks/README.md")) {
            Matcher blocks = BLOCK.matcher(Files.readString(root().resolve(readme)));
            boolean found = false;
            while (blocks.find()) {
                found = true;
                String block = code(blocks.group(1));
                assertTrue(examples.stream().anyMatch(example -> example.contains(block)),
                        () -> readme + " shows code that is in no example:\n" + block);
            }
            assertTrue(found, readme + " shows no Java");
        }
    }
}
