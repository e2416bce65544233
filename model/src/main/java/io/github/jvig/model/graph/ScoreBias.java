package io.github.jvig.model.graph;

import io.github.jvig.kernels.Attention;

/** Numbers that are added to the scores of attention: learned for each pair of pixels, or computed for any map from learned ones. */
public sealed interface ScoreBias permits AttentionBias, DistanceBias {
    /** {@return number of heads} */
    int heads();

    /** {@return number of windows with biases of their own; 1 if all have the same} */
    int windows();

    /** {@return floats of the checkpoint's tensor that they come from} */
    long parameters();

    /**
     * Checks that there are biases for the maps of a spec.
     *
     * @param spec the attention at one size
     * @throws IllegalArgumentException when they are for other maps or windows
     */
    void check(Attention spec);

    /**
     * The bias of each head, query and key.
     *
     * @param spec the attention at one size
     * @return {@code [heads][queries][keys]}, or {@code [windows][heads][queries][keys]} where windows have their own. The array must not be
     *         changed
     */
    float[] pairs(Attention spec);
}
