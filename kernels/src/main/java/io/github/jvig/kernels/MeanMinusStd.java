package io.github.jvig.kernels;

import java.util.List;

/**
 * The mean of a map of one channel less its standard deviation, the unbiased one: {@code mean - sqrt(sum of (x - mean)^2 / (n - 1))}. Of a
 * single pixel it is NaN, as it is with {@code torch.std}. Sums are taken in double, in one order.
 */
public record MeanMinusStd(MapLayout in, MapLayout out) implements Spec {
    public MeanMinusStd {
        in.requirePadded();
        out.requirePadded();
        if (in.channels() != 1) {
            throw new IllegalArgumentException("a mean less deviation is that of one channel, not of " + in);
        }
        if (!out.sameShape(MapLayout.of(1, 1, 1))) {
            throw new IllegalArgumentException("a mean less deviation is one number, not " + out);
        }
    }

    public MeanMinusStd(MapLayout in) {
        this(in, MapLayout.of(1, 1, 1));
    }

    @Override
    public String operation() {
        return "mean-minus-std";
    }

    @Override
    public List<MapLayout> inputs() {
        return List.of(in);
    }

    @Override
    public String toString() {
        return "mean-minus-std " + in;
    }
}
