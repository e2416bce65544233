package io.github.jvig.kernels;

import java.util.List;

/**
 * Cross-covariance attention: channels of a head attend to each other, not pixels. With qn and kn the queries and keys, each channel divided by
 * its Euclidean length over all pixels, or by epsilon if that is greater, {@code a[c][d] = softmax_d(weight[h] * sum over pixels i of
 * qn[i][c] kn[i][d])}, and {@code out[i][h][c] = sum over d of a[c][d] v[i][d]}. The results of the heads lie one behind the other. Weights:
 * {@code [heads]}, the temperatures. No biases.
 *
 * <p>El-Nouby et al., arXiv 2106.09681; used by EdgeNeXt, Maaz et al., arXiv 2206.10589.
 *
 * <p>Rounding: the scalar kernel computes in double and rounds once. The vector kernel adds in float, in an order that is fixed for one vector
 * width. Where squares of queries or keys overflow, it computes that head as the scalar kernel does.
 *
 * <p>NaN in a channel of a query makes that channel of all results of the head NaN; in a key, all results of the head; in a value, the results
 * of its pixel and head.
 *
 * @param inputs  shapes of the maps that hold queries, keys and values, all of one size
 * @param out     shape of the result: the same size, {@code heads * valueDim} channels
 * @param layout  number and sizes of the heads, and where they lie; keys and values have as many channels
 * @param epsilon the least divisor, positive and finite
 */
public record CrossCovariance(List<MapLayout> inputs, MapLayout out, AttentionHeads layout, double epsilon)
        implements
            Spec {
    /**
     * Checks the numbers and the shapes.
     *
     * @throws IllegalArgumentException when a shape does not fit the heads, keys and values differ in channels, maps differ in size, a map is
     *                                  not padded, or epsilon is NaN, infinite or not above 0
     */
    public CrossCovariance {
        inputs = List.copyOf(inputs);
        if (layout.keyDim() != layout.valueDim()) {
            throw new IllegalArgumentException("cross-covariance attention has as many channels of values as of keys, "
                    + layout.keyDim() + ", not " + layout.valueDim());
        }
        layout.check(inputs, out);
        MapLayout query = inputs.get(layout.query().input());
        MapLayout key = inputs.get(layout.key().input());
        if (query.height() != key.height() || query.width() != key.width()) {
            throw new IllegalArgumentException(
                    "cross-covariance attention has queries and keys of one size, not " + query + " and " + key);
        }
        ChannelNorm.requireEpsilon(epsilon);
    }

    @Override
    public long macs() {
        return 2L * layout.heads() * layout.keyDim() * layout.keyDim() * in().pixels();
    }

    @Override
    public String operation() {
        return "cross-covariance";
    }

    @Override
    public int weightCount() {
        return layout.heads();
    }

    @Override
    public String toString() {
        return "cross-covariance " + in() + "->" + out.channels() + ", " + layout.heads() + " heads of "
                + layout.keyDim();
    }
}
