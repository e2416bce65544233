package io.github.jvig.model.graph;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.MeanMinusStd;
import io.github.jvig.kernels.Spec;
import java.util.List;

/** The mean of a map of one channel minus its standard deviation: one number. */
public record MeanMinusStdOp() implements Op {
    @Override
    public int channels(List<Integer> inputs) {
        return Channels.require(inputs, 1);
    }

    @Override
    public Spec spec(List<MapLayout> inputs) {
        return new MeanMinusStd(inputs.getFirst());
    }

    @Override
    public String describe() {
        return "mean minus standard deviation";
    }
}
