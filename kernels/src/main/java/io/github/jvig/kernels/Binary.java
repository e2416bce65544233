package io.github.jvig.kernels;

import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * Two maps, element by element: {@code out = activation(in operator in2)}. The second map may be smaller and is then repeated: one pixel of
 * all channels is the same for every pixel (the gate of a squeeze-and-excitation, Hu et al., arXiv 1709.01507), and one channel of all pixels
 * is the same for every channel (a spatial gate). No weights.
 *
 * <p>Where a convolution comes before a sum, the convolution's {@link Epilogue} can do the same at nearly no cost.
 *
 * <p>Rounding: the result of the operator is rounded to float once; for the activation see {@link Activation}.
 *
 * <p>NaN in an element of either map gives NaN, in a maximum, too; infinities follow IEEE 754.
 *
 * @param in         shape of the first map and of the result
 * @param in2Layout  shape of the second: that of the first, pixel stride included; or one pixel of the same channels; or as many pixels of one
 *                   channel
 * @param operator   what is done with two elements
 * @param activation applied to its result
 */
public record Binary(MapLayout in, MapLayout in2Layout, Operator operator, Activation activation) implements PixelSpec {
    /** What is done with an element x of the first map and y of the second. */
    public enum Operator {
        /** {@code x + y}. */
        ADD,
        /** {@code x - y}. */
        SUBTRACT,
        /** {@code x * y}. */
        MULTIPLY,
        /** The larger of both. */
        MAXIMUM
    }

    /** How the second map is repeated. */
    public enum Broadcast {
        /** Not at all: both maps have one shape. */
        NONE,
        /** One pixel, for every pixel. */
        PIXEL,
        /** One channel, for every channel. */
        CHANNEL
    }

    /**
     * Checks the shapes.
     *
     * @throws IllegalArgumentException when a map is not padded, or the second one's shape is none of those that fit
     */
    public Binary {
        in.requirePadded();
        in2Layout.requirePadded();
        Objects.requireNonNull(operator, "operator");
        Objects.requireNonNull(activation, "activation");
        broadcast(in, in2Layout);
    }

    private static Broadcast broadcast(MapLayout in, MapLayout in2) {
        if (in2.equals(in)) {
            return Broadcast.NONE;
        }
        if (in2.pixels() == 1 && in2.channels() == in.channels()) {
            return Broadcast.PIXEL;
        }
        if (in2.height() == in.height() && in2.width() == in.width() && in2.channels() == 1) {
            return Broadcast.CHANNEL;
        }
        throw new IllegalArgumentException("a map of " + in + " and one of " + in2
                + " do not go together; the second must have the same shape, or one pixel, or one channel");
    }

    /** {@return how the second map is repeated} */
    public Broadcast broadcast() {
        return broadcast(in, in2Layout);
    }

    @Override
    public MapLayout out() {
        return in;
    }

    @Override
    public String operation() {
        return "binary";
    }

    @Override
    public List<MapLayout> inputs() {
        return List.of(in, in2Layout);
    }

    @Override
    public String toString() {
        String second = switch (broadcast()) {
            case NONE -> "";
            case PIXEL -> " by pixel";
            case CHANNEL -> " by channel";
        };
        return "binary " + operator.name().toLowerCase(Locale.ROOT) + " " + in + second + Epilogue.of(activation);
    }
}
