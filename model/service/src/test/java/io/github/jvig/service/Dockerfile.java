package io.github.jvig.service;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The instructions of the module's Dockerfile, each on one line. */
record Dockerfile(List<String> lines) {
    private static final Path MODULE = Path.of(System.getProperty("basedir", "")).toAbsolutePath();

    static Dockerfile read() throws IOException {
        String text = Files.readString(MODULE.resolve("Dockerfile"));
        return new Dockerfile(text.lines().filter(line -> !line.startsWith("#")).reduce("", (a, b) -> a + "\n" + b)
                .replaceAll("\\\\\n\\s*", "").lines().filter(line -> !line.isBlank()).toList());
    }

    /** The folder that it is built from. */
    static Path context() {
        return MODULE.resolve("../..").normalize();
    }

    /** The arguments of all instructions of this name. */
    List<String> all(String instruction) {
        return lines.stream().filter(line -> line.startsWith(instruction + " "))
                .map(line -> line.substring(instruction.length() + 1)).toList();
    }

    /** The modules that the image's JDK is linked of. */
    static String modules() throws IOException {
        Matcher list = Pattern.compile("jlink .*--add-modules ([a-z.,]+)").matcher(String.join("\n", read().lines()));
        if (!list.find()) {
            throw new IOException("the Dockerfile has no jlink");
        }
        return list.group(1);
    }
}
