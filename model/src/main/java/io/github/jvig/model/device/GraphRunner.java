package io.github.jvig.model.device;

import io.github.jvig.model.graph.Graph;

/**
 * Runs graphs that are made anew for each run, such as that part of a net whose sizes depend on what the net computes. What graphs have in common,
 * packed weights, threads and buffers, is kept from run to run. Any number of threads may use one at a time.
 */
public interface GraphRunner extends AutoCloseable {
    /**
     * Compiles a graph and runs it.
     *
     * @param graph   already folded and fused as wanted
     * @param height  of the input, in pixels
     * @param width   of the input, in pixels
     * @param input   {@code [channels][height][width]}, C order
     * @param results for each output an array of {@code [channels][height][width]}
     * @throws IllegalArgumentException      when the graph can't be run at this size
     * @throws UnsupportedOperationException when the device lacks an operation of the graph
     * @throws IllegalStateException         after {@link #close()}
     */
    void run(Graph graph, int height, int width, float[] input, float[][] results);

    /** Frees threads and buffers; closing again does nothing. A run that is under way ends well. */
    @Override
    void close();
}
