package io.github.jvig.spark;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Processes that tests start. Whatever happens, none is left behind. */
final class Processes {
    /** Far more than anything takes on a slow machine; a test that hangs is to end. */
    static final long MINUTES = 15;
    private static final long PAUSE_MILLIS = 5;

    private Processes() {
    }

    /** What a process has written, and how it ended. */
    record Outcome(int status, String out, String err) {
        Outcome ok() {
            if (status != 0) {
                throw new AssertionError("exit status " + status + ": " + out + err);
            }
            return this;
        }
    }

    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    static Outcome run(List<String> command, Map<String, String> environment) throws IOException {
        return run(command, environment, () -> false);
    }

    /** The same while the caller does something else. */
    static CompletableFuture<Outcome> running(List<String> command, Map<String, String> environment) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return run(command, environment);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }, Thread::startVirtualThread);
    }

    /** @param kill asked all the time; when it says so the process gets SIGKILL */
    static Outcome run(List<String> command, Map<String, String> environment, BooleanSupplier kill)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command);
        environment.forEach((name, value) -> {
            builder.environment().put(name, value);
            builder.environment().remove(name, "");
        });
        Process process = builder.start();
        Thread hook = killAtExit(process.toHandle());
        try {
            process.getOutputStream().close();
            CompletableFuture<String> out = text(process.getInputStream());
            CompletableFuture<String> err = text(process.getErrorStream());
            long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(MINUTES);
            while (!process.waitFor(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
                if (System.nanoTime() > end) {
                    throw new IOException(command + " hangs");
                }
                if (kill.getAsBoolean()) {
                    // That of the process itself would close its streams, too.
                    process.toHandle().destroyForcibly();
                }
            }
            return new Outcome(process.exitValue(), out.join(), err.join());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        } finally {
            kill(process.toHandle());
            Runtime.getRuntime().removeShutdownHook(hook);
        }
    }

    /** Kills a process and its children when this JVM ends; the hook is to be removed when they are gone. */
    static Thread killAtExit(ProcessHandle process) {
        Thread hook = new Thread(() -> kill(process));
        Runtime.getRuntime().addShutdownHook(hook);
        return hook;
    }

    /** Kills a process with its children. */
    static void kill(ProcessHandle process) {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroyForcibly();
        children.forEach(ProcessHandle::destroyForcibly);
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
