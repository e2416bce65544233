package io.github.jvig.kernels;

import java.util.List;
import java.util.Optional;

/**
 * What a {@link Kernel} computes: maps in, one map out, and what that costs. One operation is a {@link Spec}; several that run as one
 * kernel are a {@link FusedChain}.
 */
public interface Computation {
    /**
     * Shapes and layouts of all maps that are read, one or two: the map x first, then a residual or whatever else the operation takes.
     * Weights and biases are not among them.
     */
    List<MapLayout> inputs();

    /** Shape and layout of the result. */
    MapLayout out();

    /** Shape and layout of the first input. */
    default MapLayout in() {
        return inputs().getFirst();
    }

    /** Shape and layout of the second input, where there is one. */
    default Optional<MapLayout> in2() {
        return inputs().size() < 2 ? Optional.empty() : Optional.of(inputs().get(1));
    }

    /** Multiply-accumulates of one run; zero for what does not multiply. */
    default long macs() {
        return 0;
    }

    /** The first row of the first input that row {@code y} of the output depends on: row 0 where an operation is not local. */
    default int firstInputRow(int y) {
        return 0;
    }

    /** The last row of the first input that row {@code y} of the output depends on: the map's last where an operation is not local. */
    default int lastInputRow(int y) {
        return in().height() - 1;
    }
}
