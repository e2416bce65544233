package io.github.jvig.model.onnx.file;

import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * What an ONNX file holds.
 *
 * @param source    name of the file, for messages
 * @param inputs    what a caller gives; initializers are not among them
 * @param outputs   what a run gives
 * @param nodes     the operators, each after those whose values it reads
 * @param constants initializers by name
 * @param metadata  the file's metadata by key, its producer as {@code producer} where it names one
 */
public record OnnxModel(String source, List<Port> inputs, List<Port> outputs, List<OnnxNode> nodes,
        Map<String, OnnxTensor> constants, Map<String, String> metadata) {
    /**
     * An input or output.
     *
     * @param name its name
     * @param kind of its elements; null for an output of which the file does not say it
     * @param dims sizes of its axes: a number, or the name of one that is free (empty for a nameless one); null where the file says nothing
     */
    public record Port(String name, OnnxTensor.Kind kind, List<Dimension> dims) {}

    /**
     * Size of an axis.
     *
     * @param size   at least 0; -1 where it is free
     * @param symbol name of a free size, empty for none
     */
    public record Dimension(int size, String symbol) {
        /** {@return whether the caller chooses the size} */
        public boolean isFree() {
            return size < 0;
        }
    }

    /** Copies the collections. */
    public OnnxModel {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        nodes = List.copyOf(nodes);
        constants = Map.copyOf(constants);
        metadata = Map.copyOf(metadata);
    }

    /** {@return the number of real numbers among the constants, those of branches and loops included} */
    public long weights() {
        return weights(constants.values()) + weights(nodes);
    }

    private static long weights(List<OnnxNode> nodes) {
        return nodes.stream().mapToLong(node -> weights(node.attributes().values())).sum();
    }

    private static long weights(Collection<?> values) {
        return values.stream().mapToLong(value -> switch (value) {
            case OnnxTensor tensor -> tensor.kind() == OnnxTensor.Kind.FLOAT ? tensor.elements() : 0;
            case OnnxGraph graph -> weights(graph.constants().values()) + weights(graph.nodes());
            default -> 0;
        }).sum();
    }
}
