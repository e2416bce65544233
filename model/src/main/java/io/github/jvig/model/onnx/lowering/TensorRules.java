package io.github.jvig.model.onnx.lowering;

import java.util.Map;

/** Operators on row-major tensors. */
final class TensorRules {
    private TensorRules() {
    }

    static void addTo(Map<String, Operators.Rule> rules) {
    }
}
