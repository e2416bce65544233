package io.github.jvig.kernels;

import java.util.List;
import java.util.Objects;

/**
 * A 1x1 convolution, stride 1: {@code out[p][o] = epilogue(bias[o] + sum over i of in[p][i] * weight[o][i])}; as a matrix product,
 * {@code [pixels x inChannels] * [inChannels x outChannels]}. A linear layer is one on a 1x1 map. Weights: {@code [out][in]}; biases:
 * {@code [out]}.
 *
 * <p>Rounding: the scalar kernel starts with the bias and adds one product after another in float, in the order of the input channels;
 * products and sums are rounded. Other kernels add in float in an order that is not specified, and may round a product and its sum together
 * (fused multiply-add). The tests allow every kernel an error of {@code (n + 2) * 2^-24 * (|bias| + sum of |products|)}, n the number of
 * weights of one output, before the activation.
 *
 * <p>NaN in a channel of a pixel makes all outputs of that pixel NaN; infinities follow IEEE 754.
 *
 * @param in       shape of the input
 * @param out      shape of the result: the same height and width, any channels
 * @param epilogue what follows the sum; a residual is a second input of the result's shape and layout
 */
public record PointwiseConv(MapLayout in, MapLayout out, Epilogue epilogue) implements PixelSpec {
    /**
     * Checks the shapes.
     *
     * @throws IllegalArgumentException when a map is not padded, or the maps differ in height or width
     */
    public PointwiseConv {
        in.requirePadded();
        out.requirePadded();
        Objects.requireNonNull(epilogue, "epilogue");
        if (in.height() != out.height() || in.width() != out.width()) {
            throw new IllegalArgumentException("a pointwise convolution keeps height and width: " + in + " -> " + out);
        }
    }

    /**
     * A pointwise convolution whose result has the usual layout.
     *
     * @param in          shape of the input
     * @param outChannels channels of the result, at least 1
     * @param epilogue    what follows the sum
     * @throws IllegalArgumentException when the input is not padded
     */
    public PointwiseConv(MapLayout in, int outChannels, Epilogue epilogue) {
        this(in, in.withChannels(outChannels), epilogue);
    }

    @Override
    public String operation() {
        return "pointwise";
    }

    @Override
    public List<MapLayout> inputs() {
        return epilogue.inputs(in, out);
    }

    @Override
    public int weightCount() {
        return Math.multiplyExact(in.channels(), out.channels());
    }

    @Override
    public int biasCount() {
        return out.channels();
    }

    @Override
    public long macs() {
        return (long) in.pixels() * in.channels() * out.channels();
    }

    @Override
    public String toString() {
        return "pointwise " + in + "->" + out.channels() + epilogue;
    }
}
