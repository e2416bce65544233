package io.github.jvig.kernels;

import java.util.Optional;

/** What a kernel computes: one map in, perhaps a second one, one map out. */
public sealed interface Spec
        permits PointwiseConv, DepthwiseConv, Conv2d, MaxRelative, RolledL1Distance, MeanMinusStd,
        ThresholdedMaxRelative,
        GlobalAveragePool, AvgPoolBlend, LayerNorm, Attention, ResidualAdd, FusedChain {
    /** Shape and layout of the input. */
    MapLayout in();

    /** Shape and layout of the output, and of the residual where there is one. */
    MapLayout out();

    /** Whether a map like {@link #out()} is added last; it is then the second operand. */
    default boolean residual() {
        return false;
    }

    /** Shape and layout of the second operand, where the kernel reads one. */
    default Optional<MapLayout> in2() {
        return residual() ? Optional.of(out()) : Optional.empty();
    }

    /** Multiply-accumulates of one run; zero for what does not multiply. */
    default long macs() {
        return 0;
    }

    /** The first row of the input that row {@code y} of the output depends on: the map's first where an operation is not local. */
    default int firstInputRow(int y) {
        return 0;
    }

    /** The last row of the input that row {@code y} of the output depends on: the map's last where an operation is not local. */
    default int lastInputRow(int y) {
        return in().height() - 1;
    }
}
