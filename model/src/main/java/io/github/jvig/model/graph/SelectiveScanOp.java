package io.github.jvig.model.graph;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.SelectiveScan;
import io.github.jvig.kernels.Spec;
import java.util.List;

/**
 * A state space model whose step and ways depend on the pixel, in four orders ({@link SelectiveScan}). It reads the map that goes through, the
 * steps, and a map with the states' ways in and out.
 *
 * @param channels channels of the first two maps and of the result
 * @param states   states of each channel
 * @param wayIn    first channel of the third map that leads into a state
 * @param wayOut   first channel of the third map that leads out of one
 * @param weight   the weights in the order of {@link SelectiveScan}
 * @param bias     {@code [channels]}, added to the steps
 */
public record SelectiveScanOp(int channels, int states, int wayIn, int wayOut, float[] weight, float[] bias)
        implements
            Op {
    private static final int INPUTS = 3;

    /**
     * Checks the numbers of weights and biases.
     *
     * @throws IllegalArgumentException when there are others than the spec wants
     */
    public SelectiveScanOp {
        long expected = channels * (states + 1L) + SelectiveScan.DIRECTIONS * (long) states;
        if (weight.length != expected || bias.length != channels) {
            throw new IllegalArgumentException("a selective scan of " + channels + " channels and " + states
                    + " states has " + expected + " weights and " + channels + " biases, not " + weight.length
                    + " and " + bias.length);
        }
    }

    @Override
    public int arity() {
        return INPUTS;
    }

    @Override
    public int channels(List<Integer> inputs) {
        int ways = Math.max(wayIn, wayOut) + states;
        if (inputs.get(0) != channels || inputs.get(1) != channels || inputs.get(2) < ways) {
            throw new IllegalArgumentException("a selective scan of " + channels + " channels with ways up to channel "
                    + ways + " does not take " + inputs);
        }
        return channels;
    }

    @Override
    public SelectiveScan spec(List<MapLayout> inputs) {
        MapLayout in = inputs.getFirst();
        return new SelectiveScan(in, inputs.get(1), inputs.get(2), in.withChannels(channels), states, wayIn, wayOut);
    }

    @Override
    public float[] weights(Spec spec) {
        return weight;
    }

    @Override
    public float[] biases() {
        return bias;
    }

    /** Without the biases, which are a tensor of the layer that gives the steps. */
    @Override
    public long parameters() {
        return weight.length;
    }

    @Override
    public String describe() {
        return "selective scan, " + states + " states";
    }
}
