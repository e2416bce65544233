package io.github.jvig.kernels;

import java.lang.ref.WeakReference;

/**
 * A place for floats that starts on a cache line where the JVM makes that possible: with vectors of 512 bits every access that is not aligned
 * touches two lines, which costs a matrix product up to a sixth of its speed. Nothing but speed depends on it.
 *
 * <p>Java does not say where an array lies. Under G1, HotSpot's usual collector, an array of more than half a region lies on a region's start
 * and stays there, and its elements start 16 bytes behind. So places are cut from such arrays; a large place has one of its own. With compact
 * object headers or another collector the floats may lie elsewhere, and nothing is gained or lost.
 *
 * @param array  holds the floats, and others that have nothing to do with them
 * @param offset where they start
 */
public record AlignedFloats(float[] array, int offset) {
    /** The first element of a large array that lies on a cache line's start. */
    public static final int FIRST = 12;

    /** Floats of a cache line. */
    private static final int LINE = MapLayout.CHANNEL_ALIGNMENT;
    /** What an array has before its elements. */
    private static final int HEADER_BYTES = 16;
    /** Floats of a shared array: with its header it fills a region. */
    private static final int SHARED = regionBytes(Runtime.getRuntime().maxMemory()) / Float.BYTES
            - HEADER_BYTES / Float.BYTES;

    private static WeakReference<float[]> shared = new WeakReference<>(null);
    private static int next;

    /**
     * {@return a new place, whose floats are zero}
     *
     * @param length floats, not negative
     * @throws ArithmeticException if an array can't hold so many
     */
    public static AlignedFloats allocate(int length) {
        if (length > SHARED / 2) {
            return new AlignedFloats(new float[Math.addExact(FIRST, length)], FIRST);
        }
        return allocateShared(length);
    }

    private static synchronized AlignedFloats allocateShared(int length) {
        // Only the places keep the array alive, so that it goes with the last of them.
        float[] array = shared.get();
        if (array == null || length > array.length - next) {
            array = new float[SHARED];
            shared = new WeakReference<>(array);
            next = FIRST;
        }
        int offset = next;
        next = Math.ceilDiv(offset - FIRST + length, LINE) * LINE + FIRST;
        return new AlignedFloats(array, offset);
    }

    /** The size that G1 gives its regions if it is not told one: it aims at 2048 of them, of 1 to 32 MB. */
    static int regionBytes(long heapBytes) {
        long even = Math.clamp(heapBytes / 2048, 1 << 20, 32 << 20);
        return (int) (Long.highestOneBit(even - 1) << 1);
    }
}
