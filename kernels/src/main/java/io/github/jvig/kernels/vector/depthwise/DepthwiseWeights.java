package io.github.jvig.kernels.vector.depthwise;

import static io.github.jvig.kernels.vector.common.VectorConfig.LANES;

import io.github.jvig.kernels.AlignedFloats;
import io.github.jvig.kernels.vector.common.VectorConfig;

/** Weights of a depthwise convolution vector by vector of channels: a group is a vector of biases, then one of weights for each tap. */
final class DepthwiseWeights {
    private DepthwiseWeights() {
    }

    /** Floats of one group. */
    static int groupLength(int taps) {
        return (1 + taps) * LANES;
    }

    /**
     * All groups, the last one filled up by zeros.
     *
     * @param weight {@code [channels][taps]}
     * @param bias   {@code [channels]}; null for zero
     */
    static AlignedFloats grouped(float[] weight, float[] bias, int channels, int taps) {
        AlignedFloats place = AlignedFloats
                .allocate(Math.multiplyExact(VectorConfig.vectors(channels), groupLength(taps)));
        float[] groups = place.array();
        for (int c = 0; c < channels; c++) {
            int lane = place.offset() + c / LANES * groupLength(taps) + c % LANES;
            groups[lane] = bias == null ? 0 : bias[c];
            for (int t = 0; t < taps; t++) {
                groups[lane + (1 + t) * LANES] = weight[c * taps + t];
            }
        }
        return place;
    }
}
