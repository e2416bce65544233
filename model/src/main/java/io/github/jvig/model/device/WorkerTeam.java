package io.github.jvig.model.device;

import io.github.jvig.kernels.Kernel;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * The helper threads of one executable. A run is a row of steps, each cut into parts; the caller and its helpers claim parts until the
 * step is done, then go on to the next. Helpers spin while a run is under way, since a step takes microseconds and waking a thread tens
 * of them, and park between runs. Both spins are bounded: then the processor is offered to others.
 *
 * <p>One run at a time: whoever does not {@link #tryEnter()} works alone. A helper that never gets a processor delays nobody, because
 * only a claimed part is waited for.
 */
final class WorkerTeam implements AutoCloseable {
    /** What a run does. Parts of one step may be run at a time, each by the worker of the given number. */
    interface Work {
        void run(int step, int from, int to, int worker);
    }

    /**
     * The steps of a run. The arrays are not changed any more.
     *
     * @param parts of each step
     * @param least parts of each step that are claimed at least at a time
     */
    record Program(int[] parts, int[] least) {
        int steps() {
            return parts.length;
        }
    }

    /** Spins before the processor is offered to others, and before an idle helper parks; about 50 microseconds. */
    private static final int SPINS = 1_000;

    /** Step of the cursor between runs. */
    private static final int IDLE = 0xFFFF;

    private final int threads;
    private final Helper[] helpers;
    /**
     * From the highest bit: 16 of the run's number, so that a claim which is late for its run is none of a later one, 16 of the step, 32 of
     * the next unclaimed part.
     */
    private final AtomicLong cursor = new AtomicLong(cursor(0, IDLE, 0));
    /** Parts of the current step that are finished. */
    private final AtomicInteger done = new AtomicInteger();
    private final AtomicInteger busy = new AtomicInteger();
    private int run;
    private volatile Program program;
    private volatile Work work;
    private volatile Throwable failure;
    private volatile boolean closed;

    /** @param threads the caller and its helpers, at least 1 */
    WorkerTeam(int threads) {
        this.threads = threads;
        helpers = new Helper[threads - 1];
        for (int i = 0; i < helpers.length; i++) {
            helpers[i] = new Helper(i + 1);
            helpers[i].start();
        }
    }

    /** Units of a kernel that a thread claims at least at a time. */
    static int leastClaim(Kernel kernel, int threads) {
        return kernel.unitsShareWork() ? Math.ceilDiv(kernel.units(), threads) : 1;
    }

    /** Takes the team, or says that another run has it. */
    boolean tryEnter() {
        return helpers.length > 0 && busy.compareAndSet(0, 1);
    }

    /** Gives the team back after {@link #tryEnter()}. */
    void leave() {
        busy.set(0);
    }

    private static long cursor(int run, int step, int part) {
        return (long) run << 48 | (long) step << 32 | part;
    }

    /**
     * Runs all steps; the caller is worker 0.
     *
     * @param nanos takes the time of each step, or null
     */
    void run(Program newProgram, Work newWork, long[] nanos) {
        program = newProgram;
        work = newWork;
        run++;
        try {
            for (int step = 0; step < newProgram.steps(); step++) {
                long start = nanos == null ? 0 : System.nanoTime();
                done.set(0);
                cursor.set(cursor(run, step, 0));
                if (step == 0) {
                    wake();
                }
                while (claim(0)) {
                    // Every claim is worked off inside.
                }
                await(newProgram.parts()[step]);
                if (failure != null) {
                    throw failed();
                }
                if (nanos != null) {
                    nanos[step] = System.nanoTime() - start;
                }
            }
        } finally {
            cursor.set(cursor(run, IDLE, 0));
            work = null;
        }
    }

    private RuntimeException failed() {
        Throwable cause = failure;
        failure = null;
        return new IllegalStateException("a worker failed: " + cause, cause);
    }

    /**
     * Claims some parts of the current step and works them off; false when none is left. If the run or the step changes between the look
     * and the claim, the claim fails, and the next look sees what is new.
     */
    private boolean claim(int worker) {
        long seen = cursor.get();
        int step = (int) (seen >>> 32) & 0xFFFF;
        int from = (int) seen;
        Program current = program;
        if (step == IDLE || step >= current.steps() || from >= current.parts()[step]) {
            return false;
        }
        // Half of a fair share: large claims first, which cost little, small ones last, which even out the end.
        int wanted = Math.max(current.least()[step], (current.parts()[step] - from) / (2 * threads));
        int to = Math.min(current.parts()[step], from + wanted);
        if (cursor.compareAndSet(seen, seen - from + to)) {
            try {
                work.run(step, from, to, worker);
            } catch (Throwable t) {
                failure = t;
            } finally {
                done.addAndGet(to - from);
            }
        }
        return true;
    }

    private void await(int count) {
        for (int spins = 0; done.get() < count; spins++) {
            pause(spins);
        }
    }

    private static void pause(int spins) {
        if (spins < SPINS) {
            Thread.onSpinWait();
        } else {
            Thread.yield();
        }
    }

    private void wake() {
        for (Helper helper : helpers) {
            if (helper.parked) {
                LockSupport.unpark(helper);
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        for (Helper helper : helpers) {
            LockSupport.unpark(helper);
        }
    }

    private final class Helper extends Thread {
        private final int worker;
        private volatile boolean parked;

        Helper(int worker) {
            super("jvig-worker-" + worker);
            this.worker = worker;
            setDaemon(true);
        }

        @Override
        public void run() {
            int spins = 0;
            while (!closed) {
                if (claim(worker)) {
                    spins = 0;
                } else if (work != null || spins < SPINS) {
                    pause(spins++);
                } else {
                    parked = true;
                    if (work == null && !closed) {
                        LockSupport.park(WorkerTeam.this);
                    }
                    parked = false;
                    spins = 0;
                }
            }
        }
    }
}
