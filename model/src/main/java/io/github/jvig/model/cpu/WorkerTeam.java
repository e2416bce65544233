package io.github.jvig.model.cpu;

import io.github.jvig.kernels.Kernel;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;

/**
 * The helper threads of one executable. A run is a row of steps, each cut into parts; the caller and its helpers claim parts until the
 * step is done, then go on to the next. Helpers spin while a run is under way, since a step takes microseconds and waking a thread tens
 * of them, and park between runs. Both spins are bounded: then the processor is offered to others.
 *
 * <p>A worker begins each step with its own share of the parts, the same share of every step: parts are ordered by rows of the map, so what
 * it reads is mostly what it wrote itself a step ago, which lies in its own cache. Whoever is through with its share takes parts from the
 * end of others'.
 *
 * <p>One run at a time: whoever does not {@link #tryEnter()} works alone. A helper that never gets a processor delays nobody, because
 * only a claimed part is waited for.
 *
 * <p>Where {@link #run} throws, helpers may still be at work on parts of it, and parts may be left over: a StackOverflowError may come at any
 * call. So the team is not to be entered again; {@link #retire} it.
 */
final class WorkerTeam implements AutoCloseable {
    /** What a run does. Parts of one step may be run at a time, each by the worker of the given number. */
    interface TeamTask {
        void run(int step, int from, int to, int worker);
    }

    /**
     * The steps of a run. The arrays are not changed any more.
     *
     * @param parts of each step
     * @param minClaims parts of each step that are claimed at least at a time
     */
    record Program(int[] parts, int[] minClaims) {
        Program {
            if (Arrays.stream(parts).anyMatch(count -> count > MAX_PARTS)) {
                throw new IllegalArgumentException("a step has at most " + MAX_PARTS + " parts");
            }
        }

        int steps() {
            return parts.length;
        }
    }

    /** Spins before the processor is offered to others, and before an idle helper parks; about 50 microseconds. */
    private static final int SPINS = 1_000;

    /** Parts of a step at most, see {@link #shares}. */
    static final int MAX_PARTS = (1 << 20) - 1;

    /** Longs from share to share, so that no two lie in one cache line, nor in the pair of lines that some processors fetch. */
    private static final int APART = 16;

    private final int threads;
    private final Helper[] helpers;
    /**
     * Each worker's unclaimed parts of the current step: 24 bits of the step's number, counted over all runs, so that a claim which is late
     * for its step is none of a later one, 20 bits of the first part, 20 of the one past the last.
     */
    private final AtomicLongArray shares;
    /** Parts of the current step that are finished. */
    private final AtomicInteger done = new AtomicInteger();
    private final AtomicInteger busy = new AtomicInteger();
    /** Steps begun, over all runs. */
    private int begun;
    private volatile int currentStep;
    private volatile Program program;
    private volatile TeamTask work;
    private volatile Throwable failure;
    private volatile boolean closed;
    /** Whether all helpers were started; before, none parks, so that none has to be woken when they were not. */
    private volatile boolean ready;

    /** @param threads the caller and its helpers, at least 1 */
    WorkerTeam(int threads) {
        this.threads = threads;
        shares = new AtomicLongArray((threads + 1) * APART);
        helpers = new Helper[threads - 1];
        for (int i = 0; i < helpers.length; i++) {
            helpers[i] = new Helper(i + 1);
        }
        try {
            for (Helper helper : helpers) {
                helper.start();
            }
            ready = true;
        } finally {
            // There may be no more threads, or no room on the stack for a call. Those that were started must not stay.
            closed = !ready;
        }
    }

    /** Units of a kernel that a thread claims at least at a time. */
    static int minClaim(Kernel kernel, int threads) {
        return kernel.prefersContiguousUnits() ? Math.ceilDiv(kernel.units(), threads) : 1;
    }

    /** Takes the team, or says that another run has it. */
    boolean tryEnter() {
        return helpers.length > 0 && busy.compareAndSet(0, 1);
    }

    /** Gives the team back after {@link #tryEnter()}. */
    void leave() {
        busy.set(0);
    }

    private static long share(int number, int from, int to) {
        return (long) number << 40 | (long) from << 20 | to;
    }

    private static long number(long share) {
        return share >>> 40;
    }

    private static int from(long share) {
        return (int) (share >>> 20) & MAX_PARTS;
    }

    private static int to(long share) {
        return (int) share & MAX_PARTS;
    }

    /** Shares all parts of the next step out. */
    private void begin(int step, int parts) {
        done.set(0);
        currentStep = step;
        begun++;
        for (int w = 0; w < threads; w++) {
            int from = (int) ((long) w * parts / threads);
            int to = (int) ((w + 1L) * parts / threads);
            shares.setRelease((w + 1) * APART, share(begun, from, to));
        }
    }

    /**
     * Runs all steps; the caller is worker 0.
     *
     * @param nanos takes the time of each step, or null
     */
    void run(Program newProgram, TeamTask newWork, long[] nanos) {
        program = newProgram;
        work = newWork;
        try {
            for (int step = 0; step < newProgram.steps(); step++) {
                long start = nanos == null ? 0 : System.nanoTime();
                begin(step, newProgram.parts()[step]);
                if (step == 0) {
                    wake();
                }
                while (claim(0)) {
                    // Every claim is worked off inside.
                }
                await(newProgram.parts()[step]);
                if (failure != null) {
                    throw failure();
                }
                if (nanos != null) {
                    nanos[step] = System.nanoTime() - start;
                }
            }
        } finally {
            work = null;
        }
    }

    /** Takes note of a worker's failure. Memory that ran out is no fault of the worker, so callers are told that as the caller's own. */
    private RuntimeException failure() {
        Throwable cause = failure;
        failure = null;
        if (cause instanceof OutOfMemoryError) {
            OutOfMemoryError error = new OutOfMemoryError(cause.getMessage());
            error.initCause(cause);
            throw error;
        }
        return new IllegalStateException("a worker failed: " + cause, cause);
    }

    /** Claims some parts of the current step and works them off; false when none is left. */
    private boolean claim(int worker) {
        long mine = shares.get((worker + 1) * APART);
        if (claim(worker, worker, mine)) {
            return true;
        }
        for (int i = 1; i < threads; i++) {
            int owner = (worker + i) % threads;
            long other = shares.get((owner + 1) * APART);
            // A worker whose own share of a step is not out yet waits for it.
            if (number(mine) == number(other) && claim(worker, owner, other)) {
                return true;
            }
        }
        return false;
    }

    /**
     * The same of one worker's share, from its beginning for the owner, from its end for others; true, too, when somebody else was faster.
     * Once the claim has succeeded, its step can't end before it is worked off, so what the step is can be read then.
     */
    private boolean claim(int worker, int owner, long seen) {
        int from = from(seen);
        int to = to(seen);
        if (from >= to) {
            return false;
        }
        // Half of what is left: large claims first, which cost little, small ones last, which even out the end.
        int count = Math.min(to - from, Math.max(minClaim(), (to - from) / 2));
        long left = worker == owner ? seen + ((long) count << 20) : seen - count;
        if (shares.compareAndSet((owner + 1) * APART, seen, left)) {
            int first = worker == owner ? from : to - count;
            try {
                work.run(currentStep, first, first + count, worker);
            } catch (Throwable t) {
                failure = t;
            } finally {
                done.addAndGet(count);
            }
        }
        return true;
    }

    /** Parts that are claimed at least at a time, as far as can be told before a claim. */
    private int minClaim() {
        Program current = program;
        int step = currentStep;
        return step < current.steps() ? current.minClaims()[step] : 1;
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

    /**
     * Closes, and waits until no helper is at work any more. An interrupt does not end the waiting; it stays set.
     */
    void retire() {
        close();
        boolean interrupted = false;
        for (Helper helper : helpers) {
            while (helper != Thread.currentThread() && helper.isAlive()) {
                try {
                    helper.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private final class Helper extends Thread {
        private final int worker;
        private volatile boolean parked;

        Helper(int worker) {
            // What belongs to the caller (thread locals, the class loader of its application) may not live as long as the session.
            super(null, null, "jvig-worker-" + worker, 0, false);
            this.worker = worker;
            setDaemon(true);
            setContextClassLoader(WorkerTeam.class.getClassLoader());
        }

        @Override
        public void run() {
            int spins = 0;
            while (!closed) {
                if (claim(worker)) {
                    spins = 0;
                } else if (work != null || spins < SPINS || !ready) {
                    pause(spins++);
                } else {
                    parked = true;
                    if (work == null && !closed) {
                        LockSupport.park(WorkerTeam.this);
                        // A kernel of an application may have interrupted the helper; with that, it would never park again.
                        interrupted();
                    }
                    parked = false;
                    spins = 0;
                }
            }
        }
    }
}
