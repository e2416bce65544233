package io.github.jvig.kernels.scalar;

import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.LayerNorm;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.weights.WeightLayout;
import java.util.Arrays;

/** {@link LayerNorm} by its definition, in double. A unit is a row of the map. The vector kernel uses it where float is too narrow. */
public record ScalarLayerNorm(LayerNorm spec, float[] weight, float[] bias) implements Kernel {
    public ScalarLayerNorm(LayerNorm spec, float[] weight, float[] bias) {
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
            int out = o.outOffset() + p * stride;
            pixel(o.in(), o.inOffset() + p * stride, o.out(), out);
            Arrays.fill(o.out(), out + channels, out + stride, 0f);
        }
    }

    /** The channels of one pixel. */
    public void pixel(float[] in, int inOffset, float[] out, int outOffset) {
        int channels = spec.in().channels();
        double sum = 0;
        for (int c = 0; c < channels; c++) {
            sum += in[inOffset + c];
        }
        double mean = sum / channels;
        double squares = 0;
        for (int c = 0; c < channels; c++) {
            double deviation = in[inOffset + c] - mean;
            squares += deviation * deviation;
        }
        double factor = 1 / Math.sqrt(squares / channels + spec.epsilon());
        for (int c = 0; c < channels; c++) {
            out[outOffset + c] = (float) ((in[inOffset + c] - mean) * factor * weight[c] + bias[c]);
        }
    }
}
