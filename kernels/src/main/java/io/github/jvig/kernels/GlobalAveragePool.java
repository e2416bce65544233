package io.github.jvig.kernels;

import java.util.List;

/** The mean over all pixels, channel by channel: {@code [H][W][C] -> [1][1][C]}. */
public record GlobalAveragePool(MapLayout in, MapLayout out) implements Spec {
    public GlobalAveragePool {
        in.requirePadded();
        out.requirePadded();
        if (!out.equals(new MapLayout(1, 1, in.channels(), in.stride()))) {
            throw new IllegalArgumentException("a global average pool of " + in + " does not give " + out);
        }
    }

    public GlobalAveragePool(MapLayout in) {
        this(in, new MapLayout(1, 1, in.channels(), in.stride()));
    }

    @Override
    public String operation() {
        return "global-average-pool";
    }

    @Override
    public List<MapLayout> inputs() {
        return List.of(in);
    }

    @Override
    public String toString() {
        return "global-average-pool " + in;
    }
}
