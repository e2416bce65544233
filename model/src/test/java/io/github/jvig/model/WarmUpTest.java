package io.github.jvig.model;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import io.github.jvig.kernels.KernelProvider;
import java.lang.management.ManagementFactory;
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

    @Test
    void theFirstRunIsCompiledCodeUnlessTheWarmUpIsSkipped() throws Exception {
        assumeTrue(KernelProvider.get().name().startsWith("vector"), "scalar kernels make no objects");
        long warm = ChildJvm.number(WarmUpTest.class, "warm");
        assertTrue(warm < FEW, "after the warm-up the first run took " + warm + " bytes");
        long cold = ChildJvm.number(WarmUpTest.class, "cold");
        assertTrue(cold > FEW, "without one it took " + cold + " bytes");
    }
}
