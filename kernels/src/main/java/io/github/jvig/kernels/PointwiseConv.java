package io.github.jvig.kernels;

import java.util.List;
import java.util.Objects;

/**
 * A 1x1 convolution, stride 1: {@code out[p][o] = epilogue(bias[o] + sum over i of in[p][i] * weight[o][i])}; as a matrix product,
 * {@code [pixels x inChannels] * [inChannels x outChannels]}. A linear layer is one on a 1x1 map. Weights: {@code [out][in]}.
 */
public record PointwiseConv(MapLayout in, MapLayout out, Epilogue epilogue) implements Spec {
    public PointwiseConv {
        in.requirePadded();
        out.requirePadded();
        Objects.requireNonNull(epilogue, "epilogue");
        if (in.height() != out.height() || in.width() != out.width()) {
            throw new IllegalArgumentException("a pointwise convolution keeps height and width: " + in + " -> " + out);
        }
    }

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
    public int firstInputRow(int y) {
        return y;
    }

    @Override
    public int lastInputRow(int y) {
        return y;
    }

    @Override
    public String toString() {
        return "pointwise " + in + "->" + out.channels() + epilogue;
    }
}
