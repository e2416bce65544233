package io.github.jvig.model.onnx.lowering;

import io.github.jvig.model.onnx.file.OnnxNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** ONNX's own operators, one behind the other, that together are one of these. */
final class OperatorSteps {
    private final Lowering lowering;
    private final OnnxNode node;
    private int count;

    OperatorSteps(Lowering lowering, OnnxNode node) {
        this.lowering = lowering;
        this.node = node;
    }

    Lowering lowering() {
        return lowering;
    }

    OnnxNode node() {
        return node;
    }

    /** One of them; the name of its result. */
    String step(String type, int version, List<String> inputs, Map<String, Object> attributes) {
        String result = node.outputs().getFirst() + ":" + type + count++;
        Operators.lower(lowering,
                new OnnxNode(node.name(), "", type, version, inputs, List.of(result), attributes));
        return result;
    }

    /** The last of them, which gives the operator's first output. */
    boolean last(String type, int version, List<String> inputs, Map<String, Object> attributes) {
        lowering.put(node, lowering.value(step(type, version, inputs, attributes)));
        return true;
    }

    /** A sum with one of the operator's inputs, if it is given. */
    String plus(String x, int input) {
        return node.has(input) ? step("Add", 14, List.of(x, node.inputs().get(input)), Map.of()) : x;
    }

    /** The result as the operator's first output, behind its activation. */
    boolean activated(String x) {
        String activation = node.text("activation", "");
        Map<String, Object> attributes = new HashMap<>();
        List<?> given = node.attributes().get("activation_params") instanceof List<?> list ? list : List.of();
        List<String> names = List.of("alpha", "beta");
        for (int i = 0; i < names.size(); i++) {
            Object value = i < given.size() ? given.get(i) : node.attributes().get("activation_" + names.get(i));
            if (value != null) {
                attributes.put(names.get(i), value);
            }
        }
        switch (activation) {
            case "" -> lowering.put(node, lowering.value(x));
            case "Relu", "Sigmoid", "Tanh" -> last(activation, 14, List.of(x), Map.of());
            case "LeakyRelu", "HardSigmoid" -> last(activation, 16, List.of(x), attributes);
            case "Clip" -> {
                if (given.size() != 2) {
                    throw new IllegalArgumentException("has a Clip without two activation_params");
                }
                last("Clip", 6, List.of(x), Map.of("min", given.get(0), "max", given.get(1)));
            }
            default -> throw new UnsupportedOperationException("has the activation " + activation);
        }
        return true;
    }
}
