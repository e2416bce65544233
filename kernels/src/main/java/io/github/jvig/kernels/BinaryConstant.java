package io.github.jvig.kernels;

import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * A map and a constant map of the same shape, element by element: {@code out = in operator constant}. Weights: the constant,
 * {@code [height][width][channels]} in C order. No bias. With {@link Binary.Operator#ADD} it is a learned position embedding (Dosovitskiy et
 * al., arXiv 2010.11929).
 *
 * <p>Rounding: the result is rounded to float once. NaN in an element of either map gives NaN, in a maximum, too; infinities follow IEEE 754.
 *
 * @param in       shape of the map and of the result
 * @param operator what is done with an element of the map and one of the constant
 */
public record BinaryConstant(MapLayout in, Binary.Operator operator) implements PixelSpec {
    /**
     * Checks the shape.
     *
     * @throws IllegalArgumentException when the map is not padded
     */
    public BinaryConstant {
        in.requirePadded();
        Objects.requireNonNull(operator, "operator");
    }

    @Override
    public MapLayout out() {
        return in;
    }

    @Override
    public String operation() {
        return "binary-constant";
    }

    @Override
    public List<MapLayout> inputs() {
        return List.of(in);
    }

    @Override
    public int weightCount() {
        return Math.multiplyExact(in.pixels(), in.channels());
    }

    @Override
    public String toString() {
        return "binary-constant " + operator.name().toLowerCase(Locale.ROOT) + " " + in;
    }
}
