package io.github.jvig.kernels;

/**
 * The average over a square around each pixel, mixed channel by channel with the pixel itself:
 * {@code out[p][c] = mean[c] * average(in, around p, c) + own[c] * in[p][c]}. Pixels outside the input are not counted. Weights:
 * {@code mean[channels]}, then {@code own[channels]}.
 *
 * <p>With {@code mean = 1, own = 0} it is an average pool of stride 1. The token mixer of PoolFormer (Yu et al., arXiv 2111.11418) with its
 * layer scale s and its shortcut, {@code x + s * (pool(x) - x)}, is {@code mean = s, own = 1 - s}.
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
    public String toString() {
        return "average pool " + kernel + "x" + kernel + " mixed with its input " + in;
    }
}
