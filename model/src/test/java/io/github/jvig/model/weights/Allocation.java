package io.github.jvig.model.weights;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a thread allocates, to show that a hostile file can't make the reader allocate more than its real size
 * justifies.
 */
final class Allocation {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Allocation() {
    }

    static long ofThisThread() {
        return THREADS.getCurrentThreadAllocatedBytes();
    }

    /** Loads classes and fills caches, so that they are not counted. */
    static void warmUp() throws IOException {
        Weights.load(TestFiles.checkpoint("tiny_mobilevig_bare.pth"));
        Weights.load(TestFiles.checkpoint("tiny_mobilevig.safetensors"));
    }

    /**
     * Half a megabyte for buffers and the opening of a zip, and for each byte of the file what the costliest opcode of
     * one byte takes: at most 106 bytes were seen, in a JVM whose compiler saves none of them.
     */
    static long bound(Path file) throws IOException {
        return (512 << 10) + 128 * Files.size(file);
    }
}
