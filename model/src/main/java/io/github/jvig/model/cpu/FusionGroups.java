package io.github.jvig.model.cpu;

import io.github.jvig.kernels.FusedChain;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Spec;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.lowering.LoweredOp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which operations in a row could run as one chain: neighbors of which each reads the one before, whose rows need few rows of it, and of which
 * nothing but the last one's result is read outside. An inverted residual block is such a group, a feed-forward block, a gather with the
 * convolutions behind it, a stem with the blocks behind it. What an operation is does not matter: its spec says which rows it reads.
 */
final class FusionGroups {
    private final List<LoweredOp> ops;
    /** Number of the operation that writes a node's value; -1 for the graph's input. */
    private final Map<Node, Integer> writers = new IdentityHashMap<>();
    /** For each operation the last one that reads its result; the number of operations for an output of the graph. */
    private final int[] lastReaders;

    FusionGroups(Graph graph, List<LoweredOp> ops) {
        this.ops = ops;
        writers.put(graph.input(), -1);
        lastReaders = new int[ops.size()];
        for (int i = 0; i < ops.size(); i++) {
            writers.put(ops.get(i).node(), i);
            lastReaders[i] = i;
            for (Node input : ops.get(i).node().inputs()) {
                if (writers.get(input) >= 0) {
                    lastReaders[writers.get(input)] = i;
                }
            }
        }
        graph.outputs().stream().map(writers::get).filter(i -> i >= 0).forEach(i -> lastReaders[i] = ops.size());
    }

    /** One past the last operation that could be in one chain with {@code from}, whatever else is read outside; {@code from + 1} for none. */
    int reach(int from) {
        int to = from + 1;
        while (to < ops.size() && follows(ops.get(to - 1), ops.get(to))) {
            to++;
        }
        return isStage(ops.get(from).spec()) ? to : from + 1;
    }

    /** One past the last operation of the block that begins with {@code from}: the chain that ends where a value is read twice or added. */
    int blockEnd(int from) {
        int reach = reach(from);
        int to = from + 1;
        while (to < reach && lastReaders[to - 1] == to && ops.get(to - 1).node().inputs().size() == 1) {
            to++;
        }
        return to;
    }

    /** The second operands, as {@link FusedChain#seconds} has them, of a chain inside the reach; empty where there can't be one. */
    Optional<List<Integer>> seconds(int from, int to) {
        if (Arrays.stream(lastReaders, from, to - 1).anyMatch(reader -> reader >= to)) {
            return Optional.empty();
        }
        Node external = null;
        List<Integer> seconds = new ArrayList<>();
        for (int i = from; i < to; i++) {
            List<Node> inputs = ops.get(i).node().inputs();
            if (inputs.size() == 1) {
                seconds.add(FusedChain.NONE);
            } else if (inputs.get(1) == ops.get(from).node().inputs().getFirst()) {
                seconds.add(0);
            } else if (writers.get(inputs.get(1)) >= from) {
                seconds.add(writers.get(inputs.get(1)) - from + 1);
            } else if (external == null || external == inputs.get(1)) {
                external = inputs.get(1);
                seconds.add(FusedChain.SECOND_INPUT);
            } else {
                return Optional.empty();
            }
        }
        return Optional.of(seconds);
    }

    private static boolean follows(LoweredOp last, LoweredOp next) {
        return next.node().inputs().getFirst() == last.node() && last.spec().out().pixels() > 1
                && isStage(next.spec()) && isLocal(next.spec());
    }

    /** One map, or two of which the second is read where the result is written. */
    private static boolean isStage(Spec spec) {
        List<MapLayout> inputs = spec.inputs();
        return inputs.size() == 1 || inputs.size() == 2 && inputs.get(1).equals(spec.out());
    }

    /** Whether a row of the result needs few rows of the input. */
    private static boolean isLocal(Spec spec) {
        int middle = spec.out().height() / 2;
        int rows = spec.lastInputRow(middle) - spec.firstInputRow(middle) + 1;
        return rows == 1 || rows < spec.in().height();
    }
}
