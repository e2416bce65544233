package io.github.jvig.model;

import io.github.jvig.model.cpu.KernelStore;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.onnx.lowering.Remainder;
import java.util.List;
import java.util.Optional;

/** Where a model's graph comes from: a named net has one for all sizes, an ONNX file another one for each. */
sealed interface GraphSource permits NamedGraph, OnnxGraphs {
    /**
     * A graph, and what its input and its outputs hold.
     *
     * @param inputs  one behind the other in the graph's input
     * @param outputs in the model's order; empty for a named net, whose outputs the executable tells
     * @param rest    computes the outputs of what the graph gives; empty where the graph gives the outputs
     */
    record Sized(Graph graph, int height, int width, List<TensorInfo> inputs, List<TensorInfo> outputs,
            Optional<Rest> rest) {}

    /**
     * What runs behind the graph.
     *
     * @param operators whose sizes depend on what is computed
     * @param kernels   with packed weights of these operators
     */
    record Rest(Remainder operators, KernelStore kernels) {}

    /**
     * The graph at the sizes of some options.
     *
     * @throws IllegalArgumentException      when the model can't have these sizes
     * @throws UnsupportedOperationException when it has operators that can't be run
     */
    Sized at(SessionOptions options);

    /** Names of the inputs, in the order of the file. */
    List<String> inputNames();

    /** Strides of the feature maps that the graph marks. */
    List<Integer> strides();

    /** Whether the first output holds probabilities where it could hold logits. */
    boolean givesProbabilities();

    /** The number of logits, where the outputs have these shapes. */
    int classes(List<TensorInfo> outputs);

    /** The description of the model for a session with so many logits: without what the source holds, such as a file's constants. */
    ModelInfo compiled(ModelInfo info, int classes);
}
