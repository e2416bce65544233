package io.github.jvig.model.onnx.lowering;

import io.github.jvig.model.onnx.file.OnnxNode;
import io.github.jvig.model.onnx.file.OnnxTensor;
import io.github.jvig.model.onnx.file.OnnxTensor.Kind;
import io.github.jvig.model.tensor.TensorFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Operators on tensors without elements, as a detector has where nothing is found. Nothing is computed; only the shapes of what they give count.
 * These follow from those with one and with two elements in place of none.
 */
final class EmptyRules {
    /** What folds of views and joins, whether there are elements or not. */
    private static final Set<String> OTHERS = Set.of("Concat", "Reshape", "Squeeze", "Unsqueeze", "Flatten", "Identity",
            "Slice", "Split", "Expand", "Tile", "Transpose", "Pad", "SequenceConstruct", "SequenceInsert", "Dropout");
    /** What leaves a tensor as it is where there is nothing to put into it. */
    private static final Set<String> SCATTERS = Set.of("ScatterND", "ScatterElements", "Scatter");

    private EmptyRules() {
    }

    /** Sets an operator's outputs if an input has no elements and they have none either. */
    static boolean lower(Lowering lowering, OnnxNode node) {
        if (OTHERS.contains(node.type()) || !isEmpty(lowering, node)) {
            return false;
        }
        if (SCATTERS.contains(node.type())) {
            lowering.put(node, lowering.input(node, 0));
            return true;
        }
        List<Value> ones = at(lowering, node, 1);
        List<Value> twos = at(lowering, node, 2);
        List<Value> results = new ArrayList<>();
        for (int i = 0; i < ones.size(); i++) {
            List<Integer> shape = new ArrayList<>();
            for (int k = 0; k < ones.get(i).shape().size(); k++) {
                shape.add(2 * ones.get(i).shape().get(k) - twos.get(i).shape().get(k));
            }
            if (!shape.contains(0)) {
                throw new UnsupportedOperationException("reads a tensor without elements");
            }
            results.add(new Value.Constant(ones.get(i).kind() == Kind.FLOAT
                    ? OnnxTensor.of(shape, new float[0])
                    : new OnnxTensor(ones.get(i).kind(), shape, null, new long[0])));
        }
        for (String output : node.outputs()) {
            if (!output.isEmpty()) {
                lowering.put(output, results.removeFirst());
            }
        }
        return true;
    }

    private static boolean isEmpty(Lowering lowering, OnnxNode node) {
        for (int i = 0; i < node.inputs().size(); i++) {
            if (node.has(i) && !lowering.isSequence(node.inputs().get(i))
                    && lowering.input(node, i).shape().contains(0)) {
                // An empty list of axes or sizes is one that is not given.
                return i == 0 || lowering.input(node, i).shape().size() > 1;
            }
        }
        return false;
    }

    /** The outputs that are wanted, with so many elements where there are none. */
    private static List<Value> at(Lowering lowering, OnnxNode node, int size) {
        Lowering scratch = new Lowering(new Derived(0));
        for (int i = 0; i < node.inputs().size(); i++) {
            if (node.has(i)) {
                scratch.put(node.inputs().get(i), input(scratch, lowering.input(node, i), size));
            }
        }
        Operators.lower(scratch, node);
        return node.outputs().stream().filter(output -> !output.isEmpty()).map(scratch::value).toList();
    }

    private static Value input(Lowering scratch, Value value, int size) {
        if (value instanceof Value.Constant && !value.shape().contains(0)) {
            return value;
        }
        List<Integer> shape = value.shape().stream().map(s -> s == 0 ? size : s).toList();
        if (value.kind() != Kind.FLOAT) {
            return new Value.Constant(new OnnxTensor(value.kind(), shape, null, new long[scratch.charge(shape)]));
        }
        return View.tensor(value.kind(), scratch.inputNode(TensorFunction.tensor(Calc.elements(shape))), shape);
    }
}
