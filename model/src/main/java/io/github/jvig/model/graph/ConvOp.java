package io.github.jvig.model.graph;

import io.github.jvig.kernels.Conv2d;
import io.github.jvig.kernels.DepthwiseConv;
import io.github.jvig.kernels.Epilogue;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.PointwiseConv;
import io.github.jvig.kernels.Spec;
import io.github.jvig.kernels.Window;
import java.util.List;

/**
 * A convolution. Its effective weight is {@code weight * scale} per output channel, kept apart so that folding works in double
 * without a second copy of the weights. With {@link Epilogue#residual()} the second input is added last.
 *
 * @param groups 1, or as many as channels (depthwise)
 * @param weight {@code [out][in / groups][k][k]}, C order
 * @param scale  one factor for each output channel
 * @param bias   one for each output channel, not scaled
 */
public record ConvOp(int inChannels, int outChannels, int groups, Window window, float[] weight, double[] scale,
        double[] bias, Epilogue epilogue) implements Op {
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

    /** The same convolution behind another epilogue. */
    public ConvOp with(Epilogue newEpilogue) {
        return new ConvOp(inChannels, outChannels, groups, window, weight, scale, bias, newEpilogue);
    }

    /** Weights of one output channel. */
    public int perOutput() {
        return inChannels / groups * window.taps();
    }

    /** Whether this is a linear layer on each pixel: a window of 1x1, stride 1, one group. */
    public boolean isPointwise() {
        return groups == 1 && window.equals(Window.same(1));
    }

    /** Whether each channel is convolved by itself. */
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
        if (groups == 1) {
            return new Conv2d(in, outChannels, window, epilogue);
        }
        if (isDepthwise()) {
            return new DepthwiseConv(in, window, epilogue);
        }
        throw new UnsupportedOperationException("no kernel for a convolution of " + inChannels + " -> " + outChannels
                + " channels in " + groups + " groups");
    }

    /** {@code weight * scale}, multiplied in double and rounded once; a new array. */
    @Override
    public float[] weights(Spec spec) {
        return effectiveWeight();
    }

    /** {@code weight * scale}, multiplied in double and rounded once; a new array. */
    public float[] effectiveWeight() {
        float[] result = new float[weight.length];
        int perOutput = perOutput();
        for (int i = 0; i < result.length; i++) {
            result[i] = (float) (weight[i] * scale[i / perOutput]);
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
        return window.stride();
    }

    @Override
    public boolean takesUnpadded() {
        return groups == 1 && !isPointwise() && !epilogue.residual();
    }

    @Override
    public String describe() {
        return (groups == 1 ? "conv " : "depthwise ") + window + " " + inChannels + "->" + outChannels + epilogue;
    }
}
