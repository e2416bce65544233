package io.github.jvig.kernels;

import java.util.List;

/**
 * A convolution of signs with signs (Zhang et al., PokeBNN, arXiv 2112.00133; Rastegari et al., XNOR-Net, arXiv 1603.05279):
 * {@code out[y][x][o] = bias[o] + factor[o] * sum over i, ky, kx of sign(in[y*s - p + ky*d][x*s - p + kx*d][i]) * sign(weight[o][i][ky][kx])}.
 * The sign is 1 from zero on, negative zero included, and -1 below. A pixel outside of the input adds nothing: padding is zero behind the
 * sign. Weights: {@code [out][in][kernel height][kernel width]}, of which only the signs count, then a factor for each output; biases:
 * {@code [out]}.
 *
 * <p>Rounding: the sum is a whole number and exact. Product and sum with the bias are rounded each, or together (fused multiply-add).
 *
 * <p>NaN in the input or a weight counts as -1, for it is not zero or more; a factor or bias that is NaN gives NaN.
 *
 * @param in     shape of the input
 * @param out    shape of the result: {@link Window.Axis#outputSize} along both sides, any channels
 * @param window kernel size, stride, padding and dilation
 */
public record BinaryConv(MapLayout in, MapLayout out, Window window) implements Spec {
    /** Sums beyond this are not exact in float. */
    private static final int MAX_SUM = 1 << 24;

    /**
     * Checks the shapes.
     *
     * @throws IllegalArgumentException when a map is not padded, the result is not what the window gives, the input is smaller than the
     *                                  window, or a sum may exceed 2^24
     */
    public BinaryConv {
        in.requirePadded();
        out.requirePadded();
        if (out.height() != window.rows().outputSize(in.height())
                || out.width() != window.columns().outputSize(in.width())) {
            throw new IllegalArgumentException(
                    "a binary convolution " + window + " of " + in + " does not give " + out);
        }
        if ((long) in.channels() * window.taps() > MAX_SUM) {
            throw new IllegalArgumentException("a binary convolution " + window + " of " + in.channels()
                    + " channels adds more signs than 2^24");
        }
    }

    /**
     * A binary convolution whose result has the usual layout.
     *
     * @param in          shape of the input
     * @param outChannels channels of the result, at least 1
     * @param window      kernel size, stride, padding and dilation
     * @throws IllegalArgumentException when the input is not padded or is smaller than the window, or a sum may exceed 2^24
     */
    public BinaryConv(MapLayout in, int outChannels, Window window) {
        this(in, MapLayout.of(window.rows().outputSize(in.height()), window.columns().outputSize(in.width()),
                outChannels), window);
    }

    @Override
    public String operation() {
        return "binary-conv";
    }

    @Override
    public List<MapLayout> inputs() {
        return List.of(in);
    }

    @Override
    public int weightCount() {
        return Math.multiplyExact(out.channels(), in.channels() * window.taps() + 1);
    }

    @Override
    public int biasCount() {
        return out.channels();
    }

    /** Of signs, many of which are done by one instruction. */
    @Override
    public long macs() {
        return (long) out.pixels() * out.channels() * in.channels() * window.taps();
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
        return "binary-conv " + window + " " + in + "->" + out.channels();
    }
}
