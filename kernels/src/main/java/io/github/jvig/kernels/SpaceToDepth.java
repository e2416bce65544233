package io.github.jvig.kernels;

import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * Each block of {@code factor * factor} pixels becomes one pixel: {@code [H * factor][W * factor][C] -> [H][W][factor^2 * C]}. In the order
 * {@link BlockOrder#CHANNELS_FIRST} it is PyTorch's {@code pixel_unshuffle}, with {@link BlockOrder#COLUMNS_FIRST} and a factor of 2 the
 * concatenation of four subsamples in the Swin Transformer's patch merging. No weights. Numbers are copied, NaN as any other.
 *
 * @param in     shape of the input; the factor divides its height and width
 * @param out    shape of the result
 * @param factor pixels along a side of a block, 1 to 1024
 * @param order  how the pixels of a block lie in the channels
 */
public record SpaceToDepth(MapLayout in, MapLayout out, int factor, BlockOrder order) implements Spec {
    /**
     * Checks the shapes.
     *
     * @throws IllegalArgumentException when a map is not padded, the factor is out of its range, or the size or the result do not fit it
     */
    public SpaceToDepth {
        in.requirePadded();
        out.requirePadded();
        Objects.requireNonNull(order, "order");
        if (!out.sameShape(out(in, factor))) {
            throw new IllegalArgumentException("blocks of " + factor + "x" + factor + " of " + in + " do not give "
                    + out);
        }
    }

    /**
     * The blocks of a map as channels.
     *
     * @param in     shape of the input; the factor divides its height and width
     * @param factor pixels along a side of a block, 1 to 1024
     * @param order  how the pixels of a block lie in the channels
     * @throws IllegalArgumentException when the map is not padded, or the factor is out of its range or does not fit the size
     */
    public SpaceToDepth(MapLayout in, int factor, BlockOrder order) {
        this(in, out(in, factor), factor, order);
    }

    private static MapLayout out(MapLayout in, int factor) {
        if (factor < 1 || factor > 1024 || in.height() % factor != 0 || in.width() % factor != 0) {
            throw new IllegalArgumentException("a map of " + in + " is not made of blocks of " + factor + "x" + factor);
        }
        return MapLayout.of(in.height() / factor, in.width() / factor,
                Math.multiplyExact(in.channels(), factor * factor));
    }

    @Override
    public int firstInputRow(int y) {
        return y * factor;
    }

    @Override
    public int lastInputRow(int y) {
        return y * factor + factor - 1;
    }

    @Override
    public String operation() {
        return "space-to-depth";
    }

    @Override
    public List<MapLayout> inputs() {
        return List.of(in);
    }

    @Override
    public String toString() {
        return "space-to-depth " + factor + " " + order.name().toLowerCase(Locale.ROOT).replace('_', ' ') + " " + in;
    }
}
