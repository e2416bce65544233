package io.github.jvig.model.device;

import io.github.jvig.model.graph.Graph;
import java.util.Optional;

/** Something that runs graphs. */
public interface Device {
    /** {@return the name by which it is asked for: {@code "cpu"}, {@code "scalar"}, {@code "tornado:0:1"}} */
    String name();

    /** {@return what it is, for people: hardware and kernels, in one line} */
    String description();

    /** {@return the kernels that it chooses among, a row of its kernel table a line; empty for a device without such a table} */
    default String kernelTable() {
        return "";
    }

    /**
     * Measures what the device can do at most, by small kernels; takes a second or so.
     *
     * @return empty for a device without such kernels
     */
    default Optional<DevicePeaks> peaks() {
        return Optional.empty();
    }

    /**
     * Decides everything that can be decided once: shapes, kernels, packed weights, buffers, work split.
     *
     * @param graph   already folded and fused as wanted
     * @param options input size, threads, tuning and precision
     * @return what runs the graph; nothing stays allocated when this method throws
     * @throws IllegalArgumentException      when the graph can't be run at this size, or not in this much memory
     * @throws UnsupportedOperationException when the device lacks the precision or an operation of the graph
     */
    Executable compile(Graph graph, CompileOptions options);
}
