package io.github.jvig.tornado.kernels;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.Epilogue;
import io.github.jvig.kernels.MapLayout;

/** The numbers of activations and epilogues: the arguments of a kernel can only be arrays and numbers. */
public final class Activations {
    static final int NONE = 0;
    static final int RELU = 1;
    static final int RELU6 = 2;
    static final int GELU = 3;
    static final int LEAKY_RELU = 4;
    static final int GELU_TANH = 5;
    static final int SIGMOID = 6;
    static final int HARD_SIGMOID = 7;
    static final int SILU = 8;
    static final int HARD_SWISH = 9;
    static final int ELU = 10;

    /** Bits of an activation in the number of an epilogue. Behind them: whether the residual comes first, then the channels to keep. */
    private static final int BITS = 4;

    private Activations() {
    }

    /** The number that stands for an activation in the arguments of a kernel. */
    public static int number(Activation activation) {
        return switch (activation) {
            case NONE -> NONE;
            case RELU -> RELU;
            case RELU6 -> RELU6;
            case LEAKY_RELU -> LEAKY_RELU;
            case GELU -> GELU;
            case GELU_TANH -> GELU_TANH;
            case SIGMOID -> SIGMOID;
            case HARD_SIGMOID -> HARD_SIGMOID;
            case SILU -> SILU;
            case HARD_SWISH -> HARD_SWISH;
            case ELU -> ELU;
        };
    }

    /**
     * Whether the kernels that compute vectors have an activation. TornadoVM inlines all functions of a kernel before it knows the number of
     * the activation, and cannot if there are many: then it waits forever.
     */
    public static boolean ofVectors(Activation activation) {
        return switch (activation) {
            case NONE, RELU, RELU6, GELU -> true;
            default -> false;
        };
    }

    /**
     * The number that stands for an epilogue; zero if there is nothing to do but to add a residual.
     *
     * @param out layout of the result. Where the activation makes something else of a zero, its pad lanes are set to zero after it.
     */
    public static int number(Epilogue epilogue, MapLayout out) {
        int kept = epilogue.activation().keepsZero() ? 0 : out.channels();
        return kept << BITS + 1 | (epilogue.residualFirst() ? 1 : 0) << BITS | number(epilogue.activation());
    }

    /** The activation of an epilogue. */
    static int activation(int epilogue) {
        return epilogue & (1 << BITS) - 1;
    }

    /** One if the residual is added before the activation, otherwise zero. */
    static int residualFirst(int epilogue) {
        return epilogue >> BITS & 1;
    }

    /** Number of channels that are not set to zero; zero if there is nothing to set. */
    static int kept(int epilogue) {
        return epilogue >> BITS + 1;
    }
}
