package io.github.jvig.model.graph;

import io.github.jvig.kernels.BinaryConv;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Spec;
import io.github.jvig.kernels.Window;
import java.util.Arrays;
import java.util.List;

/**
 * A convolution of signs with signs, scaled and shifted for each output ({@link BinaryConv}). It is padded as TensorFlow's "SAME" says
 * ({@link Window.Axis#same}), with zeros behind the sign. {@link Passes#foldAffine} puts what follows into scale and bias.
 *
 * @param inChannels  channels of the input
 * @param outChannels channels of the result
 * @param kernel      taps along each side
 * @param stride      pixels of the input for one of the result, along each side
 * @param weight      {@code [out][in][kernel][kernel]}, of which only the signs count
 * @param scale       one factor for each output channel
 * @param bias        one for each output channel, not scaled
 */
public record BinaryConvOp(int inChannels, int outChannels, int kernel, int stride, float[] weight, double[] scale,
        double[] bias) implements Op {
    /**
     * Checks the lengths of the arrays.
     *
     * @throws IllegalArgumentException when an array has another length than the channels ask for
     */
    public BinaryConvOp {
        if (weight.length != (long) outChannels * inChannels * kernel * kernel || scale.length != outChannels
                || bias.length != outChannels) {
            throw new IllegalArgumentException("a binary convolution " + kernel + "x" + kernel + " " + inChannels + "->"
                    + outChannels + " with " + weight.length + " weights, " + scale.length + " scales and "
                    + bias.length + " biases");
        }
    }

    /**
     * The same convolution with other factors and biases. The weights are shared.
     *
     * @param newScale one factor for each output channel
     * @param newBias  one for each output channel, not scaled
     * @return a new operation
     */
    public BinaryConvOp withScale(double[] newScale, double[] newBias) {
        return new BinaryConvOp(inChannels, outChannels, kernel, stride, weight, newScale, newBias);
    }

    @Override
    public int channels(List<Integer> inputs) {
        Channels.require(inputs, inChannels);
        return outChannels;
    }

    @Override
    public BinaryConv spec(List<MapLayout> inputs) {
        MapLayout in = inputs.getFirst();
        return new BinaryConv(in, outChannels, new Window(Window.Axis.same(in.height(), kernel, stride, 1),
                Window.Axis.same(in.width(), kernel, stride, 1)));
    }

    @Override
    public float[] weights(Spec spec) {
        float[] all = Arrays.copyOf(weight, weight.length + outChannels);
        System.arraycopy(Channels.floats(scale), 0, all, weight.length, outChannels);
        return all;
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
        return stride;
    }

    @Override
    public String describe() {
        return "binary conv " + kernel + "x" + kernel + "s" + stride + " " + inChannels + "->" + outChannels;
    }
}
