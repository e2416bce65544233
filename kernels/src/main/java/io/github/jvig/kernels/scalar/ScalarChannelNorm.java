package io.github.jvig.kernels.scalar;

import io.github.jvig.kernels.ChannelNorm;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.Operands;
import java.util.Arrays;

/** {@link ChannelNorm} by its definition, in double. A unit is a row of the map. */
record ScalarChannelNorm(ChannelNorm spec, float[] weight) implements Kernel {
    ScalarChannelNorm(ChannelNorm spec, float[] weight) {
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
            int in = o.inOffset() + p * stride;
            int out = o.outOffset() + p * stride;
            double squares = 0;
            for (int c = 0; c < channels; c++) {
                squares += (double) o.in()[in + c] * o.in()[in + c];
            }
            double divisor = switch (spec.kind()) {
                case RMS -> Math.sqrt(squares / channels + spec.epsilon());
                case L2 -> Math.max(Math.sqrt(squares), spec.epsilon());
            };
            for (int c = 0; c < channels; c++) {
                o.out()[out + c] = (float) (o.in()[in + c] / divisor * (weight == null ? 1 : weight[c]));
            }
            Arrays.fill(o.out(), out + channels, out + stride, 0f);
        }
    }
}
