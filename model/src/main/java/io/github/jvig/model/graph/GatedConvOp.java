package io.github.jvig.model.graph;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.Binary;
import io.github.jvig.kernels.GatedPointwiseConv;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Spec;
import java.util.List;

/**
 * A 1x1 convolution of a map that is multiplied by a gate, one pixel of as many channels ({@link GatedPointwiseConv}). The inputs are the
 * map, the gate, and the convolution's residual if it has one. {@link Passes#fuseGates} makes it of a product and a convolution,
 * {@link Passes#splitGates} takes it apart.
 *
 * @param conv what is done with the product, a 1x1 convolution
 */
public record GatedConvOp(ConvOp conv) implements Op {
    /**
     * Checks the convolution.
     *
     * @throws IllegalArgumentException when it is not a 1x1 convolution in one group
     */
    public GatedConvOp {
        if (!conv.isPointwise()) {
            throw new IllegalArgumentException("no 1x1 convolution: " + conv.describe());
        }
    }

    /** {@return the product, by itself} */
    static BinaryOp product() {
        return new BinaryOp(Binary.Operator.MULTIPLY, Binary.Broadcast.PIXEL, Activation.NONE);
    }

    @Override
    public int arity() {
        return conv.arity() + 1;
    }

    @Override
    public int channels(List<Integer> inputs) {
        if (!inputs.get(1).equals(inputs.getFirst())) {
            throw new IllegalArgumentException("has a gate of " + inputs.get(1) + " channels");
        }
        return conv.channels(inputs);
    }

    @Override
    public Spec spec(List<MapLayout> inputs) {
        return new GatedPointwiseConv(inputs.getFirst(), conv.outChannels(), conv.epilogue());
    }

    @Override
    public float[] weights(Spec spec) {
        return conv.weights(spec);
    }

    @Override
    public float[] biases() {
        return conv.biases();
    }

    @Override
    public long parameters() {
        return conv.parameters();
    }

    @Override
    public String describe() {
        return "gated " + conv.describe();
    }
}
