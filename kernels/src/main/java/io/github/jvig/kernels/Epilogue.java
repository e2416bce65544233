package io.github.jvig.kernels;

import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * What a convolution does to its sum before it writes it: {@code out = activation(sum + bias) + residual}, or with the residual first
 * {@code out = activation(sum + bias + residual)}. The bias is always there (a kernel made without one adds zero). The residual is added in
 * float; NaN in it gives NaN.
 *
 * @param activation    the function
 * @param residual      whether a map of the output's shape and layout is added; it is the kernel's second operand
 * @param residualFirst whether the residual is added before the activation; false where there is none
 */
public record Epilogue(Activation activation, boolean residual, boolean residualFirst) {
    /** Bias only. */
    public static final Epilogue NONE = new Epilogue(Activation.NONE, false, false);

    /**
     * Checks that the parts fit together.
     *
     * @throws IllegalArgumentException when a residual comes first that is not there
     */
    public Epilogue {
        Objects.requireNonNull(activation, "activation");
        if (residualFirst && !residual) {
            throw new IllegalArgumentException("no residual can come first where there is none");
        }
        // One order, so that equal epilogues are equal.
        residualFirst = residualFirst && activation != Activation.NONE;
    }

    /**
     * An activation and no residual.
     *
     * @param activation applied to sum plus bias
     * @return the epilogue
     */
    public static Epilogue of(Activation activation) {
        return new Epilogue(activation, false, false);
    }

    /** {@return the same epilogue with a residual added last} */
    public Epilogue plusResidual() {
        return new Epilogue(activation, true, false);
    }

    /**
     * The same epilogue with an activation behind all of it.
     *
     * @param last applied to the sum with bias and residual
     * @return a new epilogue
     * @throws IllegalStateException when it has an activation already
     */
    public Epilogue then(Activation last) {
        if (activation != Activation.NONE) {
            throw new IllegalStateException(this + " has an activation already");
        }
        return new Epilogue(last, residual, residual);
    }

    /** Inputs of a convolution that ends so: its map, and the residual, which is laid out as the result. */
    List<MapLayout> inputs(MapLayout in, MapLayout out) {
        return residual ? List.of(in, out) : List.of(in);
    }

    /** {@code "+gelu+residual"} or {@code "+residual+relu"}, in the order in which things are done; empty for the bias alone. */
    @Override
    public String toString() {
        String function = activation == Activation.NONE
                ? ""
                : "+" + activation.name().toLowerCase(Locale.ROOT).replace('_', '-');
        String added = residual ? "+residual" : "";
        return residualFirst ? added + function : function + added;
    }
}
