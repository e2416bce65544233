package io.github.jvig.kernels;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The max-relative graph feature over cyclic shifts, beside the input: {@code out[p] = concat(x[p], m[p])} with
 * {@code m[p][c] = max(0, max over shifts s of difference(x[p][c], x[p - s][c]))}. A shift of {@code (dy, dx)} brings pixel
 * {@code ((y - dy) mod H, (x - dx) mod W)} to {@code (y, x)}, as {@code torch.roll} does. The input's channels come first in the output,
 * m's right behind them ({@code channels} and {@code 2 * channels} without a gap).
 *
 * <p>The max-relative graph convolution (MRConv) is from Li et al., arXiv 1904.03751; on fixed shifts (Sparse Vision Graph Attention, SVGA)
 * it is from MobileViG, Munir et al., arXiv 2307.00395. No weights.
 *
 * <p>Rounding: each difference is rounded to float and nothing is added, so scalar and vector kernels give the same bits.
 *
 * <p>NaN and infinities: x is copied as it is. A difference that is NaN makes {@code m[p][c]} NaN, as {@code torch.max} does: one of NaN, in
 * the pixel itself or in a neighbor, and one of two equal infinities. Other infinities follow IEEE 754: {@code m[p][c]} is infinite where a
 * difference is positive infinity and none is NaN. Without a shift m is 0 whatever x is.
 *
 * @param in         shape of x
 * @param out        shape of the result: twice the channels
 * @param shifts     the shifts taken; none gives m = 0
 * @param difference which of the two is subtracted from the other
 */
public record MaxRelative(MapLayout in, MapLayout out, List<Shift> shifts, Difference difference) implements Spec {

    /**
     * A cyclic shift. A shift up or left by k is one down or right by {@code H - k} or {@code W - k}.
     *
     * @param dy rows down, in {@code [0, H)}
     * @param dx columns to the right, in {@code [0, W)}
     */
    public record Shift(int dy, int dx) {}

    /** Direction of the difference: MobileViG subtracts the neighbor from the pixel, MobileViGv2 and GreedyViG the pixel from the neighbor. */
    public enum Difference {
        /** {@code x[p] - x[p - s]}. */
        SELF_MINUS_NEIGHBOR,
        /** {@code x[p - s] - x[p]}. */
        NEIGHBOR_MINUS_SELF
    }

    /**
     * Checks the shapes and the shifts.
     *
     * @throws IllegalArgumentException when a map is not padded, the result does not have twice the channels, or a shift is negative or not
     *                                  below the map's size
     */
    public MaxRelative {
        in.requirePadded();
        out.requirePadded();
        shifts = List.copyOf(shifts);
        if (!out.sameShape(in.withChannels(2 * in.channels()))) {
            throw new IllegalArgumentException("a max-relative of " + in + " does not give " + out);
        }
        for (Shift s : shifts) {
            checkInside(s, in);
        }
    }

    /**
     * The feature beside its input, in the usual layout.
     *
     * @param in         shape of x
     * @param shifts     the shifts taken; none gives m = 0
     * @param difference which of the two is subtracted from the other
     * @throws IllegalArgumentException when the input is not padded, or a shift is negative or not below the map's size
     */
    public MaxRelative(MapLayout in, List<Shift> shifts, Difference difference) {
        this(in, in.withChannels(2 * in.channels()), shifts, difference);
    }

    static void checkInside(Shift s, MapLayout map) {
        if (s.dy() < 0 || s.dy() >= map.height() || s.dx() < 0 || s.dx() >= map.width()) {
            throw new IllegalArgumentException("shift (" + s.dy() + ", " + s.dx() + ") lies outside a map of " + map);
        }
    }

    /**
     * Sparse Vision Graph Attention, MobileViG, arXiv 2307.00395: shifts by k, 2k, ... below the height, then below the width, pixel minus
     * neighbor.
     *
     * @param in shape of x
     * @param k  the distance between neighbors in pixels, at least 1
     * @return the spec
     * @throws IllegalArgumentException when {@code k} is below 1 or the input is not padded
     */
    public static MaxRelative svga(MapLayout in, int k) {
        if (k < 1) {
            throw new IllegalArgumentException("SVGA's K is at least 1, not " + k);
        }
        List<Shift> shifts = new java.util.ArrayList<>();
        for (int i = k; i < in.height(); i += k) {
            shifts.add(new Shift(i, 0));
        }
        for (int i = k; i < in.width(); i += k) {
            shifts.add(new Shift(0, i));
        }
        return new MaxRelative(in, shifts, Difference.SELF_MINUS_NEIGHBOR);
    }

    /**
     * Four neighbors, {@code k} pixels up, down, left and right, neighbor minus pixel: MobileViGv2, arXiv 2406.05850. Along a side that is
     * no longer than k a pixel has no neighbor but itself, which gives 0.
     *
     * @param in shape of x
     * @param k  the distance of the neighbors in pixels, at least 1
     * @return the spec
     * @throws IllegalArgumentException when {@code k} is below 1 or the input is not padded
     */
    public static MaxRelative cross(MapLayout in, int k) {
        if (k < 1) {
            throw new IllegalArgumentException("the distance K of graph neighbors is at least 1, not " + k);
        }
        Set<Shift> shifts = new LinkedHashSet<>();
        if (k < in.height()) {
            shifts.add(new Shift(k, 0));
            shifts.add(new Shift(in.height() - k, 0));
        }
        if (k < in.width()) {
            shifts.add(new Shift(0, k));
            shifts.add(new Shift(0, in.width() - k));
        }
        return new MaxRelative(in, List.copyOf(shifts), Difference.NEIGHBOR_MINUS_SELF);
    }

    @Override
    public String operation() {
        return "max-relative";
    }

    @Override
    public List<MapLayout> inputs() {
        return List.of(in);
    }

    @Override
    public String toString() {
        return "max-relative " + in + " over " + shifts.size() + " shifts";
    }
}
