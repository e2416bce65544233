package io.github.jvig.kernels;

import java.util.ArrayList;
import java.util.List;

/**
 * {@link MaxRelative} over those neighbors only that are near: {@code out[p] = concat(x[p], m[p])} with
 * {@code m[p][c] = max(0, max of x[p - s][c] - x[p][c] over the shifts s with |x[p] - x[p - s]| < limit)}, distances by L1 over the
 * channels. The limit is the second operand, a map of one number; when it is NaN nothing is near. No weights.
 *
 * <p>With {@link RolledL1Distance#halfway} and {@link MeanMinusStd} for the limit and the shifts of {@link #axial} this is the dynamic
 * axial graph construction of GreedyViG, arXiv 2405.06849.
 *
 * <p>Rounding: differences are rounded to float once. Distances are rounded as in {@link RolledL1Distance}, so providers may decide
 * differently for a neighbor whose distance is within rounding of the limit; one kernel always decides the same.
 *
 * <p>NaN and infinities: x is copied as it is. A pixel with NaN or an infinity in any channel is near to none and none is near to it, whatever
 * the limit, so its m is 0.
 *
 * @param in     shape of x
 * @param out    shape of the result: twice the channels
 * @param shifts the shifts looked at, as in {@link MaxRelative}; none gives m = 0
 */
public record ThresholdedMaxRelative(MapLayout in, MapLayout out, List<MaxRelative.Shift> shifts) implements Spec {
    private static final MapLayout LIMIT = MapLayout.of(1, 1, 1);

    /**
     * Checks the shapes and the shifts.
     *
     * @throws IllegalArgumentException when a map is not padded, the result does not have twice the channels, or a shift is negative or not
     *                                  below the map's size
     */
    public ThresholdedMaxRelative {
        in.requirePadded();
        out.requirePadded();
        shifts = List.copyOf(shifts);
        if (!out.sameShape(in.withChannels(2 * in.channels()))) {
            throw new IllegalArgumentException("a max-relative of " + in + " does not give " + out);
        }
        for (MaxRelative.Shift s : shifts) {
            MaxRelative.checkInside(s, in);
        }
    }

    /**
     * The feature beside its input, in the usual layout.
     *
     * @param in     shape of x
     * @param shifts the shifts looked at
     * @throws IllegalArgumentException when the input is not padded, or a shift is negative or not below the map's size
     */
    public ThresholdedMaxRelative(MapLayout in, List<MaxRelative.Shift> shifts) {
        this(in, in.withChannels(2 * in.channels()), shifts);
    }

    /**
     * Shifts by k, 2k, ... below the height, then below the width. (The authors begin at 0: a pixel's difference to itself, which
     * changes nothing.)
     *
     * @param in shape of x
     * @param k  the distance between the pixels looked at, at least 1
     * @return the spec
     * @throws IllegalArgumentException when {@code k} is below 1 or the input is not padded
     */
    public static ThresholdedMaxRelative axial(MapLayout in, int k) {
        if (k < 1) {
            throw new IllegalArgumentException("the distance K of graph neighbors is at least 1, not " + k);
        }
        List<MaxRelative.Shift> shifts = new ArrayList<>();
        for (int i = k; i < in.height(); i += k) {
            shifts.add(new MaxRelative.Shift(i, 0));
        }
        for (int i = k; i < in.width(); i += k) {
            shifts.add(new MaxRelative.Shift(0, i));
        }
        return new ThresholdedMaxRelative(in, shifts);
    }

    @Override
    public String operation() {
        return "thresholded-max-relative";
    }

    /** x, and the limit as a map of one number. */
    @Override
    public List<MapLayout> inputs() {
        return List.of(in, LIMIT);
    }

    @Override
    public String toString() {
        return "thresholded-max-relative " + in + " over " + shifts.size() + " shifts";
    }
}
