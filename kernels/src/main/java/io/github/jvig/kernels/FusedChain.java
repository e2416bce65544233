package io.github.jvig.kernels;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Operations one after another, each on the result of the one before; only the last one's result is written. An inverted residual
 * block is one (expand, depthwise, project), a feed-forward block (expand, project), a graph convolution (gather, pointwise), the first
 * blocks of a net with their stem. A kernel for it comes from {@link KernelProvider#chain}.
 *
 * <p>A stage's second operand is the chain's second input, the chain's first input, or the result of an earlier stage: several residual blocks
 * may be one chain.
 *
 * @param stages  the operations in order, at least two; the list is copied
 * @param seconds for each stage the number of its second operand: {@link #SECOND_INPUT}, 0 for the chain's first input, {@code i} for the
 *                result of the i-th stage, counted from 1; {@link #NONE} for a stage without one; the list is copied
 */
public record FusedChain(List<Spec> stages, List<Integer> seconds) implements Computation {
    /** In {@link #seconds}: the second input of the chain. */
    public static final int SECOND_INPUT = -1;
    /** In {@link #seconds}: the stage has no second operand. */
    public static final int NONE = -2;

    /**
     * Checks that the stages fit each other.
     *
     * @throws IllegalArgumentException when there are fewer than two stages, one does not read the layouts that it is given, or one reads more
     *                                  than two maps
     */
    public FusedChain {
        stages = List.copyOf(stages);
        seconds = List.copyOf(seconds);
        if (stages.size() < 2) {
            throw new IllegalArgumentException("a chain has at least two stages, not " + stages.size());
        }
        if (seconds.size() != stages.size()) {
            throw new IllegalArgumentException(
                    stages.size() + " stages do not have " + seconds.size() + " second operands");
        }
        MapLayout external = null;
        for (int i = 0; i < stages.size(); i++) {
            Spec stage = stages.get(i);
            if (i > 0 && !stage.in().equals(stages.get(i - 1).out())) {
                throw new IllegalArgumentException(stage + " does not take what " + stages.get(i - 1) + " gives");
            }
            int second = seconds.get(i);
            if (stage.inputs().size() > 2) {
                throw new IllegalArgumentException("a stage of a chain reads two maps at most, not " + stage);
            }
            if (second < NONE || second > i || stage.in2().isPresent() == (second == NONE)) {
                throw new IllegalArgumentException("number " + second + " is no second operand of " + stage);
            }
            if (second == SECOND_INPUT) {
                MapLayout in2 = stage.in2().orElseThrow();
                if (external != null && !external.equals(in2)) {
                    throw new IllegalArgumentException("a chain has one second input, not " + external + " and " + in2);
                }
                external = in2;
            } else if (second >= 0) {
                MapLayout given = second == 0 ? stages.getFirst().in() : stages.get(second - 1).out();
                if (!stage.in2().orElseThrow().equals(given)) {
                    throw new IllegalArgumentException(stage + " does not take " + given + " as its second operand");
                }
            }
        }
    }

    /**
     * A chain of which only the last stage may read a second operand: the chain's second input.
     *
     * @param stages the operations in order, at least two; the list is copied
     * @throws IllegalArgumentException when there are fewer than two stages, one does not read the layout that the one before it writes, or
     *                                  one before the last reads a second operand
     */
    public FusedChain(List<Spec> stages) {
        this(stages, lastOnly(stages));
    }

    private static List<Integer> lastOnly(List<Spec> stages) {
        List<Integer> seconds = new ArrayList<>(Collections.nCopies(stages.size(), NONE));
        for (int i = 0; i < stages.size(); i++) {
            if (stages.get(i).in2().isPresent()) {
                if (i < stages.size() - 1) {
                    throw new IllegalArgumentException(
                            "only the last stage of a chain reads a second operand, not " + stages.get(i));
                }
                seconds.set(i, SECOND_INPUT);
            }
        }
        return seconds;
    }

    /** The first stage's map, and the second input where a stage reads it. */
    @Override
    public List<MapLayout> inputs() {
        int reader = seconds.indexOf(SECOND_INPUT);
        MapLayout in = stages.getFirst().in();
        return reader < 0 ? List.of(in) : List.of(in, stages.get(reader).in2().orElseThrow());
    }

    @Override
    public MapLayout out() {
        return stages.getLast().out();
    }

    @Override
    public long macs() {
        return stages.stream().mapToLong(Spec::macs).sum();
    }

    @Override
    public int firstInputRow(int y) {
        return rows(y, y)[0][0];
    }

    @Override
    public int lastInputRow(int y) {
        return rows(y, y)[0][1];
    }

    /**
     * The rows of every map that some rows of the output depend on.
     *
     * @param first first row of the output
     * @param last  last row of the output, not below {@code first}
     * @return for the chain's first input, then for the result of each stage, the first row and the last; the last entry is the output's own
     */
    public int[][] rows(int first, int last) {
        int[][] rows = new int[stages.size() + 1][];
        Arrays.setAll(rows, _ -> new int[]{Integer.MAX_VALUE, -1});
        rows[stages.size()] = new int[]{first, last};
        for (int i = stages.size() - 1; i >= 0; i--) {
            Spec stage = stages.get(i);
            int[] result = rows[i + 1];
            need(rows[i], stage.firstInputRow(result[0]), stage.lastInputRow(result[1]));
            if (seconds.get(i) >= 0) {
                need(rows[seconds.get(i)], result[0], result[1]);
            }
        }
        return rows;
    }

    private static void need(int[] rows, int first, int last) {
        rows[0] = Math.min(rows[0], first);
        rows[1] = Math.max(rows[1], last);
    }

    @Override
    public String toString() {
        return stages.stream().map(Spec::toString).collect(Collectors.joining(", "));
    }
}
