package io.github.jvig.model.onnx.lowering;

import io.github.jvig.model.onnx.file.OnnxNode;
import java.util.HashMap;
import java.util.Map;

/** The operators that can be run, by type: first as operations on feature maps, else on row-major tensors. */
final class Operators {
    /** Makes the nodes of one operator. */
    @FunctionalInterface
    interface Rule {
        /**
         * Tries to.
         *
         * @return whether it has set the operator's outputs; false where the next rule is to be tried
         * @throws IllegalArgumentException      when the operator is wrong
         * @throws UnsupportedOperationException when it can't be run
         */
        boolean lower(Lowering lowering, OnnxNode node);
    }

    private static final Map<String, Rule> MAPS = new HashMap<>();
    private static final Map<String, Rule> SHAPES = new HashMap<>();
    private static final Map<String, Rule> TENSORS = new HashMap<>();

    static {
        // In this order: what folds, what only changes views, what is an operation on maps, and the rest.
        ViewRules.addTo(SHAPES);
        MapRules.addTo(MAPS);
        TensorRules.addTo(TENSORS);
    }

    private Operators() {
    }

    static void lower(Lowering lowering, OnnxNode node) {
        boolean known = false;
        if (node.domain().isEmpty()) {
            if (Constants.fold(lowering, node)) {
                return;
            }
            for (Map<String, Rule> rules : java.util.List.of(SHAPES, MAPS, TENSORS)) {
                Rule rule = rules.get(node.type());
                known |= rule != null;
                if (rule != null && rule.lower(lowering, node)) {
                    return;
                }
            }
        }
        throw new UnsupportedOperationException(known
                ? "is not run with these attributes and shapes"
                : "there is no such operator in JViG");
    }
}
