package io.github.jvig.tornado.kernels;

import io.github.jvig.kernels.Activation;

/** Activations by number: a kernel's arguments are arrays and numbers. */
public final class Activations {
    static final int NONE = 0;
    static final int RELU = 1;
    static final int RELU6 = 2;
    static final int GELU = 3;

    private Activations() {
    }

    /** The number by which kernels know an activation. */
    public static int number(Activation activation) {
        return switch (activation) {
            case NONE -> NONE;
            case RELU -> RELU;
            case RELU6 -> RELU6;
            case GELU -> GELU;
        };
    }
}
