package io.github.jvig.kernels;

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
    public boolean residual() {
        return true;
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
        return "add " + in + Epilogue.of(activation);
    }
}
