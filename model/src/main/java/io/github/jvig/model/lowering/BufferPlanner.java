package io.github.jvig.model.lowering;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Places buffers in one array such that two that are live at the same time never overlap. Large ones first, each at the lowest place
 * that is free for its whole life: greedy by size, Pisarchyk and Lee, arXiv 2001.03288.
 */
public final class BufferPlanner {
    /**
     * What a value needs.
     *
     * @param length floats, at least 0
     * @param from   the step that writes it
     * @param to     the last step that reads it
     */
    public record Lifetime(int length, int from, int to) {
        boolean meets(Lifetime other) {
            return from <= other.to && other.from <= to;
        }
    }

    /** Starts are multiples of this many floats: a cache line. */
    private static final int ALIGNMENT = 16;

    private final int[] offsets;
    private final int length;

    /**
     * Places values.
     *
     * @param lives length and life of each value
     * @throws IllegalArgumentException when they do not fit one Java array together
     */
    public BufferPlanner(List<Lifetime> lives) {
        offsets = new int[lives.size()];
        Arrays.fill(offsets, -1);
        List<Integer> bySize = java.util.stream.IntStream.range(0, lives.size()).boxed()
                .sorted(Comparator.comparingInt((Integer i) -> -lives.get(i).length())).toList();
        long end = 0;
        for (int i : bySize) {
            long at = lowestFree(lives, i);
            end = Math.max(end, at + lives.get(i).length());
            if (end > Integer.MAX_VALUE - 64) {
                throw new IllegalArgumentException("its buffers are larger than one Java array can be");
            }
            offsets[i] = (int) at;
        }
        length = (int) end;
    }

    private long lowestFree(List<Lifetime> lives, int i) {
        int[] inTheWay = java.util.stream.IntStream.range(0, lives.size())
                .filter(j -> offsets[j] >= 0 && lives.get(i).meets(lives.get(j))).boxed()
                .sorted(Comparator.comparingInt(j -> offsets[j])).mapToInt(Integer::intValue).toArray();
        long at = 0;
        for (int j : inTheWay) {
            if (at + lives.get(i).length() <= offsets[j]) {
                break;
            }
            long end = (long) offsets[j] + lives.get(j).length();
            at = Math.max(at, (end + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
        }
        return at;
    }

    /**
     * Where a value was placed.
     *
     * @param i number of the value, in the order in which they were given, from 0
     * @return element of the array at which it starts, a multiple of 16
     */
    public int offset(int i) {
        return offsets[i];
    }

    /** {@return the floats of the array that holds all of them} */
    public int length() {
        return length;
    }
}
