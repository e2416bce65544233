package io.github.jvig.kernels;

import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Maps of one height and width, their channels one behind the other: those of the first map, then those of the second, and so on; and an
 * activation of all of them. No weights.
 *
 * <p>Without an activation, values are copied as they are, NaN included; for the activation see {@link Activation}.
 *
 * @param inputs     the maps, two or more
 * @param out        as many rows and columns, the channels of all of them together
 * @param activation applied to the result
 */
public record Concat(List<MapLayout> inputs, MapLayout out, Activation activation) implements PixelSpec {
    /**
     * Checks the shapes and copies the list.
     *
     * @throws IllegalArgumentException when there is less than two maps, one is not padded, or their shapes do not fit together
     */
    public Concat {
        inputs = List.copyOf(inputs);
        if (inputs.size() < 2) {
            throw new IllegalArgumentException("a concatenation needs two maps, and gets " + inputs.size());
        }
        inputs.forEach(MapLayout::requirePadded);
        out.requirePadded();
        Objects.requireNonNull(activation, "activation");
        for (MapLayout map : inputs) {
            if (map.height() != out.height() || map.width() != out.width()) {
                throw new IllegalArgumentException(
                        "a concatenation that gives " + out + " can't have a part of " + map);
            }
        }
        if (channels(inputs) != out.channels()) {
            throw new IllegalArgumentException("a concatenation of " + channels(inputs) + " channels does not give "
                    + out);
        }
    }

    /**
     * A concatenation whose result has no more padding than there must be.
     *
     * @param inputs     the maps, two or more
     * @param activation applied to the result
     * @throws IllegalArgumentException when there is less than two maps, one is not padded, or their sizes differ
     */
    public Concat(List<MapLayout> inputs, Activation activation) {
        this(inputs, MapLayout.of(inputs.getFirst().height(), inputs.getFirst().width(), channels(inputs)), activation);
    }

    private static int channels(List<MapLayout> maps) {
        return maps.stream().mapToInt(MapLayout::channels).reduce(0, Math::addExact);
    }

    @Override
    public String operation() {
        return "concat";
    }

    /** {@code "concat 56x56x24+24"}. */
    @Override
    public String toString() {
        return "concat " + out.height() + "x" + out.width() + "x"
                + inputs.stream().map(map -> String.valueOf(map.channels())).collect(Collectors.joining("+"))
                + Epilogue.of(activation);
    }
}
