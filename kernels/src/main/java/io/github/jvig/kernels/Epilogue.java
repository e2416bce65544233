package io.github.jvig.kernels;

import java.util.List;
import java.util.Objects;

/**
 * What a convolution does to its sum before it writes it: {@code out = activation(sum + bias) + residual}. The bias is always there (a
 * kernel made without one adds zero). The residual is added in float after the activation; NaN in it gives NaN.
 *
 * @param activation applied to sum plus bias
 * @param residual   whether a map of the output's shape and layout is added last; it is the kernel's second operand
 */
public record Epilogue(Activation activation, boolean residual) {
    /** Bias only. */
    public static final Epilogue NONE = new Epilogue(Activation.NONE, false);

    /** Refuses a null activation. */
    public Epilogue {
        Objects.requireNonNull(activation, "activation");
    }

    /**
     * An activation and no residual.
     *
     * @param activation applied to sum plus bias
     * @return the epilogue
     */
    public static Epilogue of(Activation activation) {
        return new Epilogue(activation, false);
    }

    /** {@return the same epilogue with a residual added last} */
    public Epilogue plusResidual() {
        return new Epilogue(activation, true);
    }

    /** Inputs of a convolution that ends so: its map, and the residual, which is laid out as the result. */
    List<MapLayout> inputs(MapLayout in, MapLayout out) {
        return residual ? List.of(in, out) : List.of(in);
    }

    /** {@code "+gelu+residual"}, empty when there is nothing but the bias. */
    @Override
    public String toString() {
        return (activation == Activation.NONE ? "" : "+" + activation.name().toLowerCase(java.util.Locale.ROOT))
                + (residual ? "+residual" : "");
    }
}
