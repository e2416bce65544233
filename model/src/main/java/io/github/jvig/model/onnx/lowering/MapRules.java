package io.github.jvig.model.onnx.lowering;

import io.github.jvig.model.onnx.file.OnnxTensor.Kind;
import java.util.Map;

/** Operators on feature maps, as the ops that named nets are made of. A rule that can't returns false, and the operator runs on tensors. */
final class MapRules {
    private MapRules() {
    }

    static void addTo(Map<String, Operators.Rule> rules) {
        // What several operators together are comes before what the last of them is.
        ActivationPatterns.addTo(rules);
        NormPatterns.addTo(rules);
        NeighborRules.addTo(rules);
        MapAttentionRules.addTo(rules);
        CrossCovarianceRules.addTo(rules);
        SeparableAttentionRules.addTo(rules);
        BlendRules.addTo(rules);
        MapConvRules.addTo(rules);
        LinearRules.addTo(rules);
        MapPoolRules.addTo(rules);
        MapElementRules.addTo(rules);
        ChannelRules.addTo(rules);
        MapNormRules.addTo(rules);
    }

    /** A rule behind those that the operator has already. What an op refuses is no map's. */
    static void add(Map<String, Operators.Rule> rules, String type, Operators.Rule rule) {
        Operators.Rule guarded = (lowering, node) -> {
            if (node.outputs().stream().filter(o -> !o.isEmpty()).count() > 1 && !type.equals("Split")) {
                return false;
            }
            try {
                return rule.lower(lowering, node);
            } catch (IllegalArgumentException e) {
                return false;
            }
        };
        rules.merge(type, guarded,
                (first, second) -> (lowering, node) -> first.lower(lowering, node) || second.lower(lowering, node));
    }

    /** Whether a value is computed at run time, in real numbers. */
    static boolean isFloat(Value value) {
        return value instanceof View view && view.kind() == Kind.FLOAT;
    }
}
