package io.github.jvig.model.graph;

import io.github.jvig.kernels.Attention;
import io.github.jvig.kernels.AttentionHeads;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Partition;
import io.github.jvig.kernels.Spec;
import java.util.List;
import java.util.Objects;

/**
 * Multi-head attention among the pixels of a map, or from the pixels of one map to those of another ({@link Attention}).
 *
 * @param layout    number and sizes of the heads, and in which of the inputs they lie
 * @param partition which pixels attend to each other
 * @param scale     factor of the scores
 * @param bias      added to the scores; null for none
 */
public record AttentionOp(AttentionHeads layout, Partition partition, double scale, ScoreBias bias)
        implements
            Op {
    /**
     * Checks that the biases are for these heads.
     *
     * @throws IllegalArgumentException when they are for another number of heads
     */
    public AttentionOp {
        Objects.requireNonNull(layout, "layout");
        Objects.requireNonNull(partition, "partition");
        if (bias != null && bias.heads() != layout.heads()) {
            throw new IllegalArgumentException(
                    "attention of " + layout.heads() + " heads with biases for " + bias.heads());
        }
    }

    /**
     * Attention among all pixels of a map, whose channels hold a query, a key and a value for each head. To a score is added a bias that
     * depends on the head and on how far the two pixels are apart.
     *
     * @param heads     number of heads
     * @param keyDim    channels of a query and of a key
     * @param valueDim  channels of a value
     * @param height    rows of the map
     * @param width     columns of the map
     * @param biasTable {@code [heads][rows apart][columns apart]}, of {@code heads * height * width} numbers in C order
     * @throws IllegalArgumentException when {@code biasTable} has another length
     */
    public AttentionOp(int heads, int keyDim, int valueDim, int height, int width, float[] biasTable) {
        this(AttentionHeads.byHead(heads, keyDim, valueDim), Partition.WHOLE, Attention.usualScale(keyDim),
                AttentionBias.byDistance(heads, height, width, biasTable));
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

    /** @throws IllegalArgumentException when the maps or windows are not of the size that the biases are for */
    @Override
    public Attention spec(List<MapLayout> inputs) {
        MapLayout query = inputs.get(layout.query().input());
        Attention spec = new Attention(inputs, query.withChannels(layout.outChannels()), layout, partition, scale,
                bias != null, bias != null && bias.windows() > 1);
        if (bias != null) {
            bias.check(spec);
        }
        return spec;
    }

    @Override
    public float[] weights(Spec spec) {
        return bias == null ? null : bias.pairs((Attention) spec);
    }

    @Override
    public long parameters() {
        return bias == null ? 0 : bias.parameters();
    }

    @Override
    public String describe() {
        String windows = partition.kind() == Partition.Kind.WHOLE ? "" : ", " + partition;
        return "attention, " + layout.heads() + " heads" + windows;
    }
}
