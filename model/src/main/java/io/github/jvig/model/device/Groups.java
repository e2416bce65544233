package io.github.jvig.model.device;

import io.github.jvig.kernels.DepthwiseConv;
import io.github.jvig.kernels.MaxRelative;
import io.github.jvig.kernels.PointwiseConv;
import io.github.jvig.kernels.Spec;
import io.github.jvig.model.graph.Graph;
import java.util.ArrayList;
import java.util.List;

/**
 * Layers that could run as one chain: neighbours of which each is all that reads the one before, and whose rows need few rows of it.
 * An inverted residual block is such a group, a feed-forward block, a gather with the convolutions behind it.
 */
final class Groups {
    private Groups() {
    }

    /** All layers in their order, cut into groups; what can't be chained is a group by itself. */
    static List<List<Layer>> of(Graph graph, List<Layer> layers) {
        List<List<Layer>> groups = new ArrayList<>();
        List<Layer> group = new ArrayList<>();
        for (Layer layer : layers) {
            if (!group.isEmpty() && !continues(graph, group.getLast(), layer)) {
                groups.add(List.copyOf(group));
                group.clear();
            }
            group.add(layer);
        }
        groups.add(List.copyOf(group));
        return groups;
    }

    private static boolean continues(Graph graph, Layer last, Layer next) {
        return next.node().inputs().getFirst() == last.node() && graph.readOnce(last.node())
                && last.spec().second().isEmpty()
                && last.spec().out().pixels() > 1
                && (isLocal(last.spec()) || last.spec() instanceof MaxRelative) && isLocal(next.spec());
    }

    /** Whether a row of the result needs few rows of the input. */
    private static boolean isLocal(Spec spec) {
        return spec instanceof PointwiseConv || spec instanceof DepthwiseConv;
    }
}
