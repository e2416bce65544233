package io.github.jvig.kernels;

import java.util.List;

/**
 * A 1x1 convolution of a map whose channels are multiplied by a gate:
 * {@code out[p][o] = epilogue(bias[o] + sum over i of in[p][i] * gate[i] * weight[o][i])}. It is what follows a squeeze-and-excitation (Hu et
 * al., arXiv 1709.01507) in MobileNetV3 and EfficientNet, without a pass over the map for the product. Weights: {@code [out][in]}; biases:
 * {@code [out]}.
 *
 * <p>The inputs are the map, the gate (one pixel of as many channels) and, with a residual, a map of the result's shape and layout.
 *
 * <p>Rounding: the scalar kernel multiplies the map by the gate and adds as {@link PointwiseConv} does. Others may multiply weight and gate
 * first. The tests allow every kernel an error of {@code (n + 3) * 2^-24 * (|bias| + sum of |products|)}, n the input channels, before the
 * activation.
 *
 * <p>NaN in a channel of a pixel makes all outputs of that pixel NaN, NaN in the gate all outputs. Where the product of an element and the
 * gate, or of the gate and a weight, is beyond the range of float, the result may be infinite or NaN.
 *
 * @param in       shape of the map
 * @param out      shape of the result: the same height and width, any channels
 * @param epilogue what follows the sum; a residual is the third input
 */
public record GatedPointwiseConv(MapLayout in, MapLayout out, Epilogue epilogue) implements PixelSpec {
    /**
     * Checks the shapes.
     *
     * @throws IllegalArgumentException when a map is not padded, or the maps differ in height or width
     */
    public GatedPointwiseConv {
        new PointwiseConv(in, out, epilogue);
    }

    /**
     * A gated convolution whose result has the usual layout.
     *
     * @param in          shape of the map
     * @param outChannels channels of the result, at least 1
     * @param epilogue    what follows the sum
     * @throws IllegalArgumentException when the input is not padded
     */
    public GatedPointwiseConv(MapLayout in, int outChannels, Epilogue epilogue) {
        this(in, in.withChannels(outChannels), epilogue);
    }

    /** {@return the convolution that it is with a gate of ones} */
    public PointwiseConv ungated() {
        return new PointwiseConv(in, out, epilogue);
    }

    /** {@return layout of the gate} */
    public MapLayout gate() {
        return MapLayout.of(1, 1, in.channels());
    }

    @Override
    public String operation() {
        return "gated-pointwise";
    }

    @Override
    public List<MapLayout> inputs() {
        return epilogue.residual() ? List.of(in, gate(), out) : List.of(in, gate());
    }

    @Override
    public int weightCount() {
        return ungated().weightCount();
    }

    @Override
    public int biasCount() {
        return out.channels();
    }

    @Override
    public long macs() {
        return ungated().macs();
    }

    @Override
    public String toString() {
        return "gated-" + ungated();
    }
}
