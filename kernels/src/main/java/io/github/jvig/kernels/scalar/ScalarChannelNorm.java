package io.github.jvig.kernels.scalar;

import io.github.jvig.kernels.ChannelNorm;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.Operands;
import java.util.Arrays;

/** {@link ChannelNorm} by its definition, in double. A unit is a row of the map. The vector kernel uses it where float is too narrow. */
public record ScalarChannelNorm(ChannelNorm spec, float[] weight) implements Kernel {
    public ScalarChannelNorm(ChannelNorm spec, float[] weight) {
        this.spec = spec;
        this.weight = weight == null ? null : weight.clone();
    }

    @Override
    public String name() {
        return "f32-channel-norm-scalar";
    }

    @Override
    public int units() {
        return spec.in().height();
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        int channels = spec.in().channels();
        int stride = spec.in().stride();
        for (int p = from * spec.in().width(); p < to * spec.in().width(); p++) {
            int out = o.outOffset() + p * stride;
            pixel(o.in(), o.inOffset() + p * stride, o.out(), out);
            Arrays.fill(o.out(), out + channels, out + stride, 0f);
        }
    }

    /** The channels of one pixel. */
    public void pixel(float[] in, int inOffset, float[] out, int outOffset) {
        int channels = spec.in().channels();
        double squares = 0;
        for (int c = 0; c < channels; c++) {
            squares += (double) in[inOffset + c] * in[inOffset + c];
        }
        double divisor = divisor(squares);
        for (int c = 0; c < channels; c++) {
            out[outOffset + c] = (float) (in[inOffset + c] / divisor * (weight == null ? 1 : weight[c]));
        }
    }

    /** What the channels of a pixel are divided by, from the sum of their squares. */
    public double divisor(double squares) {
        return switch (spec.kind()) {
            case RMS -> Math.sqrt(squares / spec.in().channels() + spec.epsilon());
            case L2 -> Math.max(Math.sqrt(squares), spec.epsilon());
        };
    }
}
