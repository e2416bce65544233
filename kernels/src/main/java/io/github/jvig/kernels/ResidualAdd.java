package io.github.jvig.kernels;

import java.util.List;
import java.util.Objects;

/** {@code out = activation(in) + residual}, element by element; where a convolution comes before it, its epilogue does this for nothing. */
public record ResidualAdd(MapLayout in, Activation activation) implements Spec {
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
