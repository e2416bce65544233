package io.github.jvig.kernels;

import java.util.List;
import java.util.Objects;

/**
 * How far each pixel is from the one that a cyclic shift brings to it: {@code out[p][0] = sum over c of |x[p][c] - x[p - s][c]|}, the L1
 * distance over the channels. Shifts are those of {@link MaxRelative}.
 *
 * @param in    shape of x
 * @param out   the same size with one channel
 * @param shift the shift s
 */
public record RolledL1Distance(MapLayout in, MapLayout out, MaxRelative.Shift shift) implements Spec {
    public RolledL1Distance {
        in.requirePadded();
        out.requirePadded();
        Objects.requireNonNull(shift, "shift");
        if (!out.sameShape(in.withChannels(1))) {
            throw new IllegalArgumentException("distances on a map of " + in + " are no map of " + out);
        }
        MaxRelative.checkInside(shift, in);
    }

    public RolledL1Distance(MapLayout in, MaxRelative.Shift shift) {
        this(in, in.withChannels(1), shift);
    }

    /** From each pixel to the one half the map away along both sides, halves rounded up. */
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
