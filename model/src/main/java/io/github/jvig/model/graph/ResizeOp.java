package io.github.jvig.model.graph;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Resize;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * A map in another size ({@link Resize}). At input sizes where it has that size already, it is left out
 * ({@link io.github.jvig.model.lowering.LoweredOp#withoutIdleResizes}).
 *
 * @param mode which pixels are taken
 * @param size the size of the result
 */
public record ResizeOp(Resize.Mode mode, Size size) implements Op {
    /** Where the size of the result comes from. */
    public sealed interface Size permits Factor, Multiple, AtLeast, OfAnother {}

    /**
     * A multiple of the map's own size.
     *
     * @param factor pixels of the result for one of the input, along each side
     */
    public record Factor(double factor) implements Size {
        /**
         * Checks the factor.
         *
         * @throws IllegalArgumentException when it is not a positive number
         */
        public Factor {
            if (!(factor > 0 && Double.isFinite(factor))) {
                throw new IllegalArgumentException("no map has a size of " + factor + " times another");
            }
        }
    }

    /**
     * The next size that blocks of pixels fill, as the patches of MobileViT (Mehta and Rastegari, arXiv 2110.02178) have to.
     *
     * @param height rows of a block
     * @param width  columns of a block
     */
    public record Multiple(int height, int width) implements Size {
        /**
         * Checks the sides.
         *
         * @throws IllegalArgumentException when one is below 1
         */
        public Multiple {
            if (height < 1 || width < 1) {
                throw new IllegalArgumentException("no map is made of blocks of " + height + "x" + width);
            }
        }
    }

    /**
     * The map's own size where both its sides have so many pixels; else the size whose shorter side has, the longer one in proportion and rounded
     * down. OverLoCK (Lou and Yu, arXiv 2502.20087) enlarges maps in this way that its dynamic kernels do not fit.
     *
     * @param side pixels of the shorter side
     */
    public record AtLeast(int side) implements Size {
        /**
         * Checks the side.
         *
         * @throws IllegalArgumentException when it is below 1
         */
        public AtLeast {
            if (side < 1) {
                throw new IllegalArgumentException("no map has a side of " + side + " pixels");
            }
        }

        private Resize spec(MapLayout in, Resize.Mode mode) {
            int shorter = Math.min(in.height(), in.width());
            return new Resize(in, scaled(in.height(), shorter), scaled(in.width(), shorter), mode);
        }

        private int scaled(int pixels, int shorter) {
            return shorter >= side ? pixels : (int) Math.min(Integer.MAX_VALUE, (long) pixels * side / shorter);
        }
    }

    /**
     * The size of the second input, whose values are not read. This is for what goes down and up again, such as the gate of GhostNetV2 (Tang et
     * al., arXiv 2211.12905) or a decoder's shortcut: where the size is odd, no factor leads back.
     */
    public record OfAnother() implements Size {}

    /** Checks that nothing is null. */
    public ResizeOp {
        Objects.requireNonNull(mode, "mode");
        Objects.requireNonNull(size, "size");
    }

    @Override
    public int arity() {
        return size instanceof OfAnother ? 2 : 1;
    }

    /** @throws IllegalArgumentException when a factor does not give whole numbers */
    @Override
    public Resize spec(List<MapLayout> inputs) {
        MapLayout in = inputs.getFirst();
        return switch (size) {
            case Factor(double factor) ->
                new Resize(in, scaled(in, in.height(), factor), scaled(in, in.width(), factor), mode);
            case Multiple(int height, int width) ->
                new Resize(in, Math.ceilDiv(in.height(), height) * height, Math.ceilDiv(in.width(), width) * width,
                        mode);
            case AtLeast least -> least.spec(in, mode);
            case OfAnother() -> new Resize(in, inputs.getLast(), mode);
        };
    }

    private static int scaled(MapLayout in, int size, double factor) {
        double scaled = size * factor;
        if (scaled != Math.rint(scaled) || scaled > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    factor + " times the size of " + in + " is not a whole number of pixels");
        }
        return (int) scaled;
    }

    @Override
    public String describe() {
        return "resize " + mode.name().toLowerCase(Locale.ROOT).replace('_', ' ') + switch (size) {
            case Factor(double factor) -> " x" + factor;
            case Multiple(int height, int width) -> " to whole blocks of " + height + "x" + width;
            case AtLeast(int side) -> " to sides of at least " + side;
            case OfAnother() -> " to the size of another";
        };
    }
}
