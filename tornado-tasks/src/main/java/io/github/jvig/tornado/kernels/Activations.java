package io.github.jvig.tornado.kernels;

import io.github.jvig.kernels.Activation;

/** The numbers of activations: the arguments of a kernel can only be arrays and numbers. */
public final class Activations {
    static final int NONE = 0;
    static final int RELU = 1;
    static final int RELU6 = 2;
    static final int GELU = 3;

    private Activations() {
    }

    /** The number that stands for an activation in the arguments of a kernel. */
    public static int number(Activation activation) {
        return switch (activation) {
            case NONE -> NONE;
            case RELU -> RELU;
            case RELU6 -> RELU6;
            case GELU -> GELU;
        };
    }
}
