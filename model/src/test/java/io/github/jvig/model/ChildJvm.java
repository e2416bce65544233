package io.github.jvig.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs a main method where nothing has run before. */
public final class ChildJvm {
    private ChildJvm() {
    }

    /** What it printed, a number. */
    public static long number(Class<?> main, String... args) throws Exception {
        return Long.parseLong(print(System.getProperty("java.class.path"), main, args));
    }

    /** What it printed, with another class path than this JVM's. */
    public static String print(String classPath, Class<?> main, String... args) throws Exception {
        return print(List.of(), classPath, main, args);
    }

    /** What it printed, with options of the JVM. */
    public static String print(List<String> options, String classPath, Class<?> main, String... args)
            throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "--add-modules",
                "jdk.incubator.vector", "-XX:+UseG1GC", "-cp", classPath, main.getName()));
        command.addAll(1, options);
        command.addAll(List.of(args));
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertEquals(0, process.waitFor());
        return out;
    }
}
