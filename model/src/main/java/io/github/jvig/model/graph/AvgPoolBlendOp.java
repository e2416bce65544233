package io.github.jvig.model.graph;

import io.github.jvig.kernels.AvgPoolBlend;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Spec;
import java.util.List;

/**
 * {@code poolScale[c] * average + selfScale[c] * x}, the average over a square around each pixel, of the pixels inside the map.
 *
 * @param kernel    pixels along a side of the square, odd
 * @param poolScale one factor of the average for each channel
 * @param selfScale one factor of x for each channel
 */
public record AvgPoolBlendOp(int kernel, double[] poolScale, double[] selfScale) implements Op {
    @Override
    public int channels(List<Integer> inputs) {
        return Channels.require(inputs, poolScale.length);
    }

    @Override
    public Spec spec(List<MapLayout> inputs) {
        return new AvgPoolBlend(inputs.getFirst(), kernel);
    }

    @Override
    public float[] weights(Spec spec) {
        return Channels.floats(poolScale, selfScale);
    }

    @Override
    public long parameters() {
        return 2L * poolScale.length;
    }

    @Override
    public String describe() {
        return "average pool " + kernel + "x" + kernel + " blended with its input";
    }
}
