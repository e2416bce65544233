package io.github.jvig.model.graph;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Partition;
import io.github.jvig.kernels.SeparableAttention;
import io.github.jvig.kernels.Spec;
import java.util.List;
import java.util.Objects;

/**
 * Values weighted with the sum of keys that a softmax of scores gives ({@link SeparableAttention}).
 *
 * @param partition which pixels the softmax goes over
 */
public record SeparableAttentionOp(Partition partition) implements Op {
    /** Refuses null. */
    public SeparableAttentionOp {
        Objects.requireNonNull(partition, "partition");
    }

    @Override
    public int channels(List<Integer> inputs) {
        int channels = inputs.getFirst();
        if (channels < 3 || channels % 2 == 0) {
            throw new IllegalArgumentException("takes a score, a key and a value of as many channels, not " + channels);
        }
        return channels / 2;
    }

    @Override
    public Spec spec(List<MapLayout> inputs) {
        return new SeparableAttention(inputs.getFirst(), partition);
    }

    @Override
    public String describe() {
        return "separable attention";
    }
}
