package io.github.jvig.model.tensor;

import io.github.jvig.kernels.ArrayMath;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import java.util.List;

/**
 * One computation on buffers of fixed layouts, by its own code instead of a row of a kernel table for each vector width. Immutable: any
 * number of threads may run it at a time. Integers and truth values are held as floats, exact up to 2^24.
 */
public interface TensorFunction {
    /** {@return what it is, with sizes, for people: {@code "transpose 12x49x64 by 1,0,2"}} */
    String describe();

    /** {@return the layouts of the buffers that it reads, at least one} */
    List<MapLayout> inputs();

    /** {@return the layout of the buffer that it writes; {@link #tensor} for a row-major tensor} */
    MapLayout out();

    /** {@return multiply-accumulates of one run, zero where nothing is counted} */
    default long macs() {
        return 0;
    }

    /** {@return the number of independent parts of the output, at least 1} */
    int units();

    /** {@return floats of work space that each thread brings} */
    default int scratch() {
        return 0;
    }

    /**
     * The same function with the loops of a provider's kernels for what takes long.
     *
     * @param math functions of many numbers
     * @return a function that computes the same; this where it needs none of them
     */
    default TensorFunction with(ArrayMath math) {
        return this;
    }

    /**
     * Computes units {@code from} to {@code to}. Pad lanes of inputs are zero; those of the output must be set to zero by the unit that
     * owns them. Allocates nothing.
     *
     * @param operands      where to read and write
     * @param scratch       holds {@link #scratch()} floats of this thread
     * @param scratchOffset element at which they start
     * @param from          first unit
     * @param to            one past the last unit
     */
    void run(Operands operands, float[] scratch, int scratchOffset, int from, int to);

    /**
     * The layout of a row-major tensor.
     *
     * @param elements number of elements, at least 1
     * @return one pixel with as many channels
     */
    static MapLayout tensor(int elements) {
        return MapLayout.of(1, 1, elements);
    }
}
