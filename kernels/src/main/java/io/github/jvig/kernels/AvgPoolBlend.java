package io.github.jvig.kernels;

import java.util.List;

/**
 * The average over a square around each pixel, mixed channel by channel with the pixel itself:
 * {@code out[p][c] = poolScale[c] * average(in, around p, c) + selfScale[c] * in[p][c]}. Pixels outside the input are not counted. Weights:
 * {@code poolScale[channels]}, then {@code selfScale[channels]}.
 *
 * <p>With {@code poolScale = 1, selfScale = 0} it is an average pool of stride 1. The token mixer of PoolFormer (Yu et al., arXiv 2111.11418) with its
 * layer scale s and its shortcut, {@code x + s * (pool(x) - x)}, is {@code poolScale = s, selfScale = 1 - s}.
 *
 * @param kernel pixels along a side of the square, odd
 */
public record AvgPoolBlend(MapLayout in, MapLayout out, int kernel) implements Spec {
    public AvgPoolBlend {
        in.requirePadded();
        out.requirePadded();
        // Refuses an even or senseless size.
        Window.same(kernel);
        if (!out.equals(in)) {
            throw new IllegalArgumentException("a mix with the average of " + in + " does not give " + out);
        }
    }

    public AvgPoolBlend(MapLayout in, int kernel) {
        this(in, in, kernel);
    }

    @Override
    public int firstInputRow(int y) {
        return Math.max(0, y - kernel / 2);
    }

    @Override
    public int lastInputRow(int y) {
        return Math.min(in.height() - 1, y + kernel / 2);
    }

    @Override
    public String operation() {
        return "avg-pool-blend";
    }

    @Override
    public List<MapLayout> inputs() {
        return List.of(in);
    }

    @Override
    public int weightCount() {
        return 2 * in.channels();
    }

    @Override
    public String toString() {
        return "avg-pool-blend " + kernel + "x" + kernel + " " + in;
    }
}
