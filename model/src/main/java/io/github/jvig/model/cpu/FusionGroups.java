package io.github.jvig.model.cpu;

import io.github.jvig.kernels.DepthwiseConv;
import io.github.jvig.kernels.MaxRelative;
import io.github.jvig.kernels.PointwiseConv;
import io.github.jvig.kernels.Spec;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.lowering.LoweredOp;
import java.util.ArrayList;
import java.util.List;

/**
 * Operations that could run as one chain: neighbors of which each is all that reads the one before, and whose rows need few rows of it.
 * An inverted residual block is such a group, a feed-forward block, a gather with the convolutions behind it.
 */
final class FusionGroups {
    private FusionGroups() {
    }

    /** All operations in their order, cut into groups; what can't be chained is a group by itself. */
    static List<List<LoweredOp>> of(Graph graph, List<LoweredOp> ops) {
        List<List<LoweredOp>> groups = new ArrayList<>();
        List<LoweredOp> group = new ArrayList<>();
        for (LoweredOp op : ops) {
            if (!group.isEmpty() && !continues(graph, group.getLast(), op)) {
                groups.add(List.copyOf(group));
                group.clear();
            }
            group.add(op);
        }
        groups.add(List.copyOf(group));
        return groups;
    }

    private static boolean continues(Graph graph, LoweredOp last, LoweredOp next) {
        return next.node().inputs().getFirst() == last.node() && graph.readOnce(last.node())
                && last.spec().in2().isEmpty()
                && last.spec().out().pixels() > 1
                && (isLocal(last.spec()) || last.spec() instanceof MaxRelative) && isLocal(next.spec());
    }

    /** Whether a row of the result needs few rows of the input. */
    private static boolean isLocal(Spec spec) {
        return spec instanceof PointwiseConv || spec instanceof DepthwiseConv;
    }
}
