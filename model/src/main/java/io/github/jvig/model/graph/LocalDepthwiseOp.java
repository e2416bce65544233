package io.github.jvig.model.graph;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.Epilogue;
import io.github.jvig.kernels.LocalDepthwiseConv;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Spec;
import io.github.jvig.kernels.Window;
import java.util.List;

/**
 * A depthwise convolution whose weights differ from place to place ({@link LocalDepthwiseConv}). It is tied to results of the size that it has
 * weights for. {@link Passes#foldAffine} puts what follows into scale and bias, {@link Passes#fuseActivation} an activation behind it.
 *
 * @param height     rows of the result
 * @param width      columns of the result
 * @param window     kernel size, stride, padding and dilation
 * @param weight     {@code [height][width][kernel height][kernel width][channels]}, C order
 * @param scale      one factor for each channel
 * @param bias       one for each channel, not scaled
 * @param activation applied to the sum
 */
public record LocalDepthwiseOp(int height, int width, Window window, float[] weight, double[] scale, double[] bias,
        Activation activation) implements Op {
    /**
     * Checks the lengths of the arrays.
     *
     * @throws IllegalArgumentException when a side is below 1, or an array has another length than size and channels ask for
     */
    public LocalDepthwiseOp {
        if (height < 1 || width < 1 || scale.length < 1 || bias.length != scale.length
                || weight.length != (long) height * width * window.taps() * scale.length) {
            throw new IllegalArgumentException("a depthwise convolution " + window + " by place, of " + height + "x"
                    + width + ", with " + weight.length + " weights, " + scale.length + " scales and " + bias.length
                    + " biases");
        }
    }

    /**
     * The same convolution with other factors and biases. The weights are shared.
     *
     * @param newScale one factor for each channel
     * @param newBias  one for each channel, not scaled
     * @return a new operation
     */
    public LocalDepthwiseOp withScale(double[] newScale, double[] newBias) {
        return new LocalDepthwiseOp(height, width, window, weight, newScale, newBias, activation);
    }

    /**
     * The same convolution with another activation. The arrays are shared.
     *
     * @param last applied to the sum, in place of the one that there is
     * @return a new operation
     */
    public LocalDepthwiseOp withActivation(Activation last) {
        return new LocalDepthwiseOp(height, width, window, weight, scale, bias, last);
    }

    @Override
    public int channels(List<Integer> inputs) {
        return Channels.require(inputs, scale.length);
    }

    /** @throws IllegalArgumentException when the result is not of the size that there are weights for */
    @Override
    public LocalDepthwiseConv spec(List<MapLayout> inputs) {
        LocalDepthwiseConv spec = new LocalDepthwiseConv(inputs.getFirst(), window, activation);
        if (spec.out().height() != height || spec.out().width() != width) {
            throw new IllegalArgumentException("its weights are for a result of " + height + "x" + width + ", not "
                    + spec.out().height() + "x" + spec.out().width());
        }
        return spec;
    }

    /** {@code weight * scale}, multiplied in double and rounded once; a new array. */
    @Override
    public float[] weights(Spec spec) {
        float[] result = new float[weight.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = (float) (weight[i] * scale[i % scale.length]);
        }
        return result;
    }

    @Override
    public float[] biases() {
        return Channels.floats(bias);
    }

    @Override
    public long parameters() {
        return (long) weight.length + bias.length;
    }

    @Override
    public int stride() {
        return window.rows().stride();
    }

    @Override
    public String describe() {
        return "depthwise " + window + " by place, of " + height + "x" + width + Epilogue.of(activation);
    }
}
