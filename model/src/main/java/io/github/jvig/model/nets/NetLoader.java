package io.github.jvig.model.nets;

import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.text.MessageText;
import io.github.jvig.model.weights.Weights;
import io.github.jvig.model.weights.WeightsException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Builds nets from checkpoints, strictly. */
public final class NetLoader {
    private NetLoader() {
    }

    /**
     * Builds a net from a checkpoint: every tensor that the net needs must be there, and every tensor that is there must be needed.
     *
     * @param net     fitted to the checkpoint ({@link Net#configuredFor})
     * @param weights all tensors of the checkpoint
     * @return the net's graph before any pass
     * @throws WeightsException that names the first tensor that is missing, has another shape, is not finite or has no place in the net
     */
    public static Graph build(Net net, Weights weights) throws WeightsException {
        Set<String> used = new HashSet<>();
        Graph graph = net.build(new Parameters() {
            @Override
            public float[] floats(String name, int... shape) throws WeightsException {
                used.add(name);
                return weights.floats(name, shape);
            }

            @Override
            public String source() {
                return weights.source();
            }
        });
        List<String> extra = weights.names().stream().filter(name -> !used.contains(name)).toList();
        if (!extra.isEmpty()) {
            throw new WeightsException(weights.source() + ": tensor " + MessageText.quote(extra.getFirst())
                    + (extra.size() > 1 ? " and " + (extra.size() - 1) + " more have" : " has")
                    + " no place in the net");
        }
        return graph;
    }
}
