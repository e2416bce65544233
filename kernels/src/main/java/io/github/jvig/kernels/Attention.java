package io.github.jvig.kernels;

import java.util.List;
import java.util.Objects;

/**
 * Multi-head attention among pixels (tokens). Of each head, every pixel of the query map has a query q, and every pixel of the key map a key
 * k and a value v. For head h and query i,
 * {@code out[i][h] = sum over keys j of softmax_j(scale * q[i] . k[j] + weight[h][i][j]) * v[j]}; the results of the heads lie one behind the
 * other. Where the three lie says {@link AttentionHeads}. The key map may be smaller than the query map. A {@link Partition} divides a map
 * into windows, and a query then meets the keys of its own window alone. Weights: {@code [heads][queries][keys]}, the bias of each head, query
 * and key of a window, the same in all windows; or {@code [windows][heads][queries][keys]}, those of each window, in the order of the windows'
 * first pixels, as for the masks of shifted windows (Swin, Liu et al., arXiv 2103.14030); or none. No other bias.
 *
 * <p>Vaswani et al., arXiv 1706.03762; with learned biases it is LeViT's, Graham et al., arXiv 2104.01136.
 *
 * <p>Rounding: the greatest score of a softmax is subtracted before the exponentials, so finite scores do not overflow. The scalar kernel
 * computes scores, sums and results in double, in the order of the tokens, and keeps the exponentials as floats. The vector kernel computes
 * in float, with exponentials by a polynomial of a relative error below 1.2e-7.
 *
 * <p>NaN: in a query it makes that token's result of the head NaN; in a key, all results of the head in the window; in a channel of a value,
 * that channel of all results of the head in the window. A score of positive infinity makes the token's result NaN; one of negative infinity
 * is a share of zero. If all scores of a token are negative infinity, its result is NaN. An infinite value with a share of zero gives NaN.
 *
 * @param inputs    shapes of the maps that hold queries, keys and values; those of keys and of values have the same size
 * @param out       shape of the result: the size of the query map, {@code heads * valueDim} channels
 * @param layout    number and sizes of the heads, and where they lie
 * @param partition which pixels attend to each other; in windows, all maps have one size
 * @param scale     factor of the scores, finite; usually {@code 1 / sqrt(keyDim)}
 * @param biased    whether there are weights
 * @param byWindow  whether each window has weights of its own
 */
public record Attention(List<MapLayout> inputs, MapLayout out, AttentionHeads layout, Partition partition, double scale,
        boolean biased, boolean byWindow) implements Spec {
    /**
     * Checks the numbers and the shapes.
     *
     * @throws IllegalArgumentException when a shape does not fit the heads or the partition, a map is not padded, the scale is not finite, or
     *                                  there are no windows or no weights and each window has its own
     */
    public Attention {
        inputs = List.copyOf(inputs);
        Objects.requireNonNull(partition, "partition");
        layout.check(inputs, out);
        if (partition.kind() != Partition.Kind.WHOLE) {
            MapLayout key = inputs.get(layout.key().input());
            AttentionHeads.requireSize("queries in windows", inputs.get(layout.query().input()), key);
            partition.check(key);
        }
        if (byWindow && (!biased || partition.kind() == Partition.Kind.WHOLE)) {
            throw new IllegalArgumentException("weights by window need weights and windows");
        }
        if (!Double.isFinite(scale)) {
            throw new IllegalArgumentException("the scale of attention is finite, not " + scale);
        }
    }

    /**
     * Attention whose weights, if there are any, are the same in all windows.
     *
     * @param inputs    shapes of the maps that hold queries, keys and values
     * @param out       shape of the result
     * @param layout    number and sizes of the heads, and where they lie
     * @param partition which pixels attend to each other
     * @param scale     factor of the scores
     * @param biased    whether there are weights
     * @throws IllegalArgumentException when a shape does not fit the heads or the partition, a map is not padded, or the scale is not finite
     */
    public Attention(List<MapLayout> inputs, MapLayout out, AttentionHeads layout, Partition partition, double scale,
            boolean biased) {
        this(inputs, out, layout, partition, scale, biased, false);
    }

    /**
     * Attention among all pixels of a map that holds head after head, each with query, key and value ({@link AttentionHeads#byHead}); scaled
     * by {@code 1 / sqrt(keyDim)}, with biases.
     *
     * @param in       shape of the input: {@code heads * (2 * keyDim + valueDim)} channels
     * @param out      shape of the result: the same size, {@code heads * valueDim} channels
     * @param heads    number of heads, at least 1
     * @param keyDim   channels of a query and of a key, at least 1
     * @param valueDim channels of a value, at least 1
     * @throws IllegalArgumentException when a number is below 1, or a shape does not fit them or is not padded
     */
    public Attention(MapLayout in, MapLayout out, int heads, int keyDim, int valueDim) {
        this(List.of(in), out, AttentionHeads.byHead(heads, keyDim, valueDim), Partition.WHOLE, usualScale(keyDim),
                true);
    }

    /**
     * The same; the result gets a layout of the input's size.
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

    /**
     * The factor that scores usually have.
     *
     * @param keyDim channels of a key
     * @return {@code 1 / sqrt(keyDim)}
     */
    public static double usualScale(int keyDim) {
        return 1 / Math.sqrt(keyDim);
    }

    /** {@return the number of heads} */
    public int heads() {
        return layout.heads();
    }

    /** {@return channels of a query and of a key} */
    public int keyDim() {
        return layout.keyDim();
    }

    /** {@return channels of a value} */
    public int valueDim() {
        return layout.valueDim();
    }

    /** {@return shape of the map of the queries} */
    public MapLayout queryMap() {
        return inputs.get(layout.query().input());
    }

    /** {@return shape of the map of the keys} */
    public MapLayout keyMap() {
        return inputs.get(layout.key().input());
    }

    /** {@return the number of windows: 1 without a partition} */
    public int windows() {
        return partition.windows(queryMap());
    }

    /** {@return the number of queries of a window} */
    public int queries() {
        return partition.windowPixels(queryMap());
    }

    /** {@return the number of keys of a window} */
    public int keys() {
        return partition.windowPixels(keyMap());
    }

    /**
     * Whether this is attention as {@link #Attention(MapLayout, int, int, int)} makes it, but for the padding of the result.
     *
     * @return whether all pixels of one map attend to each other, head after head, with the usual scale and with biases
     */
    public boolean isPlain() {
        return layout.equals(AttentionHeads.byHead(heads(), keyDim(), valueDim()))
                && partition.kind() == Partition.Kind.WHOLE && scale == usualScale(keyDim()) && biased;
    }

    /**
     * The number of tokens of {@link #isPlain plain} attention, where queries and keys are the same.
     *
     * @return the pixels of the map
     * @throws UnsupportedOperationException when this is not plain attention: a kernel that knows no other kind must not run it
     */
    public int tokens() {
        if (!isPlain()) {
            throw new UnsupportedOperationException("there is no kernel for this kind of attention: " + this);
        }
        return in().pixels();
    }

    @Override
    public long macs() {
        return (long) heads() * windows() * queries() * keys() * (keyDim() + valueDim());
    }

    @Override
    public String operation() {
        return "attention";
    }

    @Override
    public int weightCount() {
        int pairs = biased ? Math.multiplyExact(Math.multiplyExact(heads(), queries()), keys()) : 0;
        return byWindow ? Math.multiplyExact(windows(), pairs) : pairs;
    }

    @Override
    public String toString() {
        String windows = partition.kind() == Partition.Kind.WHOLE ? "" : ", " + partition;
        String keys = keyMap().sameShape(queryMap()) ? "" : " x " + keyMap();
        return "attention " + queryMap() + keys + "->" + out.channels() + ", " + heads() + " heads, keys " + keyDim()
                + windows + (byWindow ? ", biases by window" : "");
    }
}
