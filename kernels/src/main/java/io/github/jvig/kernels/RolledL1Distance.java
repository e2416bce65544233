package io.github.jvig.kernels;

import java.util.List;
import java.util.Objects;

/**
 * How far each pixel is from the one that a cyclic shift brings to it: {@code out[p][0] = sum over c of |x[p][c] - x[p - s][c]|}, the L1
 * distance over the channels. Shifts are those of {@link MaxRelative}. No weights. Part of the dynamic axial graph construction of
 * GreedyViG, arXiv 2405.06849.
 *
 * <p>Rounding: the scalar kernel adds in double, in the order of the channels, and rounds once. The vector kernel adds in float, in an order
 * that is fixed for one vector width. The tests allow {@code (channels + 1) * 2^-24} times the distance.
 *
 * <p>NaN in a pixel makes its distance, and that of the pixel that the shift brings it to, NaN. An infinity against a finite value is
 * infinitely far; against an infinity of the same sign the distance is NaN.
 *
 * @param in    shape of x
 * @param out   shape of the result: the same size with one channel
 * @param shift the shift s
 */
public record RolledL1Distance(MapLayout in, MapLayout out, MaxRelative.Shift shift) implements Spec {
    /**
     * Checks the shapes and the shift.
     *
     * @throws IllegalArgumentException when a map is not padded, the result is not of the same size with one channel, or the shift is
     *                                  negative or not below the map's size
     */
    public RolledL1Distance {
        in.requirePadded();
        out.requirePadded();
        Objects.requireNonNull(shift, "shift");
        if (!out.sameShape(in.withChannels(1))) {
            throw new IllegalArgumentException("distances on a map of " + in + " are no map of " + out);
        }
        MaxRelative.checkInside(shift, in);
    }

    /**
     * Distances on a map, in the usual layout.
     *
     * @param in    shape of x
     * @param shift the shift s
     * @throws IllegalArgumentException when the input is not padded, or the shift is negative or not below the map's size
     */
    public RolledL1Distance(MapLayout in, MaxRelative.Shift shift) {
        this(in, in.withChannels(1), shift);
    }

    /**
     * From each pixel to the one half the map away along both sides, halves rounded up.
     *
     * @param in shape of x
     * @return the spec; a side of one pixel is not shifted
     * @throws IllegalArgumentException when the input is not padded
     */
    public static RolledL1Distance halfway(MapLayout in) {
        return new RolledL1Distance(in,
                new MaxRelative.Shift((in.height() + 1) / 2 % in.height(), (in.width() + 1) / 2 % in.width()));
    }

    @Override
    public String operation() {
        return "rolled-l1-distance";
    }

    @Override
    public List<MapLayout> inputs() {
        return List.of(in);
    }

    @Override
    public String toString() {
        return "rolled-l1-distance " + in + " by (" + shift.dy() + ", " + shift.dx() + ")";
    }
}
