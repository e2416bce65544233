package io.github.jvig.kernels;

import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * Each pixel becomes a block of {@code factor * factor} pixels: {@code [H][W][factor^2 * C] -> [H * factor][W * factor][C]}. It is the inverse
 * of {@link SpaceToDepth}; in the order {@link BlockOrder#CHANNELS_FIRST} it is PyTorch's {@code pixel_shuffle}. No weights. Numbers are copied,
 * NaN as any other.
 *
 * @param in     shape of the input; {@code factor^2} divides its channels
 * @param out    shape of the result
 * @param factor pixels along a side of a block, 1 to 1024
 * @param order  how the pixels of a block lie in the channels
 */
public record DepthToSpace(MapLayout in, MapLayout out, int factor, BlockOrder order) implements Spec {
    /**
     * Checks the shapes.
     *
     * @throws IllegalArgumentException when a map is not padded, the factor is out of its range, or the channels or the result do not fit it
     */
    public DepthToSpace {
        in.requirePadded();
        out.requirePadded();
        Objects.requireNonNull(order, "order");
        if (!out.sameShape(out(in, factor))) {
            throw new IllegalArgumentException("blocks of " + factor + "x" + factor + " of " + in + " do not give "
                    + out);
        }
    }

    /**
     * The blocks of a map as pixels.
     *
     * @param in     shape of the input; {@code factor^2} divides its channels
     * @param factor pixels along a side of a block, 1 to 1024
     * @param order  how the pixels of a block lie in the channels
     * @throws IllegalArgumentException when the map is not padded, the factor is out of its range or does not fit the channels
     */
    public DepthToSpace(MapLayout in, int factor, BlockOrder order) {
        this(in, out(in, factor), factor, order);
    }

    private static MapLayout out(MapLayout in, int factor) {
        if (factor < 1 || factor > 1024 || in.channels() % (factor * factor) != 0) {
            throw new IllegalArgumentException("the channels of " + in + " are not blocks of " + factor + "x" + factor);
        }
        return MapLayout.of(in.height() * factor, in.width() * factor, in.channels() / (factor * factor));
    }

    @Override
    public int firstInputRow(int y) {
        return y / factor;
    }

    @Override
    public int lastInputRow(int y) {
        return y / factor;
    }

    @Override
    public String operation() {
        return "depth-to-space";
    }

    @Override
    public List<MapLayout> inputs() {
        return List.of(in);
    }

    @Override
    public String toString() {
        return "depth-to-space " + factor + " " + order.name().toLowerCase(Locale.ROOT).replace('_', ' ') + " " + in;
    }
}
