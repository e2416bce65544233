package io.github.jvig.kernels;

import java.util.List;

/**
 * The sum of a pixel's neighbors, weighted with a softmax of weights that were computed for this pixel and head: a depthwise convolution of
 * {@code kernel x kernel} taps whose weights differ from pixel to pixel. The window around a pixel is moved inside of the map at borders, so that
 * it always has all its taps: it starts at row {@code clamp(y - kernel / 2, 0, H - kernel)}, and along columns alike. With q(t) the pixel at
 * tap t, and {@code dim} channels to a head,
 * {@code out[p][h * dim + c] = sum over t of softmax_t(weights[p][firstWeight + h * weightStep + t] + bias[h][q(t) - p]) * in[q(t)][firstValue + h * dim + c]}.
 *
 * <p>Neighborhood attention, Hassani et al., arXiv 2204.07143; its weights are products of queries and keys, those of OverLoCK (Lou and Yu,
 * arXiv 2502.20087) a projection of such products. Weights of the spec: the bias of each head and distance,
 * {@code [heads][2 * kernel - 1][2 * kernel - 1]}, where distance (dy, dx) is at {@code [h][dy + kernel - 1][dx + kernel - 1]}.
 *
 * <p>Rounding: the scalar kernel rounds exponentials to float and adds in double. The vector kernel adds in float, with exponentials by a
 * polynomial of a relative error below 1.2e-7.
 *
 * <p>NaN in a weight makes its pixel and head NaN; in a value, its channel of all pixels whose window it lies in.
 *
 * @param in           shape of the values
 * @param firstValue   first channel of the values that are read
 * @param weightLayout shape of the weights, as many rows and columns
 * @param firstWeight  channel of the first tap of head 0
 * @param weightStep   channels from one head's first tap to the next one's
 * @param out          shape of the result: the same size, {@code heads * dim} channels
 * @param heads        number of heads
 * @param kernel       taps along a side, odd; at most the map's height and width
 */
public record NeighborhoodAggregation(MapLayout in, int firstValue, MapLayout weightLayout, int firstWeight,
        int weightStep, MapLayout out, int heads, int kernel) implements Spec {
    /**
     * Checks the shapes.
     *
     * @throws IllegalArgumentException when a map is not padded, the kernel is not odd or larger than the map, or the shapes do not fit each
     *                                  other
     */
    public NeighborhoodAggregation {
        in.requirePadded();
        weightLayout.requirePadded();
        out.requirePadded();
        if (kernel < 1 || kernel % 2 == 0 || kernel > Math.min(in.height(), in.width())) {
            throw new IllegalArgumentException(
                    "a neighborhood of " + kernel + "x" + kernel + " pixels is not odd or does not fit into " + in);
        }
        if (heads < 1 || out.channels() % heads > 0 || !out.sameShape(in.withChannels(out.channels()))
                || firstValue < 0 || in.channels() - out.channels() < firstValue) {
            throw new IllegalArgumentException("a neighborhood aggregation of " + in + " from channel " + firstValue
                    + " on does not give " + out + " in " + heads + " heads");
        }
        if (!weightLayout.sameShape(in.withChannels(weightLayout.channels())) || firstWeight < 0 || weightStep < 0
                || firstWeight + (heads - 1L) * weightStep + (long) kernel * kernel > weightLayout.channels()) {
            throw new IllegalArgumentException("weights of " + weightLayout + " do not hold " + kernel * kernel
                    + " taps for each pixel of " + in + " and each of " + heads + " heads");
        }
    }

    /** {@return channels of a head} */
    public int dim() {
        return out.channels() / heads;
    }

    /** {@return number of taps} */
    public int taps() {
        return kernel * kernel;
    }

    /**
     * Where a window starts along one side.
     *
     * @param at   row or column of the pixel
     * @param size rows or columns of the map
     * @return the window's first row or column
     */
    public int start(int at, int size) {
        return Math.clamp(at - kernel / 2, 0, size - kernel);
    }

    @Override
    public int weightCount() {
        return heads * (2 * kernel - 1) * (2 * kernel - 1);
    }

    @Override
    public long macs() {
        return (long) in.pixels() * taps() * out.channels();
    }

    @Override
    public String operation() {
        return "neighborhood-aggregation";
    }

    @Override
    public List<MapLayout> inputs() {
        return List.of(in, weightLayout);
    }

    @Override
    public String toString() {
        return "neighborhood-aggregation " + out + ", " + kernel + "x" + kernel + ", " + heads + " heads";
    }
}
