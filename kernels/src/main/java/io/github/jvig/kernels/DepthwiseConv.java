package io.github.jvig.kernels;

import java.util.List;
import java.util.Objects;

/**
 * A convolution of each channel by itself:
 * {@code out[y][x][c] = epilogue(bias[c] + sum over ky, kx of in[y*s - p + ky*d][x*s - p + kx*d][c] * weight[c][ky][kx])}, with zero
 * outside the input. Weights: {@code [channels][k][k]}.
 */
public record DepthwiseConv(MapLayout in, MapLayout out, Window window, Epilogue epilogue) implements Spec {
    public DepthwiseConv {
        in.requirePadded();
        out.requirePadded();
        Objects.requireNonNull(epilogue, "epilogue");
        if (!out.equals(outOf(in, window))) {
            throw new IllegalArgumentException(
                    "a depthwise convolution " + window + " of " + in + " does not give " + out);
        }
    }

    public DepthwiseConv(MapLayout in, Window window, Epilogue epilogue) {
        this(in, outOf(in, window), window, epilogue);
    }

    private static MapLayout outOf(MapLayout in, Window window) {
        return new MapLayout(window.outputSize(in.height()), window.outputSize(in.width()), in.channels(),
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
        return (long) out.pixels() * in.channels() * window.kernel() * window.kernel();
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
        return "depthwise " + window + " " + in + epilogue;
    }
}
