package io.github.jvig.kernels;

import java.util.List;

/**
 * The scores of attention by themselves: for each head, the products of each query with each key,
 * {@code out[p][h * keys + j] = sum over c of in[p][h * dim + c] * key[j][h * dim + c]}. No weights, no softmax. {@link Attention} does more in
 * one; this is for nets that make something else of the scores, such as the dynamic kernels of OverLoCK (Lou and Yu, arXiv 2502.20087).
 *
 * <p>Rounding: the scalar kernel adds in double, the vector kernel in float in any order. The tests allow {@code (dim + 2) * 2^-24} times the
 * sum of the absolute products.
 *
 * <p>NaN in a query makes the scores of its pixel and head NaN, in a key those with that key; so does an infinity times zero.
 *
 * @param in        shape of the queries, {@code heads * dim} channels
 * @param keyLayout shape of the keys: as many channels, pixels of any number
 * @param out       shape of the result: the size of the queries, {@code heads * keys} channels
 * @param heads     number of heads, a divisor of the channels
 */
public record AttentionScores(MapLayout in, MapLayout keyLayout, MapLayout out, int heads) implements Spec {
    /**
     * Checks the shapes.
     *
     * @throws IllegalArgumentException when a map is not padded, or the shapes do not fit each other
     */
    public AttentionScores {
        in.requirePadded();
        keyLayout.requirePadded();
        out.requirePadded();
        if (heads < 1 || in.channels() % heads > 0 || keyLayout.channels() != in.channels()) {
            throw new IllegalArgumentException(
                    "queries of " + in + " and keys of " + keyLayout + " do not go together in " + heads + " heads");
        }
        if (!out.sameShape(in.withChannels(Math.multiplyExact(heads, keyLayout.pixels())))) {
            throw new IllegalArgumentException("scores of " + in + " by " + keyLayout + " do not give " + out);
        }
    }

    /**
     * Scores whose result gets a layout of its own.
     *
     * @param in        shape of the queries, {@code heads * dim} channels
     * @param keyLayout shape of the keys: as many channels, pixels of any number
     * @param heads     number of heads, a divisor of the channels
     * @throws IllegalArgumentException when a map is not padded, or the shapes do not fit each other
     */
    public AttentionScores(MapLayout in, MapLayout keyLayout, int heads) {
        this(in, keyLayout, in.withChannels(Math.multiplyExact(Math.max(1, heads), keyLayout.pixels())), heads);
    }

    /** {@return channels of a query and of a key of one head} */
    public int dim() {
        return in.channels() / heads;
    }

    /** {@return number of keys} */
    public int keys() {
        return keyLayout.pixels();
    }

    @Override
    public long macs() {
        return (long) in.pixels() * keys() * in.channels();
    }

    @Override
    public String operation() {
        return "attention-scores";
    }

    @Override
    public List<MapLayout> inputs() {
        return List.of(in, keyLayout);
    }

    @Override
    public String toString() {
        return "attention-scores " + in + " by " + keyLayout + ", " + heads + " heads";
    }
}
