package io.github.jvig.kernels;

import java.util.List;

/** {@link GatedPointwiseConv} in double: the map multiplied by the gate, then the sums. */
final class GateReferences {
    private GateReferences() {
    }

    static Reference gated(GatedPointwiseConv s, List<float[]> in, float[] weight, float[] bias) {
        Reference result = Reference.of(s.out());
        int pixels = s.in().pixels();
        int depth = s.in().channels();
        for (int o = 0; o < s.out().channels(); o++) {
            for (int p = 0; p < pixels; p++) {
                double sum = bias == null ? 0 : bias[o];
                double size = Math.abs(sum);
                for (int i = 0; i < depth; i++) {
                    double product = (double) in.getFirst()[i * pixels + p] * in.get(1)[i] * weight[o * depth + i];
                    sum += product;
                    size += Math.abs(product);
                }
                result.value()[o * pixels + p] = sum;
                result.bound()[o * pixels + p] = Reference.UNIT * (depth + 3) * size;
            }
        }
        return result.finish(s.epilogue(), s.epilogue().residual() ? in.get(2) : null);
    }
}
