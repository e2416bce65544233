package io.github.jvig.model.graph;

import io.github.jvig.kernels.AttentionHeads;
import io.github.jvig.kernels.LinearAttention;
import io.github.jvig.kernels.MapLayout;
import java.util.List;
import java.util.Objects;

/**
 * Attention in which keys and values are multiplied first ({@link LinearAttention}).
 *
 * @param layout   number and sizes of the heads, and in which of the inputs they lie
 * @param feature  applied to queries and keys
 * @param averaged whether keys, and keys times values, are averaged over the pixels; otherwise they are summed
 * @param epsilon  added to the divisor
 */
public record LinearAttentionOp(AttentionHeads layout, LinearAttention.Feature feature, boolean averaged,
        double epsilon) implements Op {
    /** Refuses null. */
    public LinearAttentionOp {
        Objects.requireNonNull(layout, "layout");
        Objects.requireNonNull(feature, "feature");
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
    public LinearAttention spec(List<MapLayout> inputs) {
        MapLayout query = inputs.get(layout.query().input());
        return new LinearAttention(inputs, query.withChannels(layout.outChannels()), layout, feature, averaged,
                epsilon);
    }

    @Override
    public String describe() {
        return "linear attention, " + layout.heads() + " heads";
    }
}
