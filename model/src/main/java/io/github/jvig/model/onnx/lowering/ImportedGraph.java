package io.github.jvig.model.onnx.lowering;

import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.onnx.file.OnnxTensor.Kind;
import java.util.List;
import java.util.Optional;

/**
 * An ONNX model at fixed sizes. The graph's one input holds the model's inputs one behind the other, each row-major, if there are several or
 * the one is no image {@code [1, C, H, W]}.
 *
 * @param graph   before its passes; an output each of the model's, as planes: row-major
 * @param height  rows of the graph's input
 * @param width   columns of the graph's input
 * @param inputs  the model's inputs
 * @param outputs what the graph gives, in its order: the model's outputs; with a rest only those whose sizes are known, and behind them what the
 *                rest reads
 * @param rest    computes the model's outputs of what the graph gives; empty where these are the model's outputs
 */
public record ImportedGraph(Graph graph, int height, int width, List<Port> inputs, List<Port> outputs,
        Optional<Remainder> rest) {
    /**
     * An input or an output with its sizes.
     *
     * @param name  in the file
     * @param kind  of its elements, which are given and returned as floats
     * @param shape sizes of its axes
     */
    public record Port(String name, Kind kind, List<Integer> shape) {
        /** {@return the number of elements} */
        public int elements() {
            return shape.stream().reduce(1, Math::multiplyExact);
        }
    }
}
