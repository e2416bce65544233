package io.github.jvig.model.cpu;

import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.RowKernel;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.lowering.LoweredOp;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * Cuts the operations of a net into segments, each a single operation or a chain: the way that costs least by the {@link ChainRule}, of
 * those whose activations fit a bound. What is live while a segment runs does not depend on the other segments, since a value that is read
 * outside of its segment is always in memory. So the best way is found by dynamic programming from the last operation to the first.
 *
 * <p>Patch-by-patch inference of MCUNetV2 (Lin et al., arXiv 2110.15352) is the case of a chain at the beginning of the net. Here the strips are
 * as wide as the map, and of the rows that two strips share none is computed twice on one thread.
 */
final class ChainPlanner {
    /**
     * Operations that run as one kernel.
     *
     * @param from         number of the first operation
     * @param to           one past the last
     * @param seconds      second operands of the chain's stages
     * @param rowsPerStrip 0 for a single operation
     */
    record Segment(int from, int to, List<Integer> seconds, int rowsPerStrip) {
        boolean isChain() {
            return rowsPerStrip > 0;
        }
    }

    /**
     * A segment that may be taken.
     *
     * @param floats that are live while it runs, the threads' work space included
     * @param cost   as the rule has it
     */
    private record Option(Segment segment, long floats, long cost) {}

    /** Stages of a chain at most: longer ones compute much twice, and to look at all of them takes long. */
    private static final int MAX_STAGES = 40;

    private final List<LoweredOp> ops;
    private final FusionGroups groups;
    private final ChainRule rule;
    private final int threads;
    private final IntFunction<Kernel> kernels;
    private final IntFunction<Optional<RowKernel>> rowKernels;
    /** For the graph's input and the result of each operation: floats, and the last operation that reads it. */
    private final int[] lengths;
    private final int[] lastReaders;

    /**
     * @param groups     of the same operations
     * @param input      layout of the graph's input
     * @param kernels    the kernel of an operation that runs alone
     * @param rowKernels a kernel of an operation that works row by row with the same bits, if there is one
     */
    ChainPlanner(Graph graph, MapLayout input, List<LoweredOp> ops, FusionGroups groups, ChainRule rule, int threads,
            IntFunction<Kernel> kernels, IntFunction<Optional<RowKernel>> rowKernels) {
        this.ops = ops;
        this.rule = rule;
        this.threads = threads;
        this.kernels = kernels;
        this.rowKernels = rowKernels;
        this.groups = groups;
        lengths = new int[ops.size() + 1];
        lastReaders = new int[ops.size() + 1];
        Map<Node, Integer> values = new IdentityHashMap<>();
        values.put(graph.input(), 0);
        lengths[0] = MapLayout.padded(input.length());
        for (int i = 0; i < ops.size(); i++) {
            values.put(ops.get(i).node(), i + 1);
            lengths[i + 1] = ops.get(i).spec().out().length();
            for (Node node : ops.get(i).node().inputs()) {
                lastReaders[values.get(node)] = i;
            }
        }
        graph.outputs().forEach(node -> lastReaders[values.get(node)] = ops.size());
    }

    /** The segments that cost least. */
    List<Segment> fastest() {
        List<List<Option>> options = new ArrayList<>();
        for (int i = 0; i < ops.size(); i++) {
            options.add(gainingChains(i));
        }
        return best(options, Long.MAX_VALUE).orElseThrow();
    }

    /** All that may be taken, from which plans for several bounds can be made. */
    Bounded bounded() {
        List<List<Option>> options = new ArrayList<>();
        for (int i = 0; i < ops.size(); i++) {
            options.add(allChains(i));
        }
        return new Bounded(options);
    }

    /** Plans within a bound. */
    final class Bounded {
        private final List<List<Option>> options;
        private final long smallest;

        private Bounded(List<List<Option>> options) {
            this.options = options;
            long[] least = new long[ops.size() + 1];
            for (int i = ops.size() - 1; i >= 0; i--) {
                least[i] = Long.MAX_VALUE;
                for (Option option : options.get(i)) {
                    least[i] = Math.min(least[i], Math.max(option.floats(), least[option.segment().to()]));
                }
            }
            smallest = least[0];
        }

        /** The floats that are live at a time at least, whatever the plan. */
        long smallest() {
            return smallest;
        }

        /** The segments that cost least of those that never have more floats live than so many, at least {@link #smallest()}. */
        List<Segment> within(long floats) {
            return best(options, floats).orElseThrow();
        }
    }

    private Optional<List<Segment>> best(List<List<Option>> options, long floats) {
        long[] costs = new long[ops.size() + 1];
        Option[] choices = new Option[ops.size()];
        for (int i = ops.size() - 1; i >= 0; i--) {
            for (Option option : options.get(i)) {
                int to = option.segment().to();
                if (option.floats() <= floats && (to == ops.size() || choices[to] != null)
                        && (choices[i] == null || option.cost() + costs[to] < costs[i])) {
                    choices[i] = option;
                    costs[i] = option.cost() + costs[to];
                }
            }
        }
        if (choices[0] == null) {
            return Optional.empty();
        }
        List<Segment> segments = new ArrayList<>();
        for (int i = 0; i < ops.size(); i = segments.getLast().to()) {
            segments.add(choices[i].segment());
        }
        return Optional.of(segments);
    }

    private Option single(int i) {
        return new Option(new Segment(i, i + 1, List.of(), 0), live(i, i + 1, kernels.apply(i).scratch()), 0);
    }

    /** The operation by itself, and chains from it on that gain. */
    private List<Option> gainingChains(int from) {
        List<Option> options = new ArrayList<>(List.of(single(from)));
        boolean far = false;
        for (int to = from + 2; to <= end(from); to++) {
            far |= rule.isFar(ops.get(to - 2).spec().out());
            Optional<List<Integer>> seconds = far ? groups.seconds(from, to) : Optional.empty();
            if (seconds.isPresent()) {
                Optional<List<RowKernel>> stages = stages(from, to);
                if (stages.isEmpty()) {
                    break;
                }
                int rows = rule.rowsPerStrip(stages.get(), seconds.get());
                if (rows > 0) {
                    options.add(chain(from, to, stages.get(), seconds.get(), rows, true));
                }
            }
        }
        return options;
    }

    /** The operation by itself, and all chains from it on. */
    private List<Option> allChains(int from) {
        List<Option> options = new ArrayList<>(List.of(single(from)));
        for (int to = from + 2; to <= end(from); to++) {
            Optional<List<RowKernel>> stages = stages(from, to);
            if (stages.isEmpty()) {
                break;
            }
            Optional<List<Integer>> seconds = groups.seconds(from, to);
            if (seconds.isPresent()) {
                int near = rule.rowsPerStrip(stages.get(), seconds.get());
                for (int rows : ChainRule.STRIPS) {
                    if (rows <= ops.get(to - 1).spec().out().height()) {
                        options.add(chain(from, to, stages.get(), seconds.get(), rows, rows == near));
                    }
                }
            }
        }
        return options;
    }

    private int end(int from) {
        return Math.min(groups.reach(from), from + MAX_STAGES);
    }

    /** @param near whether the strips stay near, so that there is something to gain */
    private Option chain(int from, int to, List<RowKernel> stages, List<Integer> seconds, int rows, boolean near) {
        long floats = live(from, to, ChainRule.chain(stages, seconds, rows).scratch());
        long cost = rule.cost(stages, seconds, rows) - (near ? rule.gain(stages) : 0);
        return new Option(new Segment(from, to, seconds, rows), floats, cost);
    }

    /** Kernels that work row by row; empty where one is missing. */
    private Optional<List<RowKernel>> stages(int from, int to) {
        List<RowKernel> stages = new ArrayList<>();
        for (int i = from; i < to; i++) {
            Optional<RowKernel> kernel = rowKernels.apply(i);
            if (kernel.isEmpty()) {
                return Optional.empty();
            }
            stages.add(kernel.get());
        }
        return Optional.of(stages);
    }

    /** What was written before and is read in the segment or behind it, the result, and the threads' work space. */
    private long live(int from, int to, int scratch) {
        long floats = lengths[to] + (long) threads * MapLayout.padded(scratch);
        for (int value = 0; value <= from; value++) {
            if (lastReaders[value] >= from) {
                floats += lengths[value];
            }
        }
        return floats;
    }
}
