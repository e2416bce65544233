package io.github.jvig.kernels;

import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * Attention without a softmax, in which keys and values are multiplied first, so that the work grows with the number of pixels, not with its
 * square. With f the {@link Feature}, applied to queries and keys, for head h and query i,
 * {@code out[i][h] = (f(q[i]) . sum over keys j of f(k[j]) v[j]^T) / (f(q[i]) . sum over j of f(k[j]) + e)}, where e is epsilon, or
 * {@code epsilon * keys} if the sums are means. The results of the heads lie one behind the other. No weights.
 *
 * <p>Katharopoulos et al., arXiv 2006.16236.
 *
 * <p>Rounding: the scalar kernel computes in double and rounds once. The vector kernel adds in float, in an order that is fixed for one vector
 * width; its error is relative to the sum of the absolute products.
 *
 * <p>NaN in a key or value makes results of its head NaN; in a query, those of its pixel. A divisor of zero gives infinities or NaN.
 *
 * @param inputs   shapes of the maps that hold queries, keys and values; those of keys and of values have the same size
 * @param out      shape of the result: the size of the query map, {@code heads * valueDim} channels
 * @param layout   number and sizes of the heads, and where they lie
 * @param feature  applied to queries and keys
 * @param averaged whether keys, and keys times values, are averaged over the pixels; otherwise they are summed
 * @param epsilon  added to the divisor; finite, at least 0
 */
public record LinearAttention(List<MapLayout> inputs, MapLayout out, AttentionHeads layout, Feature feature,
        boolean averaged, double epsilon) implements Spec {
    /** What is applied to queries and keys, which should make them positive. */
    public enum Feature {
        /** Nothing: they are as they should be. */
        IDENTITY,
        /** {@code max(0, x)}: EfficientViT, Cai et al., arXiv 2205.14756. */
        RELU,
        /** {@code elu(x) + 1}: x + 1 for positive x, otherwise {@code exp(x)}. CARE-Transformer, Zhou et al., arXiv 2411.16170. */
        ELU_PLUS_ONE;

        /**
         * Applies it.
         *
         * @param x a number
         * @return the feature; NaN for NaN
         */
        public double apply(double x) {
            return switch (this) {
                case IDENTITY -> x;
                case RELU -> Math.max(0, x);
                case ELU_PLUS_ONE -> x > 0 ? x + 1 : Math.exp(x);
            };
        }
    }

    /**
     * Checks the numbers and the shapes.
     *
     * @throws IllegalArgumentException when a shape does not fit the heads, a map is not padded, or epsilon is negative or not finite
     */
    public LinearAttention {
        inputs = List.copyOf(inputs);
        Objects.requireNonNull(feature, "feature");
        layout.check(inputs, out);
        if (!(epsilon >= 0 && epsilon < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("the epsilon of linear attention is not negative, as " + epsilon);
        }
    }

    /** {@return shape of the map of the queries} */
    public MapLayout queryMap() {
        return inputs.get(layout.query().input());
    }

    /** {@return shape of the map of the keys} */
    public MapLayout keyMap() {
        return inputs.get(layout.key().input());
    }

    /** {@return what is added to the divisor when it is a sum: epsilon, or epsilon times the number of keys} */
    public double sumEpsilon() {
        return averaged ? epsilon * keyMap().pixels() : epsilon;
    }

    /** Of keys by values, and of queries by these and by the keys. The sum of the keys is one more product, the mean is not. */
    @Override
    public long macs() {
        long queries = (long) queryMap().pixels() * (layout.valueDim() + 1);
        long keys = (long) keyMap().pixels() * (layout.valueDim() + (averaged ? 0 : 1));
        return layout.heads() * layout.keyDim() * (queries + keys);
    }

    @Override
    public String operation() {
        return "linear-attention";
    }

    @Override
    public String toString() {
        return "linear-attention " + feature.name().toLowerCase(Locale.ROOT).replace('_', '-') + " " + queryMap() + "->"
                + out.channels() + ", " + layout.heads() + " heads, keys " + layout.keyDim();
    }
}
