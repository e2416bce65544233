package io.github.jvig.model.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkerTeamTest {
    private static final int[] PARTS = {7, 1, 100, 3, 64};
    private static final WorkerTeam.Program PROGRAM = new WorkerTeam.Program(PARTS, new int[]{1, 1, 1, 2, 32});
    /** Fewer parts where the other has many, so that a claim made for the wrong one shows. */
    private static final WorkerTeam.Program OTHER = new WorkerTeam.Program(new int[]{64, 9, 1}, new int[]{1, 1, 1});

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 8})
    void everyPartOfEveryStepRunsOnceAndAfterTheStepBefore(int threads) {
        try (WorkerTeam team = new WorkerTeam(threads)) {
            assertTrue(team.tryEnter());
            for (int run = 0; run < 500; run++) {
                WorkerTeam.Program program = run % 2 == 0 ? PROGRAM : OTHER;
                int[] wanted = program.parts();
                AtomicIntegerArray done = new AtomicIntegerArray(wanted.length);
                AtomicIntegerArray parts = new AtomicIntegerArray(wanted.length * 128);
                team.run(program, (step, from, to, worker) -> {
                    if (step > 0) {
                        assertEquals(wanted[step - 1], done.get(step - 1), "the step before is not done");
                    }
                    for (int part = from; part < to; part++) {
                        parts.incrementAndGet(step * 128 + part);
                    }
                    done.addAndGet(step, to - from);
                }, null);
                for (int step = 0; step < wanted.length; step++) {
                    assertEquals(wanted[step], done.get(step));
                    for (int part = 0; part < 128; part++) {
                        assertEquals(part < wanted[step] ? 1 : 0, parts.get(step * 128 + part),
                                "step " + step + " part " + part);
                    }
                }
            }
            team.leave();
        }
    }

    @Test
    void helpersAreWokenAfterAPause() throws Exception {
        try (WorkerTeam team = new WorkerTeam(2)) {
            for (int run = 0; run < 3; run++) {
                Thread.sleep(30);
                java.util.Set<Integer> workers = java.util.concurrent.ConcurrentHashMap.newKeySet();
                // Each worker waits until the other has come, so both must have.
                team.run(new WorkerTeam.Program(new int[]{2}, new int[]{1}), (step, from, to, worker) -> {
                    workers.add(worker);
                    while (workers.size() < 2) {
                        Thread.onSpinWait();
                    }
                }, null);
                assertEquals(2, workers.size());
            }
        }
    }

    /** What a worker reads lies in its cache when it is what the worker wrote one step before. */
    @Test
    void aWorkerBeginsWithTheSameShareOfEveryStep() {
        try (WorkerTeam team = new WorkerTeam(2)) {
            AtomicIntegerArray first = new AtomicIntegerArray(new int[]{-1, -1, -1, -1});
            team.run(new WorkerTeam.Program(new int[]{8, 20}, new int[]{1, 1}), (step, from, to, worker) -> {
                first.compareAndSet(2 * step + worker, -1, from);
                // Until both have come, so that neither can take what the other begins with.
                while (first.get(2 * step) < 0 || first.get(2 * step + 1) < 0) {
                    Thread.onSpinWait();
                }
            }, null);
            assertEquals("[0, 4, 0, 10]", first.toString());
        }
    }

    @Test
    void whatAWorkerDoesNotGetToIsTakenByOthers() {
        try (WorkerTeam team = new WorkerTeam(2)) {
            AtomicInteger others = new AtomicInteger();
            team.run(new WorkerTeam.Program(new int[]{64}, new int[]{1}), (step, from, to, worker) -> {
                if (worker == 0) {
                    others.addAndGet(to - from);
                    return;
                }
                // The helper hangs in its first parts, half its share, until all others are done.
                while (others.get() < 64 - (to - from)) {
                    Thread.onSpinWait();
                }
            }, null);
            assertTrue(others.get() >= 48, "the caller did " + others.get() + " parts of 64");
        }
    }

    @Test
    void morePartsThanAShareCanCountAreRefused() {
        int[] minClaims = {1};
        assertThrows(IllegalArgumentException.class, () -> new WorkerTeam.Program(new int[]{1 << 20}, minClaims));
    }

    @Test
    void oneRunAtATime() {
        try (WorkerTeam team = new WorkerTeam(2)) {
            assertTrue(team.tryEnter());
            assertFalse(team.tryEnter());
            team.leave();
            assertTrue(team.tryEnter());
        }
        try (WorkerTeam alone = new WorkerTeam(1)) {
            assertFalse(alone.tryEnter());
        }
    }

    @Test
    void aFailureReachesTheCallerAndTheTeamGoesOn() {
        try (WorkerTeam team = new WorkerTeam(3)) {
            for (int run = 0; run < 20; run++) {
                IllegalStateException e = assertThrows(IllegalStateException.class,
                        () -> team.run(PROGRAM, (step, from, to, worker) -> {
                            if (step == 2 && from <= 50 && 50 < to) {
                                throw new ArithmeticException("on purpose");
                            }
                        }, null));
                assertTrue(e.getMessage().contains("on purpose"), e.getMessage());
                team.run(PROGRAM, (step, from, to, worker) -> {}, new long[PARTS.length]);
            }
        }
    }
}
