package io.github.jvig.model.nets;

import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.weights.Weights;
import io.github.jvig.model.weights.WeightsException;

/** The description of a net: sizes, no weights. Implementations are immutable. */
public interface Net {
    /** {@return the number of classes, which is the number of logits} */
    int classes();

    /**
     * This net adapted to a checkpoint. Some properties may differ between checkpoints of one net and can be read from their tensors: the
     * number of classes, and whether there is the second head of a distilled net. All other properties stay as they are.
     *
     * @param weights all tensors of the checkpoint
     * @return a net that {@link #build} can build from these weights, if they belong to this net
     * @throws WeightsException when the checkpoint lacks the tensors that tell these properties
     */
    Net configuredFor(Weights weights) throws WeightsException;

    /**
     * The graph of this net as it is written down, nothing folded or fused yet. Its one output is the logits, {@code 1x1xclasses}; its
     * features are the maps behind the stages, the largest first.
     *
     * @param parameters gives the tensors by their names in the checkpoint
     * @return the graph
     * @throws WeightsException when a tensor is missing, has the wrong shape or holds a value that is not finite
     */
    Graph build(Parameters parameters) throws WeightsException;
}
