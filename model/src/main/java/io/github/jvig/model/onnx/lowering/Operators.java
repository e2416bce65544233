package io.github.jvig.model.onnx.lowering;

import io.github.jvig.model.onnx.file.OnnxNode;
import java.util.HashMap;
import java.util.List;
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
        SequenceRules.addTo(SHAPES);
        MapRules.addTo(MAPS);
        TensorRules.addTo(TENSORS);
    }

    private Operators() {
    }

    /** Why an operator of no rule is refused. */
    static final String UNKNOWN = "is no operator that JViG has";

    /** Whether there is a rule for a type of operator. */
    static boolean knows(OnnxNode node) {
        return MicrosoftRules.knows(node)
                || node.domain().isEmpty() && (Constants.knows(node.type()) || SHAPES.containsKey(node.type())
                        || MAPS.containsKey(node.type()) || TENSORS.containsKey(node.type()));
    }

    /**
     * Sets an operator's outputs.
     *
     * @throws IllegalArgumentException      when the operator is wrong
     * @throws UnsupportedOperationException when it can't be run
     */
    static void lower(Lowering lowering, OnnxNode node) {
        if (!knows(node)) {
            throw new UnsupportedOperationException(UNKNOWN);
        }
        if (MicrosoftRules.knows(node)) {
            MicrosoftRules.lower(lowering, node);
            return;
        }
        lowering.produces(node);
        if (Constants.fold(lowering, node)) {
            return;
        }
        if (EmptyRules.lower(lowering, node)) {
            return;
        }
        boolean runs = false;
        for (Map<String, Rule> rules : List.of(SHAPES, MAPS, TENSORS)) {
            Rule rule = rules.get(node.type());
            runs |= rule != null;
            if (rule != null && rule.lower(lowering, node)) {
                return;
            }
        }
        if (runs) {
            throw new UnsupportedOperationException("is not run with these attributes and shapes");
        }
        throw new NotKnown("reads what is not known before the net runs");
    }
}
