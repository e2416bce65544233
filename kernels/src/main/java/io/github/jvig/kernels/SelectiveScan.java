package io.github.jvig.kernels;

import java.util.List;

/**
 * A state space model whose step and whose ways in and out depend on the pixel, run over a map in four orders: the selective scan of Mamba,
 * Gu and Dao, arXiv 2312.00752, as PlainMamba runs it over images, Yang et al., arXiv 2403.17695.
 *
 * <p>Order 0 goes along the rows from the top, to the right and to the left by turns; order 1 is its reverse; order 2 goes along the columns
 * from the left, down and up by turns; order 3 is its reverse. An order gives for step t the pixel {@code p(t)} and the direction {@code m(t)}
 * in which it was reached: 0 for the start, 1 for right, 2 left, 3 up, 4 down. With u, d and w the three maps, and t counted along the rows
 * where it stands for a pixel, a channel c has in each order N states h, zero at first, and
 * {@code s = softplus(d[t][c] + bias[c])}, {@code h[n] = exp(s * A[c][n]) * h[n] + s * (w[t][b + n] + direction[m(t)][n]) * u[p(t)][c]},
 * {@code y = sum over n of w[t][k + n] * h[n] + skip[c] * u[p(t)][c]}, which is added to {@code out[p(t)][c]}. Note that only u and the result
 * follow the order of the pixels; steps and states are read along the rows, as in the published nets.
 *
 * <p>{@code A[c][n] = -exp(a[c][n])}. Weights: {@code a [channels][states]}, then {@code skip [channels]}, then
 * {@code direction [5][states]}; biases: {@code [channels]}.
 *
 * <p>Rounding: the scalar kernel computes in double and rounds once. The vector kernel computes in float, with exponentials and logarithms by
 * polynomials of a relative error below 1.2e-7; as states only decay, errors do not grow but by their sum.
 *
 * <p>NaN or infinity in a pixel makes all results of a channel that come after it in an order undefined: NaN or infinite for NaN in u, and for
 * NaN in d. Weights are finite, and a at most 80.
 *
 * @param in         shape of u, and of the result
 * @param step       shape of d: that of u
 * @param projection shape of w: the size of u, with the states' ways in and out among its channels
 * @param out        shape of the result: that of u
 * @param states     N, at least 1
 * @param wayIn      b, the first channel of w that leads into a state
 * @param wayOut     k, the first channel of w that leads out of one
 */
public record SelectiveScan(MapLayout in, MapLayout step, MapLayout projection, MapLayout out, int states, int wayIn,
        int wayOut) implements Spec {
    /** Orders in which the pixels are run through. */
    public static final int ORDERS = 4;
    /** Directions in which a pixel is reached, the start among them. */
    public static final int DIRECTIONS = 5;
    private static final int RIGHT = 1;
    private static final int LEFT = 2;
    private static final int UP = 3;
    private static final int DOWN = 4;

    /**
     * Checks the shapes.
     *
     * @throws IllegalArgumentException when a map is not padded, the shapes differ, there is no state, or w has not the channels
     */
    public SelectiveScan {
        for (MapLayout map : List.of(in, step, projection, out)) {
            map.requirePadded();
        }
        if (!in.sameShape(step) || !in.sameShape(out) || in.height() != projection.height()
                || in.width() != projection.width()) {
            throw new IllegalArgumentException("a selective scan of " + in + " does not take " + step + " and "
                    + projection + ", or give " + out);
        }
        if (states < 1 || wayIn < 0 || wayOut < 0
                || Math.max(wayIn, wayOut) > projection.channels() - (long) states) {
            throw new IllegalArgumentException("a selective scan with " + states + " states from channels " + wayIn
                    + " and " + wayOut + " of " + projection);
        }
    }

    /**
     * The order of the pixels.
     *
     * @param order 0 to 3
     * @return the pixel of each step, counted along the rows
     * @throws IllegalArgumentException when there is no such order
     */
    public int[] pixels(int order) {
        if (order < 0 || order >= ORDERS) {
            throw new IllegalArgumentException("a selective scan has no order " + order);
        }
        int pixels = in.pixels();
        boolean rows = order < 2;
        int length = rows ? in.width() : in.height();
        int[] result = new int[pixels];
        for (int t = 0; t < pixels; t++) {
            int line = t / length;
            int place = line % 2 == 0 ? t % length : length - 1 - t % length;
            result[order % 2 == 0 ? t : pixels - 1 - t] = rows
                    ? line * in.width() + place
                    : place * in.width() + line;
        }
        return result;
    }

    /**
     * The directions in which the pixels of an order are reached.
     *
     * @param order 0 to 3
     * @return the direction of each step: 0 for the start, 1 for right, 2 left, 3 up, 4 down
     * @throws IllegalArgumentException when there is no such order
     */
    public int[] directions(int order) {
        int[] path = pixels(order);
        int[] result = new int[path.length];
        for (int t = 1; t < path.length; t++) {
            int down = path[t] / in.width() - path[t - 1] / in.width();
            if (down != 0) {
                result[t] = down > 0 ? DOWN : UP;
            } else {
                result[t] = path[t] > path[t - 1] ? RIGHT : LEFT;
            }
        }
        return result;
    }

    /** {@return the first weight of the skips} */
    public int skips() {
        return in.channels() * states;
    }

    /** {@return the first weight of the directions} */
    public int directionWeights() {
        return skips() + in.channels();
    }

    @Override
    public String operation() {
        return "selective-scan";
    }

    @Override
    public List<MapLayout> inputs() {
        return List.of(in, step, projection);
    }

    @Override
    public int weightCount() {
        return Math.addExact(Math.multiplyExact(in.channels(), states + 1), DIRECTIONS * states);
    }

    @Override
    public int biasCount() {
        return in.channels();
    }

    /** Three for each state, pixel and order: into the state, the decay, and out of it. */
    @Override
    public long macs() {
        return 3L * ORDERS * in.pixels() * in.channels() * states;
    }

    @Override
    public String toString() {
        return "selective-scan " + in + ", " + states + " states";
    }
}
