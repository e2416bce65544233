package io.github.jvig.model.graph;

import io.github.jvig.kernels.Conv2d;
import io.github.jvig.kernels.DepthwiseConv;
import io.github.jvig.kernels.Epilogue;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.PointwiseConv;
import io.github.jvig.kernels.Spec;
import io.github.jvig.kernels.Window;
import java.util.Arrays;
import java.util.List;

/**
 * A convolution. Its effective weight is {@code weight * scale} per output channel, kept apart so that folding works in double
 * without a second copy of the weights. With {@link Epilogue#residual()} the second input is added last.
 *
 * @param inChannels  channels of the input
 * @param outChannels channels of the result
 * @param groups      a divisor of both; as many as channels, in and out, is a depthwise convolution
 * @param window      kernel size, stride, padding and dilation
 * @param samePadding whether the padding follows from the input's size ({@link Window.Axis#same}), whatever the window says
 * @param weight      {@code [out][in / groups][kernel height][kernel width]}, C order
 * @param scale       one factor for each output channel
 * @param bias        one for each output channel, not scaled
 * @param epilogue    what follows the sum
 */
public record ConvOp(int inChannels, int outChannels, int groups, Window window, boolean samePadding, float[] weight,
        double[] scale, double[] bias, Epilogue epilogue) implements Op {
    /**
     * Checks the groups and the lengths of the arrays.
     *
     * @throws IllegalArgumentException when the groups do not divide the channels, or an array has another length than they ask for
     */
    public ConvOp {
        if (groups < 1 || inChannels % groups != 0 || outChannels % groups != 0) {
            throw new IllegalArgumentException(
                    groups + " groups do not divide " + inChannels + " and " + outChannels + " channels");
        }
        int perOutput = inChannels / groups * window.taps();
        if (weight.length != (long) outChannels * perOutput || scale.length != outChannels
                || bias.length != outChannels) {
            throw new IllegalArgumentException("a convolution " + inChannels + "->" + outChannels + " with "
                    + weight.length + " weights, " + scale.length + " scales and " + bias.length + " biases");
        }
    }

    /**
     * A convolution with the padding that the window says.
     *
     * @param inChannels  channels of the input
     * @param outChannels channels of the result
     * @param groups      a divisor of both
     * @param window      kernel size, stride, padding and dilation
     * @param weight      {@code [out][in / groups][kernel height][kernel width]}, C order
     * @param scale       one factor for each output channel
     * @param bias        one for each output channel, not scaled
     * @param epilogue    what follows the sum
     * @throws IllegalArgumentException when the groups do not divide the channels, or an array has another length than they ask for
     */
    public ConvOp(int inChannels, int outChannels, int groups, Window window, float[] weight, double[] scale,
            double[] bias, Epilogue epilogue) {
        this(inChannels, outChannels, groups, window, false, weight, scale, bias, epilogue);
    }

    /**
     * The same convolution with other factors and biases. The weights are shared.
     *
     * @param newScale one factor for each output channel
     * @param newBias  one for each output channel, not scaled
     * @return a new operation
     */
    public ConvOp withScale(double[] newScale, double[] newBias) {
        return new ConvOp(inChannels, outChannels, groups, window, samePadding, weight, newScale, newBias, epilogue);
    }

    /**
     * The same convolution with other weights, all factors one.
     *
     * @param newWeight {@code [out][in / groups][kernel height][kernel width]}, C order
     * @param newBias   one for each output channel
     * @return a new operation
     */
    public ConvOp withWeight(float[] newWeight, double[] newBias) {
        return new ConvOp(inChannels, outChannels, groups, window, samePadding, newWeight,
                Channels.filled(outChannels, 1), newBias, epilogue);
    }

    /**
     * The window on an input of some size.
     *
     * @param in layout of the input
     * @return the window with the padding that it has there
     */
    public Window windowFor(MapLayout in) {
        if (!samePadding) {
            return window;
        }
        Window.Axis rows = window.rows();
        Window.Axis columns = window.columns();
        return new Window(Window.Axis.same(in.height(), rows.kernel(), rows.stride(), rows.dilation()),
                Window.Axis.same(in.width(), columns.kernel(), columns.stride(), columns.dilation()));
    }

    /**
     * The same convolution with another epilogue. The arrays are shared.
     *
     * @param newEpilogue what follows the sum
     * @return a new operation
     */
    public ConvOp withEpilogue(Epilogue newEpilogue) {
        return new ConvOp(inChannels, outChannels, groups, window, samePadding, weight, scale, bias, newEpilogue);
    }

    /** {@return the number of weights of one output channel: {@code inChannels / groups * window.taps()}} */
    public int perOutput() {
        return inChannels / groups * window.taps();
    }

    /** {@return whether this is a linear layer on each pixel: a window of 1x1, stride 1, no padding, one group} */
    public boolean isPointwise() {
        return groups == 1 && window.isPointwise();
    }

    /** {@return whether each channel is convolved by itself: as many groups as input and output channels} */
    public boolean isDepthwise() {
        return groups == inChannels && groups == outChannels;
    }

    @Override
    public int arity() {
        return epilogue.residual() ? 2 : 1;
    }

    @Override
    public int channels(List<Integer> inputs) {
        Channels.require(inputs, inChannels);
        return outChannels;
    }

    @Override
    public Spec spec(List<MapLayout> inputs) {
        MapLayout in = inputs.getFirst();
        if (isPointwise()) {
            return new PointwiseConv(in, outChannels, epilogue);
        }
        Window placed = windowFor(in);
        return isDepthwise() && groups > 1
                ? new DepthwiseConv(in, placed, epilogue)
                : new Conv2d(in, outChannels, placed, groups, epilogue);
    }

    /** {@link #effectiveWeight()}; the weight itself where that is the same: a classifier's copy can take 50 MB. */
    @Override
    public float[] weights(Spec spec) {
        return Arrays.stream(scale).allMatch(factor -> factor == 1) ? weight : effectiveWeight();
    }

    /** {@return {@code weight * scale}, multiplied in double and rounded to float once; a new array} */
    public float[] effectiveWeight() {
        float[] result = new float[weight.length];
        int perOutput = perOutput();
        for (int i = 0; i < result.length; i++) {
            result[i] = Channels.rounded(weight[i] * scale[i / perOutput], i);
        }
        return result;
    }

    /** The bias rounded to float; a new array. */
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
    public boolean takesUnpadded() {
        return groups == 1 && !isPointwise() && !epilogue.residual();
    }

    @Override
    public String describe() {
        String kind = groups == 1 ? "conv " : isDepthwise() ? "depthwise " : "conv in " + groups + " groups ";
        return kind + window + (samePadding ? " same" : "") + " " + inChannels + "->" + outChannels + epilogue;
    }
}
