package io.github.jvig.model.graph;

import io.github.jvig.kernels.DeformableDepthwiseConv;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Spec;
import java.util.List;

/**
 * A depthwise 3x3 convolution whose taps form a square of a size that a second map gives ({@link DeformableDepthwiseConv}).
 *
 * @param stride pixels of the input for one of the result, along each side
 * @param bound  largest scale; the least one is {@code 1 - bound}
 * @param weight {@code [channels][3][3]}
 */
public record DeformableDepthwiseOp(int stride, int bound, float[] weight) implements Op {
    /**
     * Checks the length of the weights.
     *
     * @throws IllegalArgumentException when there are not nine for each channel
     */
    public DeformableDepthwiseOp {
        if (weight.length == 0 || weight.length % DeformableDepthwiseConv.TAPS != 0) {
            throw new IllegalArgumentException("a deformable convolution with " + weight.length + " weights");
        }
    }

    @Override
    public int arity() {
        return 2;
    }

    @Override
    public int channels(List<Integer> inputs) {
        if (inputs.getLast() != 1) {
            throw new IllegalArgumentException("takes scales of one channel and gets " + inputs.getLast());
        }
        return Channels.require(inputs, weight.length / DeformableDepthwiseConv.TAPS);
    }

    @Override
    public DeformableDepthwiseConv spec(List<MapLayout> inputs) {
        return new DeformableDepthwiseConv(inputs.getFirst(), stride, bound);
    }

    @Override
    public float[] weights(Spec spec) {
        return weight;
    }

    @Override
    public long parameters() {
        return weight.length;
    }

    @Override
    public int stride() {
        return stride;
    }

    @Override
    public String describe() {
        return "deformable depthwise 3x3s" + stride + ", scales " + (1 - bound) + " to " + bound;
    }
}
