package io.github.jvig.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import io.github.jvig.kernels.KernelProvider;
import io.github.jvig.model.device.CompileOptions;
import io.github.jvig.model.device.Executable;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.InputOp;
import io.github.jvig.model.graph.Node;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/**
 * What the first run after a compile takes, in a JVM of its own, where nothing has run before. Until the compiler is through, vectors are
 * objects: memory tells compiled code from other code, and unlike time it does not depend on what else the machine does.
 */
class WarmUpTest {
    private static final long FEW = 1 << 20;

    /** Prints the bytes that the first run allocates. */
    public static void main(String[] args) {
        try (Session session = Models.digits().compile(o -> o.threads(1).warmUp(args[0].equals("warm")))) {
            float[] image = new float[3 * session.height() * session.width()];
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long before = threads.getCurrentThreadAllocatedBytes();
            session.run(image);
            System.out.println(threads.getCurrentThreadAllocatedBytes() - before);
        }
    }

    /** What the made-up clock shows. */
    private long nanos;

    /** A warm-up on a clock that only runs advance, in milliseconds until it ends. */
    private long warmUp(LongSupplier run, LongSupplier compilationTime) {
        nanos = 0;
        Executable executable = new FakeDevice("clock", () -> nanos += run.getAsLong()).compile(
                new Graph(List.of(new Node("input", new InputOp(3), List.of()))), CompileOptions.of(2, 2, 1));
        WarmUp.run(executable, List.of(), () -> nanos, compilationTime);
        return nanos / 1_000_000;
    }

    /** Every third run takes twice the time, so no hundred milliseconds are without one. */
    @Test
    void runsOfMicrosecondsOfWhichManyAreLateEndIt() {
        int[] runs = {0};
        assertEquals(100, warmUp(() -> runs[0]++ % 3 == 0 ? 6_000 : 3_000, () -> 1));
        assertTrue(runs[0] > 20_000, runs[0] + " runs");
    }

    @Test
    void itGoesOnWhileTheCompilerWorksOrAllRunsAreSlow() {
        assertEquals(400, warmUp(() -> 5_000, () -> Math.min(nanos / 1_000_000, 300)));
        // At first fast, then slow, as when a method is thrown away and has yet to be compiled anew.
        assertEquals(650, warmUp(() -> nanos < 50_000_000 || nanos >= 550_000_000 ? 5_000 : 50_000, () -> 1));
        // Long runs are slices of their own.
        assertEquals(50 + 60 + 100, warmUp(() -> nanos == 50_000_000 ? 60_000_000 : 25_000_000, () -> 1));
    }

    @Test
    void aCompilerThatNeverRestsEndsItAfterEightSeconds() {
        assertEquals(8000, warmUp(() -> 10_000, () -> nanos));
    }

    /** Whatever keeps the compiler from the kernels, nobody should have to guess why all is slow. */
    @Test
    void aWarmUpThatEndsWithoutCompiledKernelsSaysSo() {
        List<String> said = new ArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord entry) {
                said.add(entry.getLevel() + " " + entry.getMessage());
            }

            @Override
            public void flush() {
                // Nothing is kept back.
            }

            @Override
            public void close() {
                // Nothing is open.
            }
        };
        Logger logger = Logger.getLogger("io.github.jvig.model");
        logger.addHandler(handler);
        try {
            warmUp(() -> 10_000_000, () -> nanos);
            assertEquals(List.of(), said);
            byte[][] objects = new byte[1][];
            warmUp(() -> {
                objects[0] = new byte[3 << 20];
                return 10_000_000;
            }, () -> 1);
            assertEquals(1, said.size(), said::toString);
            assertTrue(
                    said.getFirst().startsWith("WARNING after 8 s of warm-up") && said.getFirst().contains(" 3 MiB "),
                    said::toString);
        } finally {
            logger.removeHandler(handler);
        }
    }

    @Test
    void theFirstRunIsCompiledCodeUnlessTheWarmUpIsSkipped() throws Exception {
        assumeTrue(KernelProvider.get().name().startsWith("vector"), "scalar kernels make no objects");
        long warm = ChildJvm.number(WarmUpTest.class, "warm");
        assertTrue(warm < FEW, "after the warm-up the first run took " + warm + " bytes");
        long cold = ChildJvm.number(WarmUpTest.class, "cold");
        assertTrue(cold > FEW, "without one it took " + cold + " bytes");
    }
}
