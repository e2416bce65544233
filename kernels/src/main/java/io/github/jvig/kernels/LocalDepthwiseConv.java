package io.github.jvig.kernels;

import java.util.List;
import java.util.Objects;

/**
 * A depthwise convolution whose weights differ from place to place (Chen et al., TVConv, arXiv 2203.10489):
 * {@code out[y][x][c] = activation(bias[c] + sum over ky, kx of in[y*s - p + ky*d][x*s - p + kx*d][c] * weight[y][x][ky][kx][c])}, with zero
 * outside the input. Weights: {@code [out height][out width][kernel height][kernel width][channels]}; biases: {@code [channels]}.
 *
 * <p>Rounding: as {@link DepthwiseConv}. NaN in a pixel makes that channel NaN in every output whose window holds it; infinities follow IEEE
 * 754.
 *
 * @param in         shape of the input
 * @param out        shape of the result: {@link Window.Axis#outputSize} along both sides, the input's channels and pixel stride
 * @param window     kernel size, stride, padding and dilation
 * @param activation applied to the sum
 */
public record LocalDepthwiseConv(MapLayout in, MapLayout out, Window window, Activation activation) implements Spec {
    /**
     * Checks the shapes.
     *
     * @throws IllegalArgumentException when a map is not padded, the result is not what the window gives, or the input is smaller than the
     *                                  window
     */
    public LocalDepthwiseConv {
        Objects.requireNonNull(activation, "activation");
        new DepthwiseConv(in, out, window, Epilogue.of(activation));
    }

    /**
     * One whose result has the input's channels and pixel stride.
     *
     * @param in         shape of the input
     * @param window     kernel size, stride, padding and dilation
     * @param activation applied to the sum
     * @throws IllegalArgumentException when the input is not padded or is smaller than the window
     */
    public LocalDepthwiseConv(MapLayout in, Window window, Activation activation) {
        this(in, new DepthwiseConv(in, window, Epilogue.NONE).out(), window, activation);
    }

    @Override
    public String operation() {
        return "local-depthwise";
    }

    @Override
    public List<MapLayout> inputs() {
        return List.of(in);
    }

    @Override
    public int weightCount() {
        return Math.toIntExact(macs());
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
        return "local-depthwise " + window + " " + in + Epilogue.of(activation);
    }
}
