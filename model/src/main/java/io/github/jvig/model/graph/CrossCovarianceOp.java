package io.github.jvig.model.graph;

import io.github.jvig.kernels.AttentionHeads;
import io.github.jvig.kernels.CrossCovariance;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Spec;
import java.util.List;

/**
 * Attention among the channels of a head ({@link CrossCovariance}).
 *
 * @param layout      number and sizes of the heads, and in which of the inputs they lie
 * @param temperature one factor of the scores for each head
 * @param epsilon     the least length that a channel is divided by
 */
public record CrossCovarianceOp(AttentionHeads layout, float[] temperature, double epsilon) implements Op {
    /**
     * Checks the number of temperatures.
     *
     * @throws IllegalArgumentException when there are not as many as heads
     */
    public CrossCovarianceOp {
        if (temperature.length != layout.heads()) {
            throw new IllegalArgumentException("cross-covariance attention of " + layout.heads() + " heads with "
                    + temperature.length + " temperatures");
        }
    }

    @Override
    public int arity() {
        return layout.inputs();
    }

    @Override
    public int channels(List<Integer> inputs) {
        layout.check(inputs);
        return layout.outChannels();
    }

    @Override
    public CrossCovariance spec(List<MapLayout> inputs) {
        MapLayout query = inputs.get(layout.query().input());
        return new CrossCovariance(inputs, query.withChannels(layout.outChannels()), layout, epsilon);
    }

    @Override
    public float[] weights(Spec spec) {
        return temperature;
    }

    @Override
    public long parameters() {
        return temperature.length;
    }

    @Override
    public String describe() {
        return "cross-covariance attention, " + layout.heads() + " heads";
    }
}
