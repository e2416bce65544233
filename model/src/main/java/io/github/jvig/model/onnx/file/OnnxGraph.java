package io.github.jvig.model.onnx.file;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A graph inside an operator, as a branch of {@code If}. Its names are unique in the whole model; it may read values of the graph around it.
 *
 * @param inputs    names of what the operator gives it
 * @param outputs   names of what it gives the operator
 * @param nodes     its operators, each after those whose values it reads
 * @param constants its initializers by name
 */
public record OnnxGraph(List<String> inputs, List<String> outputs, List<OnnxNode> nodes,
        Map<String, OnnxTensor> constants) {
    /** Copies the collections. */
    public OnnxGraph {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        nodes = List.copyOf(nodes);
        constants = Map.copyOf(constants);
    }

    /** {@return the names of values of the graph around it that it reads} */
    public Set<String> captured() {
        Set<String> known = new HashSet<>(inputs);
        known.addAll(constants.keySet());
        nodes.forEach(node -> known.addAll(node.outputs()));
        Set<String> read = new HashSet<>(outputs);
        nodes.forEach(node -> read.addAll(node.reads()));
        read.removeAll(known);
        return read;
    }
}
