package io.github.jvig.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.model.Models;
import io.github.jvig.model.nets.Net;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The Java code in the READMEs is code of this package, here or in the tests of the kernels, so it compiles; the tests of this package run it.
 * Numbers and versions that change with the code are those of the code.
 */
class ReadmeTest {
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```java\\n(.*?)^```$");
    private static final Pattern DEPENDENCY = Pattern
            .compile("<artifactId>(.*?)</artifactId>\\s*<version>(.*?)</version>");

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
        for (String module : List.of("kernels", "model")) {
            try (Stream<Path> files = Files.list(root().resolve(module + "/src/test/java/io/github/jvig/example"))) {
                for (Path file : files.toList()) {
                    examples.add(code(Files.readString(file)));
                }
            }
        }
        for (String readme : List.of("README.md", "kernels/README.md", "model/README.md", "tornado-tasks/README.md")) {
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

    @Test
    void dependenciesHaveTheVersionsOfTheBuild() throws IOException {
        String pom = Files.readString(root().resolve("pom.xml"));
        Map<String, String> versions = Map.of("jvig-model", first(pom, "</artifactId>\\s*<version>(.*?)<"),
                "jvig-kernels", first(pom, "</artifactId>\\s*<version>(.*?)<"),
                "tribuo-util-onnx", first(pom, "<tribuo.version>(.*?)<"),
                "protobuf-java", first(pom, "<protobuf.version>(.*?)<"));
        Set<String> shown = new HashSet<>();
        for (String readme : List.of("README.md", "model/README.md", "kernels/README.md")) {
            Matcher dependencies = DEPENDENCY.matcher(Files.readString(root().resolve(readme)));
            while (dependencies.find()) {
                shown.add(dependencies.group(1));
                assertEquals(versions.get(dependencies.group(1)), dependencies.group(2), dependencies.group());
            }
        }
        assertEquals(versions.keySet(), shown);
    }

    private static String first(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        assertTrue(matcher.find(), pattern);
        return matcher.group(1);
    }

    @Test
    void theNumberOfNetsIsRight() throws IOException {
        long builtIn = Models.all().stream()
                .filter(info -> info.net().getClass().getPackage().equals(Net.class.getPackage())).count();
        assertTrue(Files.readString(root().resolve("README.md")).contains(builtIn + " nets by name"),
                builtIn + " nets");
    }
}
