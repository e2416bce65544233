package io.github.jvig.model.nets;

import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.weights.Weights;
import io.github.jvig.model.weights.WeightsException;

/** The description of a net: sizes, no weights. */
public interface Net {
    /** Number of classes, which is the number of logits. */
    int classes();

    /**
     * This net with what a checkpoint decides by itself: the number of classes, and whether it has the second head of a distilled net.
     *
     * @throws WeightsException when the checkpoint has no head that this net knows
     */
    Net configuredFor(Weights weights) throws WeightsException;

    /**
     * The graph of this net as it is written down, nothing folded or fused yet; its one output is the logits, {@code 1x1xclasses}.
     *
     * @throws WeightsException when a tensor is missing, has the wrong shape or holds a value that is not finite
     */
    Graph build(Parameters parameters) throws WeightsException;
}
