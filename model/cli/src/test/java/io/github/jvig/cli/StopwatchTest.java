package io.github.jvig.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StopwatchTest {
    private static final int SLOW_RUNS = 5;

    /** A run that makes objects of its vectors is not what is to be timed, however short the warm-up should be. */
    @Test
    void warmUpGoesOnWhileRunsMakeObjects() {
        AtomicInteger runs = new AtomicInteger();
        AtomicLong allocated = new AtomicLong();
        Stopwatch.warmUp(0, () -> allocated.addAndGet(runs.incrementAndGet() <= SLOW_RUNS ? 2 << 20 : 4096),
                allocated::get);
        assertEquals(SLOW_RUNS + 1, runs.get());
    }

    @Test
    void aRunThatAllocatesLittleIsEnough() {
        AtomicInteger runs = new AtomicInteger();
        Stopwatch.warmUp(0, runs::incrementAndGet, () -> 0);
        assertEquals(1, runs.get());
    }
}
