package io.github.jvig.model.jvm;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Finds out that the JIT compiler does not get to the kernels, and says so. Until it has, vectors are objects, megabytes of them in a run,
 * which takes a hundred times as long; a run of compiled kernels allocates next to nothing. The caller's own time counts and not the
 * clock's, so that a stopped or busy machine is not taken for a compiler that is held back.
 *
 * <p>One for each plan. It looks at runs until one of them is compiled, or until it has warned; from then on it costs a read of a field.
 */
public final class CompilerWatch {
    /** Bytes that a compiled run of an image may allocate: a device with a driver needs some for each step. */
    public static final long MAX_ALLOCATION = 1 << 20;

    private static final Logger LOG = System.getLogger("io.github.jvig.model");
    private static final long PATIENCE_NANOS = 8_000_000_000L;
    /** The runs of several plans all crawl for one reason. */
    private static final AtomicBoolean SAID = new AtomicBoolean();

    private final LongSupplier cpuTime;
    private final LongSupplier allocated;
    private final AtomicBoolean said;
    private final AtomicLong spent = new AtomicLong();
    private volatile boolean isDone;

    /** Watches runs on this JVM. */
    public CompilerWatch() {
        this(JvmCounters::cpuTime, JvmCounters::allocated, SAID);
    }

    CompilerWatch(LongSupplier cpuTime, LongSupplier allocated, AtomicBoolean said) {
        this.cpuTime = cpuTime;
        this.allocated = allocated;
        this.said = said;
    }

    /** {@return whether it looks at runs no more} */
    public boolean isDone() {
        return isDone;
    }

    /**
     * Does a run and looks at what it took.
     *
     * @param images that the run computes
     * @param run    what to do
     */
    public void run(int images, Runnable run) {
        long cpuBefore = cpuTime.getAsLong();
        long bytesBefore = allocated.getAsLong();
        run.run();
        long bytes = allocated.getAsLong() - bytesBefore;
        if (bytes / images <= MAX_ALLOCATION) {
            isDone = true;
        } else if (spent.addAndGet(cpuTime.getAsLong() - cpuBefore) >= PATIENCE_NANOS) {
            isDone = true;
            if (said.compareAndSet(false, true)) {
                warn(spent.get() / 1_000_000_000 + " s of runs", bytes);
            }
        }
    }

    /**
     * Says that the compiler is held back.
     *
     * @param after how much of what was in vain, for the message
     * @param bytes that the last run has allocated
     */
    public static void warn(String after, long bytes) {
        LOG.log(Level.WARNING, "after " + after + " the JIT compiler has not compiled all kernels: a run makes "
                + (bytes >> 20) + " MiB of objects, and takes many times as long as it could; either the machine is too"
                + " busy, or options of this JVM hold the compiler back (thresholds, inlining; jvig doctor lists them)");
    }
}
