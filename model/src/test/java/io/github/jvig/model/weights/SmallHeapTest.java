package io.github.jvig.model.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.model.ChildJvm;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hostile files in a JVM with a heap of 64 MB: tensors or one line, in no time, and never an OutOfMemoryError. */
class SmallHeapTest {
    /** Of the thread's CPU time; each took less than 3 s. A reader in quadratic time takes minutes. */
    private static final long MAX_MILLIS = 60_000;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    @TempDir
    Path dir;

    @Test
    void hostileFilesNeedLittleMemoryAndTime() throws Exception {
        List<Path> files = HostileFiles.write(dir);
        String[] args = files.stream().map(Path::toString).toArray(String[]::new);
        List<String> lines = ChildJvm
                .print(List.of("-Xmx64m"), System.getProperty("java.class.path"), SmallHeapTest.class, args).lines()
                .toList();
        assertEquals(files.size(), lines.size(), lines::toString);
        for (int i = 0; i < files.size(); i++) {
            String[] parts = lines.get(i).split(" ", 2);
            assertTrue(Long.parseLong(parts[0]) < MAX_MILLIS, lines.get(i));
            assertTrue(parts[1].equals("read") || parts[1].startsWith(files.get(i).getFileName() + ": ")
                    && !parts[1].contains("Error"), lines.get(i));
        }
    }

    /** Prints a line for each file: milliseconds, and what came of it. */
    public static void main(String[] files) {
        for (String file : files) {
            long start = THREADS.getCurrentThreadCpuTime();
            String outcome;
            try {
                outcome = Weights.load(Path.of(file)).names().isEmpty() ? "read nothing" : "read";
            } catch (WeightsException e) {
                outcome = e.getCause() instanceof Error ? e.getCause().toString() : e.getMessage();
            } catch (Throwable e) {
                outcome = e.toString();
            }
            System.out.println((THREADS.getCurrentThreadCpuTime() - start) / 1_000_000 + " " + outcome);
        }
    }
}
