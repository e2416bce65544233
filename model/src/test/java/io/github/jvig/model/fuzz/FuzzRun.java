package io.github.jvig.model.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Runs a reader over damaged files, and looks at outcome, time and allocation of each. */
public final class FuzzRun {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final long MAX_NANOS = 2_000_000_000L;

    private FuzzRun() {
    }

    /** How many inputs were read, and how many refused. */
    public record Counts(long read, long refused) {}

    /**
     * @param seed of the first input; each input has the next one, so that one alone can be run again
     * @throws AssertionError that names the seed of an input with another outcome, or beyond the bounds of time and allocation
     */
    public static Counts run(FuzzFormat format, long seed, long inputs, long nanos) throws Exception {
        var seeds = format.seeds();
        for (byte[] whole : seeds) {
            format.read(whole); // loads classes
        }
        long end = System.nanoTime() + nanos;
        long read = 0;
        long refused = 0;
        for (long i = 0; i < inputs && System.nanoTime() < end; i++) {
            byte[] bytes = new Mutations(seeds, seed + i).next();
            long cpu = THREADS.getCurrentThreadCpuTime();
            long allocated = THREADS.getCurrentThreadAllocatedBytes();
            boolean ok;
            try {
                ok = format.read(bytes);
            } catch (Exception | Error e) {
                throw new AssertionError(format.name() + ", seed " + (seed + i) + ": " + e, e);
            }
            allocated = THREADS.getCurrentThreadAllocatedBytes() - allocated;
            cpu = THREADS.getCurrentThreadCpuTime() - cpu;
            if (cpu > MAX_NANOS || allocated > format.maxAllocation(bytes.length)) {
                throw new AssertionError(format.name() + ", seed " + (seed + i) + ": " + cpu / 1_000_000 + " ms and "
                        + allocated + " bytes for a file of " + bytes.length);
            }
            if (ok) {
                read++;
            } else {
                refused++;
            }
        }
        return new Counts(read, refused);
    }
}
