package io.github.jvig.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Starts {@code scripts/jvig} as a process with the unchanged PATH. */
final class Launcher {
    private static final int SECONDS = 60;

    private Launcher() {
    }

    /** The scripts of this repository. */
    static Path scripts() {
        return Path.of(System.getProperty("basedir", "")).toAbsolutePath().resolve("../../scripts").normalize();
    }

    /** Runs the script on this JVM's class path, so that nothing is built. */
    static Outcome run(Path folder, Object... args) throws IOException {
        return run(folder, Map.of("JVIG_CLASSPATH", System.getProperty("java.class.path")), scripts().resolve("jvig"),
                args);
    }

    /**
     * Runs a script.
     *
     * @param folder      working folder of the process
     * @param environment variables in addition to those of this process; an empty value removes a variable
     */
    static Outcome run(Path folder, Map<String, String> environment, Path script, Object... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(script.toString()));
        Stream.of(args).map(Object::toString).forEach(command::add);
        return shell(folder, environment, command);
    }

    /** Runs any command with closed standard input. */
    static Outcome shell(Path folder, Map<String, String> environment, List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        environment.forEach((name, value) -> {
            builder.environment().put(name, value);
            builder.environment().remove(name, "");
        });
        Process process = builder.start();
        process.getOutputStream().close();
        CompletableFuture<String> out = text(process.getInputStream());
        CompletableFuture<String> err = text(process.getErrorStream());
        try {
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException(command + " took more than " + SECONDS + " s: " + err.join());
            }
            return new Outcome(process.exitValue(), out.join(), err.join());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private static CompletableFuture<String> text(InputStream in) {
        return CompletableFuture.supplyAsync(() -> {
            try (in) {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }
}
