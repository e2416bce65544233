package io.github.jvig.kernels;

import java.util.Objects;

/**
 * A convolution over all channels (groups = 1):
 * {@code out[y][x][o] = epilogue(bias[o] + sum over i, ky, kx of in[y*s - p + ky*d][x*s - p + kx*d][i] * weight[o][i][ky][kx])}, with
 * zero outside the input. The input may be {@link MapLayout#unpadded}. Weights: {@code [out][in][k][k]}. Where the window is 1x1, stride 1, {@link PointwiseConv} is the same.
 */
public record Conv2d(MapLayout in, MapLayout out, Window window, Epilogue epilogue) implements Spec {
    public Conv2d {
        out.requirePadded();
        Objects.requireNonNull(epilogue, "epilogue");
        if (out.height() != window.outputSize(in.height()) || out.width() != window.outputSize(in.width())) {
            throw new IllegalArgumentException("a convolution " + window + " of " + in + " does not give " + out);
        }
    }

    public Conv2d(MapLayout in, int outChannels, Window window, Epilogue epilogue) {
        this(in, MapLayout.of(window.outputSize(in.height()), window.outputSize(in.width()), outChannels), window,
                epilogue);
    }

    public int outChannels() {
        return out.channels();
    }

    @Override
    public boolean residual() {
        return epilogue.residual();
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
        return "dense " + window + " " + in + "->" + out.channels() + epilogue;
    }
}
