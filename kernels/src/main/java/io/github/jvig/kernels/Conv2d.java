package io.github.jvig.kernels;

import java.util.List;
import java.util.Objects;

/**
 * A convolution:
 * {@code out[y][x][o] = epilogue(bias[o] + sum over i, ky, kx of in[y*s - p + ky*d][x*s - p + kx*d][first + i] * weight[o][i][ky][kx])},
 * with zero outside the input; s, p and d are the window's stride, padding in front and dilation along that side. The channels are cut into
 * equal groups, and an output sees those of its own group: i counts them, and {@code first} is the group's first. The input may be
 * {@link MapLayout#unpadded}. Weights: {@code [out][in / groups][kernel height][kernel width]}; biases: {@code [out]}. With a window of 1x1,
 * stride 1 and one group it is a {@link PointwiseConv}; with as many groups as channels, in and out, a {@link DepthwiseConv}.
 *
 * <p>Rounding: the scalar kernel starts with the bias and adds one product after another in float, by row and column of the window, then by
 * input channel; products and sums are rounded. Other kernels add in float in an order that is not specified, and may round a product and its
 * sum together (fused multiply-add). The tests allow every kernel an error of {@code (n + 2) * 2^-24 * (|bias| + sum of |products|)}, n the
 * number of weights of one output, before the activation.
 *
 * <p>With a window of 3x3, a stride of 1 or 2 and no dilation a kernel may use Winograd's minimal filtering, which computes 2x2 outputs at a time
 * from the inputs that they see. There the tests allow {@code (n + 64) * 2^-24 * (|bias| + sum over i of L[i] * sum of |weight[o][i]|)}, {@code L[i]}
 * the largest {@code |in|} of that channel in the output's window and, with stride 1, up to a pixel beyond it.
 *
 * <p>NaN in a pixel makes every output whose window holds it NaN; infinities follow IEEE 754. Weights must be finite: a kernel may multiply
 * the zeros outside the input by them.
 *
 * @param in       shape of the input, padded or {@link MapLayout#unpadded}
 * @param out      shape of the result, padded: {@link Window.Axis#outputSize} along both sides, any channels
 * @param window   kernel size, stride, padding and dilation
 * @param groups   a divisor of the channels of the input and of the result; 1 for a dense convolution
 * @param epilogue what follows the sum; a residual is a second input of the result's shape and layout
 */
public record Conv2d(MapLayout in, MapLayout out, Window window, int groups, Epilogue epilogue)
        implements
            Spec {
    /**
     * Checks the shapes.
     *
     * @throws IllegalArgumentException when the result is not padded or does not have the size that the window gives, or the input is
     *                                  smaller than the window
     */
    public Conv2d {
        out.requirePadded();
        Objects.requireNonNull(epilogue, "epilogue");
        if (out.height() != window.rows().outputSize(in.height())
                || out.width() != window.columns().outputSize(in.width())) {
            throw new IllegalArgumentException("a convolution " + window + " of " + in + " does not give " + out);
        }
        if (groups < 1 || in.channels() % groups != 0 || out.channels() % groups != 0) {
            throw new IllegalArgumentException(
                    groups + " groups do not divide " + in.channels() + " and " + out.channels() + " channels");
        }
    }

    /**
     * A dense convolution whose result has the usual layout.
     *
     * @param in          shape of the input, padded or {@link MapLayout#unpadded}
     * @param outChannels channels of the result, at least 1
     * @param window      kernel size, stride, padding and dilation
     * @param epilogue    what follows the sum
     * @throws IllegalArgumentException when the input is smaller than the window
     */
    public Conv2d(MapLayout in, int outChannels, Window window, Epilogue epilogue) {
        this(in, MapLayout.of(window.rows().outputSize(in.height()), window.columns().outputSize(in.width()),
                outChannels), window,
                1, epilogue);
    }

    /**
     * A convolution in groups whose result has the usual layout.
     *
     * @param in          shape of the input, padded or {@link MapLayout#unpadded}
     * @param outChannels channels of the result, at least 1
     * @param window      kernel size, stride, padding and dilation
     * @param groups      a divisor of the channels of the input and of the result
     * @param epilogue    what follows the sum
     * @throws IllegalArgumentException when the input is smaller than the window, or the groups do not divide the channels
     */
    public Conv2d(MapLayout in, int outChannels, Window window, int groups, Epilogue epilogue) {
        this(in, MapLayout.of(window.rows().outputSize(in.height()), window.columns().outputSize(in.width()),
                outChannels), window, groups, epilogue);
    }

    /** {@return the input channels that one output sees} */
    public int groupChannels() {
        return in.channels() / groups;
    }

    /**
     * Whether another convolution takes weights of the same number, order and meaning: maps and paddings may differ, and what follows the sum.
     *
     * @param other the other convolution
     * @return whether a kernel may have its packed weights from one for the other
     */
    public boolean sharesWeights(Conv2d other) {
        return in.channels() == other.in.channels() && out.channels() == other.out.channels()
                && groups == other.groups && alike(window.rows(), other.window.rows())
                && alike(window.columns(), other.window.columns());
    }

    private static boolean alike(Window.Axis a, Window.Axis b) {
        return a.kernel() == b.kernel() && a.stride() == b.stride() && a.dilation() == b.dilation();
    }

    @Override
    public String operation() {
        return "conv2d";
    }

    @Override
    public List<MapLayout> inputs() {
        return epilogue.inputs(in, out);
    }

    @Override
    public int weightCount() {
        return Math.multiplyExact(Math.multiplyExact(groupChannels(), out.channels()), window.taps());
    }

    @Override
    public int biasCount() {
        return out.channels();
    }

    @Override
    public long macs() {
        return (long) out.pixels() * groupChannels() * out.channels() * window.taps();
    }

    @Override
    public int firstInputRow(int y) {
        return window.rows().firstInput(y, in.height());
    }

    @Override
    public int lastInputRow(int y) {
        return window.rows().lastInput(y, in.height());
    }

    @Override
    public String toString() {
        return "conv2d " + window + " " + in + "->" + out.channels() + (groups == 1 ? "" : " in " + groups + " groups")
                + epilogue;
    }
}
