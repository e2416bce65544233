package io.github.jvig.model.lowering;

import io.github.jvig.kernels.MapLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Places buffers in one array such that two that are live at the same time never overlap. Each at the lowest place that is free for its
 * whole life, large ones first: greedy by size, Pisarchyk and Lee, arXiv 2001.03288. Where that takes more than what is live at a time, the
 * buffer that reaches furthest is placed first and all others anew, some times over; the shortest array is kept.
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

    /** Orders that are tried. */
    private static final int TRIES = 32;

    private final int[] offsets;
    private final int length;

    /**
     * Places values.
     *
     * @param values length and life of each value
     * @throws IllegalArgumentException when they take more than {@link MapLayout#MAX_LENGTH} floats together
     */
    public BufferPlanner(List<Lifetime> values) {
        List<Lifetime> lives = List.copyOf(values);
        List<Integer> order = new ArrayList<>(IntStream.range(0, lives.size()).boxed()
                .sorted(Comparator.comparingInt((Integer i) -> -lives.get(i).length())).toList());
        long live = mostLive(lives);
        int[] best = new int[lives.size()];
        long end = place(lives, order, best);
        long shortest = end;
        int[] next = best.clone();
        for (int i = 1; i < TRIES && shortest > live && end <= Integer.MAX_VALUE; i++) {
            int[] placed = next;
            Integer furthest = order.stream()
                    .max(Comparator.comparingLong(b -> (long) placed[b] + lives.get(b).length())).orElseThrow();
            order.remove(furthest);
            order.addFirst(furthest);
            end = place(lives, order, next);
            if (end < shortest) {
                shortest = end;
                best = next.clone();
            }
        }
        if (shortest > MapLayout.MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "its feature maps take more than 4 GiB together; a smaller size takes less");
        }
        offsets = best;
        length = (int) shortest;
    }

    private static long mostLive(List<Lifetime> lives) {
        Map<Integer, Long> live = new HashMap<>();
        for (Lifetime life : lives) {
            for (int step = life.from(); step <= life.to(); step++) {
                live.merge(step, (long) life.length(), Long::sum);
            }
        }
        return live.values().stream().mapToLong(Long::longValue).max().orElse(0);
    }

    /** Places all in an order; gives the length of the array. Offsets beyond the largest int are of no use, and are not kept. */
    private static long place(List<Lifetime> lives, List<Integer> order, int[] offsets) {
        Arrays.fill(offsets, -1);
        // What is placed, by its offset.
        int[] placed = new int[lives.size()];
        int count = 0;
        long end = 0;
        for (int i : order) {
            long at = lowestFree(lives, offsets, placed, count, i);
            end = Math.max(end, at + lives.get(i).length());
            if (end > Integer.MAX_VALUE) {
                return end;
            }
            offsets[i] = (int) at;
            int rank = count++;
            for (; rank > 0 && offsets[placed[rank - 1]] > at; rank--) {
                placed[rank] = placed[rank - 1];
            }
            placed[rank] = i;
        }
        return end;
    }

    private static long lowestFree(List<Lifetime> lives, int[] offsets, int[] placed, int count, int i) {
        Lifetime life = lives.get(i);
        long at = 0;
        for (int k = 0; k < count; k++) {
            int j = placed[k];
            if (at + life.length() <= offsets[j]) {
                break;
            }
            if (life.meets(lives.get(j))) {
                long end = (long) offsets[j] + lives.get(j).length();
                at = Math.max(at, (end + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
            }
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
