package io.github.jvig.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Measures the bandwidth of one thread to a cache or to memory with plain vector loads and stores. They are aligned, which is not
 * guaranteed for Java arrays, so the buffers are off-heap.
 */
final class Bandwidth {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();
    private static final long VECTOR = SPECIES.vectorByteSize();
    /** Vectors per loop iteration. There are more independent sums than an addition has cycles of latency, so the loads are the bottleneck. */
    private static final int UNROLLED = 8;
    private static final int CACHE_LINE = 64;
    /** Bytes moved per measurement. */
    private static final long MEASUREMENT_BYTES = 8 << 20;
    private static final int MEASUREMENTS = 60;

    /** What is measured. */
    enum Kind {
        /** Vectors are loaded and summed. */
        READ,
        /** Vectors are stored. */
        WRITE,
        /** Vectors are loaded from one buffer and stored to another; bytes read and bytes written both count. */
        COPY
    }

    private final MemorySegment from;
    private final MemorySegment to;
    private float sum;

    private Bandwidth(MemorySegment from, MemorySegment to) {
        this.from = from;
        this.to = to;
    }

    /**
     * Measures on the calling thread and returns the best of several short measurements.
     *
     * @param bytes size of the buffers together, which are passed over repeatedly
     * @return GB/s
     */
    static double gigabytesPerSecond(Kind kind, long bytes) {
        long step = UNROLLED * VECTOR;
        long size = Math.max(1, (kind == Kind.COPY ? bytes / 2 : bytes) / step) * step;
        long moved = kind == Kind.COPY ? 2 * size : size;
        long passes = Math.max(1, MEASUREMENT_BYTES / moved);
        double best = 0;
        try (Arena arena = Arena.ofConfined()) {
            Bandwidth bandwidth = new Bandwidth(arena.allocate(size, CACHE_LINE), arena.allocate(size, CACHE_LINE));
            for (int i = 0; i < MEASUREMENTS; i++) {
                long start = System.nanoTime();
                for (long pass = 0; pass < passes; pass++) {
                    bandwidth.pass(kind);
                }
                best = Math.max(best, (double) passes * moved / (System.nanoTime() - start));
            }
            if (bandwidth.sum != 0) {
                throw new IllegalStateException("the sum of zeros can't be " + bandwidth.sum);
            }
        }
        return best;
    }

    private void pass(Kind kind) {
        switch (kind) {
            case READ -> sum += sum(from);
            case WRITE -> fill(to);
            case COPY -> copy(from, to);
        }
    }

    private static float sum(MemorySegment values) {
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        FloatVector s4 = s0;
        FloatVector s5 = s0;
        FloatVector s6 = s0;
        FloatVector s7 = s0;
        for (long i = 0; i < values.byteSize(); i += UNROLLED * VECTOR) {
            s0 = s0.add(FloatVector.fromMemorySegment(SPECIES, values, i, ORDER));
            s1 = s1.add(FloatVector.fromMemorySegment(SPECIES, values, i + VECTOR, ORDER));
            s2 = s2.add(FloatVector.fromMemorySegment(SPECIES, values, i + 2 * VECTOR, ORDER));
            s3 = s3.add(FloatVector.fromMemorySegment(SPECIES, values, i + 3 * VECTOR, ORDER));
            s4 = s4.add(FloatVector.fromMemorySegment(SPECIES, values, i + 4 * VECTOR, ORDER));
            s5 = s5.add(FloatVector.fromMemorySegment(SPECIES, values, i + 5 * VECTOR, ORDER));
            s6 = s6.add(FloatVector.fromMemorySegment(SPECIES, values, i + 6 * VECTOR, ORDER));
            s7 = s7.add(FloatVector.fromMemorySegment(SPECIES, values, i + 7 * VECTOR, ORDER));
        }
        return s0.add(s1).add(s2).add(s3).add(s4).add(s5).add(s6).add(s7).reduceLanes(VectorOperators.ADD);
    }

    private static void fill(MemorySegment values) {
        FloatVector zero = FloatVector.zero(SPECIES);
        for (long i = 0; i < values.byteSize(); i += UNROLLED * VECTOR) {
            zero.intoMemorySegment(values, i, ORDER);
            zero.intoMemorySegment(values, i + VECTOR, ORDER);
            zero.intoMemorySegment(values, i + 2 * VECTOR, ORDER);
            zero.intoMemorySegment(values, i + 3 * VECTOR, ORDER);
            zero.intoMemorySegment(values, i + 4 * VECTOR, ORDER);
            zero.intoMemorySegment(values, i + 5 * VECTOR, ORDER);
            zero.intoMemorySegment(values, i + 6 * VECTOR, ORDER);
            zero.intoMemorySegment(values, i + 7 * VECTOR, ORDER);
        }
    }

    private static void copy(MemorySegment from, MemorySegment to) {
        for (long i = 0; i < from.byteSize(); i += 4 * VECTOR) {
            FloatVector v0 = FloatVector.fromMemorySegment(SPECIES, from, i, ORDER);
            FloatVector v1 = FloatVector.fromMemorySegment(SPECIES, from, i + VECTOR, ORDER);
            FloatVector v2 = FloatVector.fromMemorySegment(SPECIES, from, i + 2 * VECTOR, ORDER);
            FloatVector v3 = FloatVector.fromMemorySegment(SPECIES, from, i + 3 * VECTOR, ORDER);
            v0.intoMemorySegment(to, i, ORDER);
            v1.intoMemorySegment(to, i + VECTOR, ORDER);
            v2.intoMemorySegment(to, i + 2 * VECTOR, ORDER);
            v3.intoMemorySegment(to, i + 3 * VECTOR, ORDER);
        }
    }
}
