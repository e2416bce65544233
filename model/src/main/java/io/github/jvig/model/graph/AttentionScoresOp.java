package io.github.jvig.model.graph;

import io.github.jvig.kernels.AttentionScores;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Spec;
import java.util.List;

/**
 * The products of queries and keys ({@link AttentionScores}). It reads the map of the queries, then that of the keys. The number of its channels
 * is that of the keys, so it is given, and maps of keys with other sizes are refused.
 *
 * @param heads number of heads
 * @param keys  number of keys, the pixels of their map
 */
public record AttentionScoresOp(int heads, int keys) implements Op {
    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException when one is below 1
     */
    public AttentionScoresOp {
        if (heads < 1 || keys < 1) {
            throw new IllegalArgumentException("scores of " + heads + " heads by " + keys + " keys");
        }
    }

    @Override
    public int arity() {
        return 2;
    }

    @Override
    public int channels(List<Integer> inputs) {
        Channels.require(inputs, inputs.getLast());
        if (inputs.getFirst() % heads > 0) {
            throw new IllegalArgumentException(heads + " heads do not divide " + inputs.getFirst() + " channels");
        }
        return Math.multiplyExact(heads, keys);
    }

    /** @throws IllegalArgumentException when there is another number of keys */
    @Override
    public Spec spec(List<MapLayout> inputs) {
        AttentionScores spec = new AttentionScores(inputs.getFirst(), inputs.getLast(), heads);
        if (spec.keys() != keys) {
            throw new IllegalArgumentException("reads " + keys + " keys and gets " + inputs.getLast());
        }
        return spec;
    }

    @Override
    public String describe() {
        return "attention scores, " + heads + " heads by " + keys + " keys";
    }
}
