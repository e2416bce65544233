package io.github.jvig.kernels;

/** What a kernel computes: one map in, perhaps a residual, one map out. */
public sealed interface Spec
        permits PointwiseConv, DepthwiseConv, DenseConv, MaxRelative, GlobalAveragePool, ResidualAdd, LayerNorm,
        AveragePoolMix, Attention, Chain {
    /** Shape and layout of the input. */
    FeatureMap in();

    /** Shape and layout of the output, and of the residual where there is one. */
    FeatureMap out();

    /** Whether the kernel reads a second operand, a map like {@link #out()}. */
    boolean residual();

    /** Multiply-accumulates of one run; zero for what does not multiply. */
    long macs();

    /** The first row of the input that row {@code y} of the output depends on. */
    default int firstInputRow(int y) {
        return y;
    }

    /** The last row of the input that row {@code y} of the output depends on. */
    default int lastInputRow(int y) {
        return y;
    }
}
