package io.github.jvig.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import io.github.jvig.kernels.Kernels;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * What the first run after a compile takes, in a JVM of its own, where nothing has run before. Until the compiler is through, vectors are
 * objects: memory tells compiled code from other code, and unlike time it does not depend on what else the machine does.
 */
class WarmUpTest {
    private static final long FEW = 1 << 20;

    /** Prints the bytes that the first run allocates. */
    public static void main(String[] args) {
        Options options = Options.threads(1);
        try (Session session = Models.digits().compile(args[0].equals("warm") ? options : options.withoutWarmUp())) {
            float[] image = new float[3 * session.height() * session.width()];
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long before = threads.getCurrentThreadAllocatedBytes();
            session.run(image);
            System.out.println(threads.getCurrentThreadAllocatedBytes() - before);
        }
    }

    private static long firstRun(String how) throws Exception {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector", "-XX:+UseG1GC", "-cp", System.getProperty("java.class.path"),
                WarmUpTest.class.getName(),
                how).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertEquals(0, process.waitFor());
        return Long.parseLong(out);
    }

    @Test
    void theFirstRunIsCompiledCodeUnlessTheWarmUpIsSkipped() throws Exception {
        assumeTrue(Kernels.get().name().startsWith("vector"), "scalar kernels make no objects");
        long warm = firstRun("warm");
        assertTrue(warm < FEW, "after the warm-up the first run took " + warm + " bytes");
        long cold = firstRun("cold");
        assertTrue(cold > FEW, "without one it took " + cold + " bytes");
    }
}
