package io.github.jvig.tornado;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Runs a main method in a JVM of its own, where TornadoVM is set up in another way than here. */
public final class TornadoJvm {
    /** The SDK. */
    public static final String HOME = System.getenv("TORNADOVM_HOME");

    private TornadoJvm() {
    }

    /** Options that bring TornadoVM into the JVM. */
    public static List<String> tornado() {
        return List.of("@" + HOME + "/tornado-argfile", "-XX:-UseParallelGC");
    }

    /**
     * What it printed, errors included.
     *
     * @param environment beside this process's own
     * @param options     for the JVM
     */
    public static String print(Map<String, String> environment, List<String> options, Class<?> main, String... args)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), printed);
        return printed;
    }
}
