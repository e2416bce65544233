package io.github.jvig.kernels;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Operations one after another, each on the result of the one before; only the last one's result is written. The second operand, if
 * any, is the last one's. An inverted residual block is one (expand, depthwise, project), a feed-forward block (expand, project), and a graph
 * convolution (gather, pointwise). A kernel for it comes from {@link KernelProvider#chain}.
 *
 * @param stages the operations in order, at least two; the list is copied
 */
public record FusedChain(List<Spec> stages) implements Computation {
    /**
     * Checks that the stages fit each other.
     *
     * @throws IllegalArgumentException when there are fewer than two stages, one does not read the layout that the one before it writes, or
     *                                  one before the last reads a second operand
     */
    public FusedChain {
        stages = List.copyOf(stages);
        if (stages.size() < 2) {
            throw new IllegalArgumentException("a chain has at least two stages, not " + stages.size());
        }
        for (int i = 1; i < stages.size(); i++) {
            if (!stages.get(i).in().equals(stages.get(i - 1).out())) {
                throw new IllegalArgumentException(
                        stages.get(i) + " does not take what " + stages.get(i - 1) + " gives");
            }
            if (stages.get(i - 1).in2().isPresent()) {
                throw new IllegalArgumentException(
                        "only the last stage of a chain reads a second operand, not " + stages.get(i - 1));
            }
        }
    }

    /** The first stage's map, and the second input of the last stage where there is one. */
    @Override
    public List<MapLayout> inputs() {
        MapLayout in = stages.getFirst().in();
        return stages.getLast().in2().map(in2 -> List.of(in, in2)).orElse(List.of(in));
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
        for (Spec stage : stages.reversed()) {
            y = stage.firstInputRow(y);
        }
        return y;
    }

    @Override
    public int lastInputRow(int y) {
        for (Spec stage : stages.reversed()) {
            y = stage.lastInputRow(y);
        }
        return y;
    }

    @Override
    public String toString() {
        return stages.stream().map(Spec::toString).collect(Collectors.joining(", "));
    }
}
