package io.github.jvig.model.graph;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Resize;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * A map in another size ({@link Resize}): by a factor, or in the size of its second input. The second form is for what goes down and up again,
 * such as the gate of GhostNetV2 (Tang et al., arXiv 2211.12905) or a decoder's shortcut: where the size is odd, no factor leads back.
 *
 * @param mode   which pixels are taken
 * @param factor pixels of the result for one of the input, along each side; empty for the size of the second input
 */
public record ResizeOp(Resize.Mode mode, OptionalDouble factor) implements Op {
    /**
     * Checks the factor.
     *
     * @throws IllegalArgumentException when the factor is not a positive number
     */
    public ResizeOp {
        Objects.requireNonNull(mode, "mode");
        if (factor.isPresent() && !(factor.getAsDouble() > 0 && Double.isFinite(factor.getAsDouble()))) {
            throw new IllegalArgumentException("no map has a size of " + factor.getAsDouble() + " times another");
        }
    }

    @Override
    public int arity() {
        return factor.isPresent() ? 1 : 2;
    }

    /** @throws IllegalArgumentException when the factor does not give whole numbers */
    @Override
    public Resize spec(List<MapLayout> inputs) {
        MapLayout in = inputs.getFirst();
        return factor.isPresent()
                ? new Resize(in, scaled(in, in.height()), scaled(in, in.width()), mode)
                : new Resize(in, inputs.getLast(), mode);
    }

    private int scaled(MapLayout in, int size) {
        double scaled = size * factor.getAsDouble();
        if (scaled != Math.rint(scaled) || scaled > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    factor.getAsDouble() + " times the size of " + in + " is not a whole number of pixels");
        }
        return (int) scaled;
    }

    @Override
    public String describe() {
        return "resize " + mode.name().toLowerCase(Locale.ROOT).replace('_', ' ')
                + (factor.isPresent() ? " x" + factor.getAsDouble() : " to the size of another");
    }
}
