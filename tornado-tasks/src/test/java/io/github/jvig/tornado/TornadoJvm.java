package io.github.jvig.tornado;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Runs a main method in a separate JVM with another configuration of TornadoVM. */
public final class TornadoJvm {
    /** Folder of the SDK. */
    public static final String HOME = System.getenv("TORNADOVM_HOME");

    private TornadoJvm() {
    }

    /** JVM options that make TornadoVM available. */
    public static List<String> tornado() {
        return tornado(HOME);
    }

    /** JVM options that make the TornadoVM of an SDK available. */
    public static List<String> tornado(String home) {
        return List.of("@" + home + "/tornado-argfile", "-XX:-UseParallelGC");
    }

    /**
     * Returns everything that the JVM prints, including standard error.
     *
     * @param environment variables in addition to those of this process
     * @param options     options of the JVM
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
