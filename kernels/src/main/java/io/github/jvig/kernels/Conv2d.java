package io.github.jvig.kernels;

import java.util.List;
import java.util.Objects;

/**
 * A convolution over all channels (groups = 1):
 * {@code out[y][x][o] = epilogue(bias[o] + sum over i, ky, kx of in[y*s - p + ky*d][x*s - p + kx*d][i] * weight[o][i][ky][kx])}, with
 * zero outside the input. The input may be {@link MapLayout#unpadded}. Weights:
 * {@code [out][in][k][k]}. With a window of 1x1 and stride 1 it is a {@link PointwiseConv}.
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
