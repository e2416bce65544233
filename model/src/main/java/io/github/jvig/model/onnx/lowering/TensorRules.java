package io.github.jvig.model.onnx.lowering;

import java.util.Map;

/** Operators on row-major tensors, of any rank. */
final class TensorRules {
    private TensorRules() {
    }

    static void addTo(Map<String, Operators.Rule> rules) {
        ElementRules.addTo(rules);
        RowRules.addTo(rules);
        NormRules.addTo(rules);
        ProductRules.addTo(rules);
        ShapeRules.addTo(rules);
        IndexRules.addTo(rules);
        WindowRules.addTo(rules);
        ResizeRules.addTo(rules);
        RegionRules.addTo(rules);
        EinsumRules.addTo(rules);
        AttentionRules.addTo(rules);
        RecurrentRules.addTo(rules);
        ComposedRules.addTo(rules);
        QuantizedRules.addTo(rules);
        DeformRules.addTo(rules);
    }
}
