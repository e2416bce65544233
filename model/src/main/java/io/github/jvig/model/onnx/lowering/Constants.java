package io.github.jvig.model.onnx.lowering;

import io.github.jvig.model.onnx.file.OnnxNode;
import io.github.jvig.model.onnx.file.OnnxTensor;
import io.github.jvig.model.onnx.file.OnnxTensor.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Operators whose result is known when the net is compiled: because all inputs are known, or because only shapes are asked for. Operators on
 * known real numbers that are not here are computed by the rules on tensors, which fold as well.
 */
final class Constants {
    /** Computes the outputs of an operator; null when another rule is to be tried. */
    @FunctionalInterface
    interface Fold {
        List<OnnxTensor> outputs(Folding folding);
    }

    private static final Map<String, Fold> FOLDS = new HashMap<>();

    static {
        FoldedMakers.addTo(FOLDS);
        FoldedMath.addTo(FOLDS);
        FoldedMoves.addTo(FOLDS);
        FoldedReductions.addTo(FOLDS);
        FoldedSelections.addTo(FOLDS);
    }

    private Constants() {
    }

    /** Whether an operator can be computed when its inputs are known. */
    static boolean knows(String type) {
        return FOLDS.containsKey(type) || List.of("Shape", "Size", "EyeLike", "ConstantOfShape").contains(type);
    }

    /** Sets the operator's outputs if they are constant. */
    static boolean fold(Lowering lowering, OnnxNode node) {
        switch (node.type()) {
            case "Shape" -> put(lowering, node, shape(lowering, node));
            case "Size" -> put(lowering, node, OnnxTensor.of(List.of(),
                    new long[]{lowering.input(node, 0).shape().stream().mapToLong(i -> i).reduce(1, (a, b) -> a * b)}));
            case "EyeLike" -> put(lowering, node, eye(lowering, node));
            case "ConstantOfShape" -> {
                Optional<OnnxTensor> sizes = lowering.constant(node, 0);
                sizes.ifPresent(s -> lowering.put(node,
                        FoldedMakers.constantOfShape(new Folding(lowering, node, List.of(s)))));
                return sizes.isPresent();
            }
            default -> {
                return compute(lowering, node);
            }
        }
        return true;
    }

    private static boolean compute(Lowering lowering, OnnxNode node) {
        Fold fold = FOLDS.get(node.type());
        if (fold == null) {
            return false;
        }
        // Before any is asked for its elements, which may have to be written out.
        for (int i = 0; i < node.inputs().size(); i++) {
            if (node.has(i) && !(lowering.value(node.inputs().get(i)) instanceof Value.Constant)) {
                return false;
            }
        }
        List<OnnxTensor> inputs = new ArrayList<>();
        for (int i = 0; i < node.inputs().size(); i++) {
            inputs.add(lowering.constant(node, i).orElse(null));
        }
        List<OnnxTensor> outputs = fold.outputs(new Folding(lowering, node, inputs));
        if (outputs == null) {
            return false;
        }
        for (int i = 0; i < node.outputs().size(); i++) {
            if (!node.outputs().get(i).isEmpty()) {
                if (i >= outputs.size()) {
                    throw new UnsupportedOperationException("has an output " + (i + 1) + ", which is not computed");
                }
                lowering.put(node.outputs().get(i), new Value.Constant(outputs.get(i)));
            }
        }
        return true;
    }

    private static void put(Lowering lowering, OnnxNode node, OnnxTensor tensor) {
        lowering.put(node, new Value.Constant(tensor));
    }

    private static OnnxTensor shape(Lowering lowering, OnnxNode node) {
        List<Integer> shape = lowering.input(node, 0).shape();
        int from = index(node.integer("start", 0), shape.size());
        int to = index(node.integer("end", shape.size()), shape.size());
        long[] sizes = shape.subList(from, Math.max(from, to)).stream().mapToLong(i -> i).toArray();
        return OnnxTensor.of(List.of(sizes.length), sizes);
    }

    private static int index(long at, int size) {
        return Math.clamp(at < 0 ? at + size : at, 0, size);
    }

    private static OnnxTensor eye(Lowering lowering, OnnxNode node) {
        Value x = lowering.input(node, 0);
        List<Integer> shape = x.shape();
        if (shape.size() != 2) {
            throw new IllegalArgumentException("takes a matrix, not a tensor of shape " + shape);
        }
        Kind kind = node.attributes().containsKey("dtype")
                ? FoldedMath.kind(node.integer("dtype", 0))
                : x.kind();
        long k = node.integer("k", 0);
        long[] values = new long[lowering.charge(shape)];
        for (int i = 0; i < values.length; i++) {
            values[i] = i % shape.get(1) - i / shape.get(1) == k ? 1 : 0;
        }
        return FoldedMath.like(OnnxTensor.of(shape, values), kind);
    }
}
