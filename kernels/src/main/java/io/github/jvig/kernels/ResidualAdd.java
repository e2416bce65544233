package io.github.jvig.kernels;

import java.util.List;
import java.util.Objects;

/**
 * {@code out = activation(in) + residual}, element by element. The residual is the second input. Where a convolution comes before it, the
 * convolution's {@link Epilogue} can do the same at nearly no cost. No weights.
 *
 * <p>Rounding: the sum is rounded to float once; for GELU see {@link Activation#GELU}.
 *
 * <p>NaN in either input gives NaN in that element; so do infinities of both signs.
 *
 * @param in         shape of both inputs and of the result
 * @param activation applied to the first input
 */
public record ResidualAdd(MapLayout in, Activation activation) implements Spec {
    /**
     * Checks the shape.
     *
     * @throws IllegalArgumentException when the map is not padded
     */
    public ResidualAdd {
        in.requirePadded();
        Objects.requireNonNull(activation, "activation");
    }

    @Override
    public MapLayout out() {
        return in;
    }

    @Override
    public String operation() {
        return "residual-add";
    }

    @Override
    public List<MapLayout> inputs() {
        return List.of(in, in);
    }

    @Override
    public int firstInputRow(int y) {
        return y;
    }

    @Override
    public int lastInputRow(int y) {
        return y;
    }

    @Override
    public String toString() {
        return "residual-add " + in + Epilogue.of(activation);
    }
}
