package io.github.jvig.kernels;

import java.util.List;
import java.util.Objects;

/**
 * A convolution over all channels (groups = 1):
 * {@code out[y][x][o] = epilogue(bias[o] + sum over i, ky, kx of in[y*s - p + ky*d][x*s - p + kx*d][i] * weight[o][i][ky][kx])}, with
 * zero outside the input; s, p and d are the window's stride, padding and dilation. The input may be {@link MapLayout#unpadded}. Weights:
 * {@code [out][in][k][k]}; biases: {@code [out]}. With a window of 1x1 and stride 1 it is a {@link PointwiseConv}.
 *
 * <p>Rounding: the scalar kernel starts with the bias and adds one product after another in float, by row and column of the window, then by
 * input channel; products and sums are rounded. Other kernels add in float in an order that is not specified, and may round a product and its
 * sum together (fused multiply-add). The tests allow every kernel an error of {@code (n + 2) * 2^-24 * (|bias| + sum of |products|)}, n the
 * number of weights of one output, before the activation.
 *
 * <p>NaN in a pixel makes every output whose window holds it NaN; infinities follow IEEE 754. Weights must be finite: a kernel may multiply
 * the zeros outside the input by them.
 *
 * @param in       shape of the input, padded or {@link MapLayout#unpadded}
 * @param out      shape of the result, padded: {@link Window#outputSize} along both sides, any channels
 * @param window   kernel size, stride, padding and dilation
 * @param epilogue what follows the sum: activation, then residual, a second input of the result's shape and layout
 */
public record Conv2d(MapLayout in, MapLayout out, Window window, Epilogue epilogue) implements Spec {
    /**
     * Checks the shapes.
     *
     * @throws IllegalArgumentException when the result is not padded or does not have the size that the window gives, or the input is
     *                                  smaller than the window
     */
    public Conv2d {
        out.requirePadded();
        Objects.requireNonNull(epilogue, "epilogue");
        if (out.height() != window.outputSize(in.height()) || out.width() != window.outputSize(in.width())) {
            throw new IllegalArgumentException("a convolution " + window + " of " + in + " does not give " + out);
        }
    }

    /**
     * A convolution whose result has the usual layout.
     *
     * @param in          shape of the input, padded or {@link MapLayout#unpadded}
     * @param outChannels channels of the result, at least 1
     * @param window      kernel size, stride, padding and dilation
     * @param epilogue    what follows the sum
     * @throws IllegalArgumentException when the input is smaller than the window
     */
    public Conv2d(MapLayout in, int outChannels, Window window, Epilogue epilogue) {
        this(in, MapLayout.of(window.outputSize(in.height()), window.outputSize(in.width()), outChannels), window,
                epilogue);
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
        return Math.multiplyExact(Math.multiplyExact(in.channels(), out.channels()), window.taps());
    }

    @Override
    public int biasCount() {
        return out.channels();
    }

    @Override
    public long macs() {
        return (long) out.pixels() * in.channels() * out.channels() * window.kernel() * window.kernel();
    }

    @Override
    public int firstInputRow(int y) {
        return window.firstInput(y, in.height());
    }

    @Override
    public int lastInputRow(int y) {
        return window.lastInput(y, in.height());
    }

    @Override
    public String toString() {
        return "conv2d " + window + " " + in + "->" + out.channels() + epilogue;
    }
}
