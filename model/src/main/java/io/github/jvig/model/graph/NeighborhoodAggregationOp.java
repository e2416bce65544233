package io.github.jvig.model.graph;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.NeighborhoodAggregation;
import io.github.jvig.kernels.Spec;
import java.util.List;

/**
 * A sum of neighbors with weights that were computed for each pixel and head ({@link NeighborhoodAggregation}). It reads the map of the values,
 * then that of the weights.
 *
 * @param heads       number of heads
 * @param kernel      taps along a side, odd
 * @param channels    channels of the result, and of the values that are read
 * @param firstValue  first channel of the values
 * @param firstWeight channel of the first tap of head 0
 * @param weightStep  channels from one head's first tap to the next one's
 * @param bias        {@code [heads][2 * kernel - 1][2 * kernel - 1]}
 */
public record NeighborhoodAggregationOp(int heads, int kernel, int channels, int firstValue, int firstWeight,
        int weightStep, float[] bias) implements Op {
    /**
     * Checks the biases. The other numbers are checked with a map's, in {@link #spec}.
     *
     * @throws IllegalArgumentException when there are too many or too few
     */
    public NeighborhoodAggregationOp {
        if (bias.length != heads * (2 * kernel - 1) * (2 * kernel - 1)) {
            throw new IllegalArgumentException("a neighborhood aggregation of " + heads + " heads and " + kernel + "x"
                    + kernel + " taps does not have " + bias.length + " biases");
        }
    }

    @Override
    public int arity() {
        return 2;
    }

    @Override
    public int channels(List<Integer> inputs) {
        return channels;
    }

    @Override
    public Spec spec(List<MapLayout> inputs) {
        MapLayout in = inputs.getFirst();
        return new NeighborhoodAggregation(in, firstValue, in.withChannels(inputs.getLast().channels()), firstWeight,
                weightStep, in.withChannels(channels), heads, kernel);
    }

    @Override
    public float[] weights(Spec spec) {
        return bias;
    }

    @Override
    public long parameters() {
        return bias.length;
    }

    @Override
    public String describe() {
        return "neighborhood aggregation " + kernel + "x" + kernel + ", " + heads + " heads";
    }
}
