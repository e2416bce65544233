package io.github.jvig.kernels;

import java.util.List;
import java.util.Objects;

/**
 * A convolution of each channel by itself:
 * {@code out[y][x][c] = epilogue(bias[c] + sum over ky, kx of in[y*s - p + ky*d][x*s - p + kx*d][c] * weight[c][ky][kx])}, with zero
 * outside the input; s, p and d are the window's stride, padding in front and dilation along that side. Weights:
 * {@code [channels][kernel height][kernel width]}; biases: {@code [channels]}.
 *
 * <p>Rounding: the scalar kernel starts with the bias and adds one product after another in float, by row and column of the window; products
 * and sums are rounded. Other kernels add in float in an order that is not specified, and may round a product and its sum together (fused
 * multiply-add). The tests allow every kernel an error of {@code (n + 2) * 2^-24 * (|bias| + sum of |products|)}, n the number of weights of
 * one output, before the activation.
 *
 * <p>NaN in a pixel makes that channel NaN in every output whose window holds it; infinities follow IEEE 754. A pixel has no effect on outputs
 * whose window does not hold it.
 *
 * @param in       shape of the input
 * @param out      shape of the result: {@link Window.Axis#outputSize} along both sides, the input's channels and pixel stride
 * @param window   kernel size, stride, padding and dilation
 * @param epilogue what follows the sum; a residual is a second input of the result's shape and layout
 */
public record DepthwiseConv(MapLayout in, MapLayout out, Window window, Epilogue epilogue) implements Spec {
    /**
     * Checks the shapes.
     *
     * @throws IllegalArgumentException when a map is not padded, the result is not what the window gives, or the input is smaller than the
     *                                  window
     */
    public DepthwiseConv {
        in.requirePadded();
        out.requirePadded();
        Objects.requireNonNull(epilogue, "epilogue");
        if (!out.equals(outOf(in, window))) {
            throw new IllegalArgumentException(
                    "a depthwise convolution " + window + " of " + in + " does not give " + out);
        }
    }

    /**
     * A depthwise convolution whose result has the input's channels and pixel stride.
     *
     * @param in       shape of the input
     * @param window   kernel size, stride, padding and dilation
     * @param epilogue what follows the sum
     * @throws IllegalArgumentException when the input is not padded or is smaller than the window
     */
    public DepthwiseConv(MapLayout in, Window window, Epilogue epilogue) {
        this(in, outOf(in, window), window, epilogue);
    }

    private static MapLayout outOf(MapLayout in, Window window) {
        return new MapLayout(window.rows().outputSize(in.height()), window.columns().outputSize(in.width()),
                in.channels(),
                in.stride());
    }

    @Override
    public String operation() {
        return "depthwise";
    }

    @Override
    public List<MapLayout> inputs() {
        return epilogue.inputs(in, out);
    }

    @Override
    public int weightCount() {
        return Math.multiplyExact(in.channels(), window.taps());
    }

    @Override
    public int biasCount() {
        return out.channels();
    }

    @Override
    public long macs() {
        return (long) out.pixels() * in.channels() * window.taps();
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
        return "depthwise " + window + " " + in + epilogue;
    }
}
