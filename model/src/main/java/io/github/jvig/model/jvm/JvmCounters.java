package io.github.jvig.model.jvm;

import com.sun.management.ThreadMXBean;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.LongSupplier;

/** What this JVM counts. One that does not tell, as a run-time image without the module {@code jdk.management}, counts nothing: zeros. */
public final class JvmCounters {
    private static final LongSupplier ALLOCATED = orZero(JvmCounters::allocationCounter);
    private static final LongSupplier CPU_TIME = orZero(JvmCounters::cpuTimeCounter);
    private static final LongSupplier COMPILATION_TIME = orZero(JvmCounters::compilationCounter);

    private JvmCounters() {
    }

    /** {@return bytes that the calling thread has allocated so far; always 0 on a JVM that does not count them} */
    public static long allocated() {
        return ALLOCATED.getAsLong();
    }

    /** {@return nanoseconds for which the calling thread has had a processor so far; always 0 on a JVM that does not count them} */
    public static long cpuTime() {
        return CPU_TIME.getAsLong();
    }

    /** {@return how long the JIT compiler has worked so far, in milliseconds; always 0 on a JVM that does not count them} */
    public static long compilationTime() {
        return COMPILATION_TIME.getAsLong();
    }

    /** Makes a counter. */
    private interface Maker {
        LongSupplier make();
    }

    private static LongSupplier orZero(Maker maker) {
        try {
            return maker.make();
        } catch (IllegalArgumentException | LinkageError e) {
            return () -> 0;
        }
    }

    private static LongSupplier allocationCounter() {
        ThreadMXBean threads = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
        return threads != null && threads.isThreadAllocatedMemorySupported()
                ? threads::getCurrentThreadAllocatedBytes
                : () -> 0;
    }

    private static LongSupplier cpuTimeCounter() {
        java.lang.management.ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        return threads.isCurrentThreadCpuTimeSupported() ? threads::getCurrentThreadCpuTime : () -> 0;
    }

    private static LongSupplier compilationCounter() {
        CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
        return compiler == null || !compiler.isCompilationTimeMonitoringSupported()
                ? () -> 0
                : compiler::getTotalCompilationTime;
    }
}
