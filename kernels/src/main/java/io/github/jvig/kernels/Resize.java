package io.github.jvig.kernels;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * A map in another size, channel by channel. Along each side an output takes its value from a place in the input, {@link Mode#position}. For
 * a nearest neighbor, and where a map is only padded or cropped, this is a pixel. Otherwise it lies between two pixels, {@code i} and
 * {@code i + 1}, which are weighted by {@code 1 - f} and {@code f}, f being the fraction of the place; the weights of the four pixels are
 * products. No weights to be given.
 *
 * <p>The places and the fractions are PyTorch's {@code interpolate}, given a size, without antialiasing.
 *
 * <p>Rounding: a single pixel is copied. Between pixels, the scalar kernel computes in double and rounds once; the vector kernel rounds
 * the fractions to float and computes in float.
 *
 * <p>What is not finite is copied like other values. Between pixels, NaN in a pixel gives NaN wherever the pixel is one of the four, even with a weight of zero; so does an infinity that meets a weight of
 * zero or an infinity of the other sign.
 *
 * @param in      shape of the input
 * @param out     shape of the result, with the input's channels
 * @param mode    which pixels are taken
 * @param sizedAs the map whose height and width the result has, when these come from a map: it becomes the second input, whose values are not
 *                read; empty when the size is given otherwise
 */
public record Resize(MapLayout in, MapLayout out, Mode mode, Optional<MapLayout> sizedAs) implements Spec {
    /** Which pixels are taken. */
    public enum Mode {
        /** The pixel that the output's corner lies in: PyTorch's {@code "nearest"}, ONNX's "asymmetric" with "floor". */
        NEAREST,
        /** Between pixels whose centers lie at halves: {@code "bilinear"} with {@code align_corners = false}, ONNX's "half_pixel". */
        BILINEAR,
        /** Between pixels, the outermost centers on each other: {@code "bilinear"} with {@code align_corners = true}. */
        BILINEAR_ALIGNED,
        /** The pixel in the same row and column, and zero where the input has none: a map grows or is cut at its lower and right sides. */
        PAD_OR_CROP;

        /** {@return whether outputs are copies of single pixels, or zero} */
        public boolean copies() {
            return this == NEAREST || this == PAD_OR_CROP;
        }

        /**
         * {@return how many outputs have a value from the input, along one side; those behind them are zero}
         *
         * @param size    pixels of the input
         * @param outSize pixels of the output
         */
        public int filled(int size, int outSize) {
            return this == PAD_OR_CROP ? Math.min(size, outSize) : outSize;
        }

        /**
         * The place in the input of an output, along one side. For {@link #NEAREST} it is computed in float, as PyTorch does, because rounding
         * may decide which pixel it is: in rare cases it is one below {@code floor(i * size / outSize)}.
         *
         * @param i       output, from 0
         * @param size    pixels of the input
         * @param outSize pixels of the output
         * @return the place, 0 to {@code size - 1}, also for outputs that are zero; a whole number if it {@link #copies}
         */
        public double position(int i, int size, int outSize) {
            double place = switch (this) {
                case NEAREST -> Math.floor(i * ((float) size / outSize));
                case BILINEAR -> (i + 0.5) * size / outSize - 0.5;
                case BILINEAR_ALIGNED -> outSize == 1 ? 0 : (double) i * (size - 1) / (outSize - 1);
                case PAD_OR_CROP -> i;
            };
            return Math.clamp(place, 0, size - 1);
        }
    }

    /**
     * Checks the shapes.
     *
     * @throws IllegalArgumentException when the input or the result is not padded, the result has other channels than the input, or not the
     *                                  size of the map that it should have
     */
    public Resize {
        in.requirePadded();
        out.requirePadded();
        Objects.requireNonNull(mode, "mode");
        if (out.channels() != in.channels()) {
            throw new IllegalArgumentException("another size of " + in + " is not " + out);
        }
        sizedAs.filter(map -> map.height() != out.height() || map.width() != out.width()).ifPresent(map -> {
            throw new IllegalArgumentException(in + " in the size of " + map + " is not " + out);
        });
    }

    /**
     * A map in a given size.
     *
     * @param in     shape of the input
     * @param height rows of the result, at least 1
     * @param width  columns of the result, at least 1
     * @param mode   which pixels are taken
     * @throws IllegalArgumentException when the input is not padded, or a side is below 1
     */
    public Resize(MapLayout in, int height, int width, Mode mode) {
        this(in, MapLayout.of(height, width, in.channels()), mode, Optional.empty());
    }

    /**
     * A map in the size of another map, which becomes the second input.
     *
     * @param in      shape of the input
     * @param sizedAs the map whose height and width the result has
     * @param mode    which pixels are taken
     * @throws IllegalArgumentException when the input is not padded
     */
    public Resize(MapLayout in, MapLayout sizedAs, Mode mode) {
        this(in, MapLayout.of(sizedAs.height(), sizedAs.width(), in.channels()), mode, Optional.of(sizedAs));
    }

    /** {@return whether the result has the size of the input, so that finite values are those of the input} */
    public boolean isIdle() {
        return in.height() == out.height() && in.width() == out.width();
    }

    private double row(int y) {
        return mode.position(y, in.height(), out.height());
    }

    @Override
    public int firstInputRow(int y) {
        return (int) row(y);
    }

    @Override
    public int lastInputRow(int y) {
        return mode.copies() ? (int) row(y) : Math.min(in.height() - 1, (int) row(y) + 1);
    }

    @Override
    public String operation() {
        return "resize";
    }

    @Override
    public List<MapLayout> inputs() {
        return sizedAs.map(map -> List.of(in, map)).orElse(List.of(in));
    }

    @Override
    public String toString() {
        return "resize " + mode.name().toLowerCase(Locale.ROOT).replace('_', ' ') + " " + in + "->" + out.height() + "x"
                + out.width();
    }
}
