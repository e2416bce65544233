package io.github.jvig.kernels.scalar;

import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.LayerNorm;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.weights.WeightLayout;

/** {@link LayerNorm} by its definition, in double. A unit is a row of the map. */
record ScalarLayerNorm(LayerNorm spec, float[] weight, float[] bias) implements Kernel {
    ScalarLayerNorm(LayerNorm spec, float[] weight, float[] bias) {
        this.spec = spec;
        this.weight = weight.clone();
        this.bias = WeightLayout.paddedBias(bias, spec.in().channels());
    }

    @Override
    public String name() {
        return "f32-layer-norm-scalar";
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
            double sum = 0;
            for (int c = 0; c < channels; c++) {
                sum += o.in()[in + c];
            }
            double mean = sum / channels;
            double squares = 0;
            for (int c = 0; c < channels; c++) {
                double deviation = o.in()[in + c] - mean;
                squares += deviation * deviation;
            }
            double factor = 1 / Math.sqrt(squares / channels + spec.epsilon());
            for (int c = 0; c < channels; c++) {
                o.out()[out + c] = (float) ((o.in()[in + c] - mean) * factor * weight[c] + bias[c]);
            }
            java.util.Arrays.fill(o.out(), out + channels, out + stride, 0f);
        }
    }
}
