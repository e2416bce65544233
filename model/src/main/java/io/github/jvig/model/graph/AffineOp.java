package io.github.jvig.model.graph;

import io.github.jvig.kernels.DepthwiseConv;
import io.github.jvig.kernels.Epilogue;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Spec;
import io.github.jvig.kernels.Window;
import java.util.List;

/**
 * {@code x * scale[c] + shift[c]} for each channel: batch normalization in evaluation, a layer scale, a constant factor. The numbers are
 * double, so that folding them into a convolution rounds once.
 *
 * @param scale one factor for each channel
 * @param shift one summand for each channel
 */
public record AffineOp(double[] scale, double[] shift) implements Op {
    @Override
    public int channels(List<Integer> inputs) {
        return Channels.require(inputs, scale.length);
    }

    /** A depthwise convolution with a window of 1x1: where the affine could not be folded into the operation before it. */
    @Override
    public Spec spec(List<MapLayout> inputs) {
        return new DepthwiseConv(inputs.getFirst(), Window.same(1), Epilogue.NONE);
    }

    @Override
    public float[] weights(Spec spec) {
        return Channels.floats(scale);
    }

    @Override
    public float[] biases() {
        return Channels.floats(shift);
    }

    @Override
    public long parameters() {
        return 2L * scale.length;
    }

    @Override
    public String describe() {
        return "affine";
    }
}
