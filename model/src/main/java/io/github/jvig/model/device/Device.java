package io.github.jvig.model.device;

import io.github.jvig.model.graph.Graph;

/** Something that runs graphs. */
public interface Device {
    /** The name by which it is asked for: {@code "cpu"}, {@code "scalar"}, {@code "tornado:0:1"}. */
    String name();

    /** What it is, for people: hardware and kernels, in one line. */
    String description();

    /** Where it stands when the fastest is asked for: the higher, the sooner. */
    int rank();

    /**
     * Decides everything that can be decided once: shapes, kernels, packed weights, buffers, work split.
     *
     * @param graph   already folded and fused as wanted
     * @param height  of the input, in pixels
     * @param width   of the input, in pixels
     * @param threads the caller's thread and its helpers, at least 1; a device without threads of its own ignores it
     * @throws IllegalArgumentException      when the graph can't be run at this size, or not in this much memory
     * @throws UnsupportedOperationException when the device lacks an operation of the graph
     */
    Executable compile(Graph graph, int height, int width, int threads);
}
