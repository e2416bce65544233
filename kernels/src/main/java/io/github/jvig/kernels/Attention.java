package io.github.jvig.kernels;

import java.util.List;

/**
 * Multi-head attention among all pixels (tokens) of a map, with a bias for each head and pair of tokens. A pixel of the input holds head
 * after head, and of each head a query q and a key k of {@code keyDim} channels and a value v of {@code valueDim}. For head h and token i,
 * {@code out[i][h] = sum over tokens j of softmax_j(q[i] . k[j] / sqrt(keyDim) + weight[h][i][j]) * v[j]}; the results of the heads lie one
 * behind the other. Weights: {@code [heads][tokens][tokens]}, which is the bias of each head, query token i and key token j. No other bias.
 *
 * <p>Vaswani et al., arXiv 1706.03762; with learned biases it is LeViT's, Graham et al., arXiv 2104.01136.
 *
 * <p>Rounding: the greatest score of a softmax is subtracted before the exponentials, so finite scores do not overflow. The scalar kernel
 * computes scores, sums and results in double, in the order of the tokens, and keeps the exponentials as floats. The vector kernel computes
 * in float, with exponentials by a polynomial of a relative error below 1.2e-7.
 *
 * <p>NaN: in a query it makes that token's result of the head NaN; in a key, all results of the head; in a channel of a value, that channel
 * of all results of the head. A score of positive infinity makes the token's result NaN; one of negative infinity is a share of zero. If all
 * scores of a token are negative infinity, its result is NaN. An infinite value with a share of zero gives NaN.
 *
 * @param in       shape of the input: {@code heads * (2 * keyDim + valueDim)} channels
 * @param out      shape of the result: the same size, {@code heads * valueDim} channels
 * @param heads    number of heads, at least 1
 * @param keyDim   channels of a query and of a key, at least 1
 * @param valueDim channels of a value, at least 1
 */
public record Attention(MapLayout in, MapLayout out, int heads, int keyDim, int valueDim) implements Spec {
    /**
     * Checks the numbers and the shapes.
     *
     * @throws IllegalArgumentException when a number is below 1, a shape does not fit them, or a map is not padded
     */
    public Attention {
        in.requirePadded();
        out.requirePadded();
        if (heads < 1 || keyDim < 1 || valueDim < 1) {
            throw new IllegalArgumentException("attention has at least one head, one channel of keys and one of values,"
                    + " not " + heads + ", " + keyDim + " and " + valueDim);
        }
        if (in.channels() != heads * (2L * keyDim + valueDim)) {
            throw new IllegalArgumentException("attention of " + heads + " heads with keys of " + keyDim
                    + " and values of " + valueDim + " channels does not take " + in);
        }
        if (!out.sameShape(in.withChannels(heads * valueDim))) {
            throw new IllegalArgumentException("attention of " + heads + " heads with values of " + valueDim
                    + " channels does not give " + out);
        }
    }

    /**
     * Attention whose result has the input's size.
     *
     * @param in       shape of the input: {@code heads * (2 * keyDim + valueDim)} channels
     * @param heads    number of heads, at least 1
     * @param keyDim   channels of a query and of a key, at least 1
     * @param valueDim channels of a value, at least 1
     * @throws IllegalArgumentException when a number is below 1, or the input does not have the channels for them or is not padded
     */
    public Attention(MapLayout in, int heads, int keyDim, int valueDim) {
        this(in, in.withChannels(heads * valueDim), heads, keyDim, valueDim);
    }

    /** {@return the channels that a head has in a pixel of the input: {@code 2 * keyDim + valueDim}} */
    public int headDim() {
        return 2 * keyDim + valueDim;
    }

    /** {@return the number of tokens: the pixels of the map} */
    public int tokens() {
        return in.pixels();
    }

    @Override
    public long macs() {
        return (long) heads * tokens() * tokens() * (keyDim + valueDim);
    }

    @Override
    public String operation() {
        return "attention";
    }

    @Override
    public List<MapLayout> inputs() {
        return List.of(in);
    }

    @Override
    public int weightCount() {
        return Math.multiplyExact(Math.multiplyExact(heads, tokens()), tokens());
    }

    @Override
    public String toString() {
        return "attention " + in + "->" + out.channels() + ", " + heads + " heads, keys " + keyDim;
    }
}
