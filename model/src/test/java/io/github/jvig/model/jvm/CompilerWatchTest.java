package io.github.jvig.model.jvm;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class CompilerWatchTest {
    private static final long SECOND = 1_000_000_000;

    private final AtomicBoolean said = new AtomicBoolean();
    private long cpuTime;
    private long allocated;
    private final CompilerWatch watch = new CompilerWatch(() -> cpuTime, () -> allocated, said);

    private void run(int images, double seconds, int mebibytes) {
        watch.run(images, () -> {
            cpuTime += (long) (seconds * SECOND);
            allocated += (long) mebibytes << 20;
        });
    }

    @Test
    void runsThatGoOnMakingObjectsAreToldOnce() {
        for (int i = 0; i < 7; i++) {
            run(1, 1, 100);
            assertFalse(said.get() || watch.isDone(), "after " + (i + 1) + " s");
        }
        run(1, 1, 100);
        assertTrue(said.get() && watch.isDone());
    }

    @Test
    void aWarmUpIsNotTold() {
        run(1, 3, 100);
        run(1, 3, 1);
        assertTrue(watch.isDone());
        assertFalse(said.get());
    }

    @Test
    void eachImageOfABatchMayAllocate() {
        run(8, 100, 8);
        assertTrue(watch.isDone());
        assertFalse(said.get());
    }
}
