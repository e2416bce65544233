package io.github.jvig.model.graph;

import io.github.jvig.kernels.LayerNorm;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Spec;
import java.util.List;

/**
 * Layer normalization of each pixel over its channels: Ba, Kiros and Hinton, arXiv 1607.06450.
 *
 * @param weight  one factor for each channel
 * @param bias    one for each channel
 * @param epsilon added to the variance, positive and finite
 */
public record LayerNormOp(float[] weight, float[] bias, double epsilon) implements Op {
    @Override
    public int channels(List<Integer> inputs) {
        return Channels.require(inputs, weight.length);
    }

    @Override
    public Spec spec(List<MapLayout> inputs) {
        return new LayerNorm(inputs.getFirst(), epsilon);
    }

    @Override
    public float[] weights(Spec spec) {
        return weight;
    }

    @Override
    public float[] biases() {
        return bias;
    }

    @Override
    public long parameters() {
        return 2L * weight.length;
    }

    @Override
    public String describe() {
        return "layer norm";
    }
}
