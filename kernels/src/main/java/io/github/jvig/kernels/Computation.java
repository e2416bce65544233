package io.github.jvig.kernels;

import java.util.List;
import java.util.Optional;

/**
 * What a {@link Kernel} computes: maps in, one map out, and what that costs. One operation is a {@link Spec}; several that run as one
 * kernel are a {@link FusedChain}.
 */
public interface Computation {
    /**
     * Describes the maps that are read. Weights and biases are not among them.
     *
     * @return shapes and layouts of at least one map: the map x first, then a residual or whatever else the operation takes
     */
    List<MapLayout> inputs();

    /** {@return shape and layout of the result} */
    MapLayout out();

    /** {@return shape and layout of the first input} */
    default MapLayout in() {
        return inputs().getFirst();
    }

    /** {@return shape and layout of the second input; empty where there is none} */
    default Optional<MapLayout> in2() {
        return inputs().size() < 2 ? Optional.empty() : Optional.of(inputs().get(1));
    }

    /** {@return the multiply-accumulates of one run, as a measure of its work; zero where nothing is counted} */
    default long macs() {
        return 0;
    }

    /**
     * The first row of the first input that a row of the output depends on.
     *
     * @param y row of the output, from 0
     * @return row of the input, from 0; row 0 where an operation is not local
     */
    default int firstInputRow(int y) {
        return 0;
    }

    /**
     * The last row of the first input that a row of the output depends on.
     *
     * @param y row of the output, from 0
     * @return row of the input, from 0; the map's last where an operation is not local
     */
    default int lastInputRow(int y) {
        return in().height() - 1;
    }
}
