package io.github.jvig.model.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkerTeamTest {
    private static final int[] PARTS = {7, 1, 100, 3, 64};
    private static final int[] LEAST = {1, 1, 1, 2, 32};

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 8})
    void everyPartOfEveryStepRunsOnceAndAfterTheStepBefore(int threads) {
        try (WorkerTeam team = new WorkerTeam(threads, PARTS, LEAST)) {
            assertTrue(team.tryEnter());
            for (int run = 0; run < 500; run++) {
                AtomicIntegerArray done = new AtomicIntegerArray(PARTS.length);
                AtomicIntegerArray parts = new AtomicIntegerArray(PARTS.length * 128);
                team.run((step, from, to, worker) -> {
                    if (step > 0) {
                        assertEquals(PARTS[step - 1], done.get(step - 1), "the step before is not done");
                    }
                    for (int part = from; part < to; part++) {
                        parts.incrementAndGet(step * 128 + part);
                    }
                    done.addAndGet(step, to - from);
                }, null);
                for (int step = 0; step < PARTS.length; step++) {
                    assertEquals(PARTS[step], done.get(step));
                    for (int part = 0; part < PARTS[step]; part++) {
                        assertEquals(1, parts.get(step * 128 + part), "step " + step + " part " + part);
                    }
                }
            }
            team.leave();
        }
    }

    @Test
    void helpersAreWokenAfterAPause() throws Exception {
        try (WorkerTeam team = new WorkerTeam(2, new int[]{2}, new int[]{1})) {
            for (int run = 0; run < 3; run++) {
                Thread.sleep(30);
                java.util.Set<Integer> workers = java.util.concurrent.ConcurrentHashMap.newKeySet();
                // Each worker waits until the other has come, so both must have.
                team.run((step, from, to, worker) -> {
                    workers.add(worker);
                    while (workers.size() < 2) {
                        Thread.onSpinWait();
                    }
                }, null);
                assertEquals(2, workers.size());
            }
        }
    }

    @Test
    void oneRunAtATime() {
        try (WorkerTeam team = new WorkerTeam(2, PARTS, LEAST)) {
            assertTrue(team.tryEnter());
            assertFalse(team.tryEnter());
            team.leave();
            assertTrue(team.tryEnter());
        }
        try (WorkerTeam alone = new WorkerTeam(1, PARTS, LEAST)) {
            assertFalse(alone.tryEnter());
        }
    }

    @Test
    void aFailureReachesTheCallerAndTheTeamGoesOn() {
        try (WorkerTeam team = new WorkerTeam(3, PARTS, LEAST)) {
            for (int run = 0; run < 20; run++) {
                IllegalStateException e = assertThrows(IllegalStateException.class,
                        () -> team.run((step, from, to, worker) -> {
                            if (step == 2 && from <= 50 && 50 < to) {
                                throw new ArithmeticException("on purpose");
                            }
                        }, null));
                assertTrue(e.getMessage().contains("on purpose"), e.getMessage());
                team.run((step, from, to, worker) -> {}, new long[PARTS.length]);
            }
        }
    }
}
