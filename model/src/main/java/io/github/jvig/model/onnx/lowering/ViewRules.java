package io.github.jvig.model.onnx.lowering;

import io.github.jvig.model.onnx.file.OnnxNode;
import io.github.jvig.model.onnx.file.OnnxTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Operators that compute nothing: they look at a buffer in another way. */
final class ViewRules {
    private ViewRules() {
    }

    static void addTo(Map<String, Operators.Rule> rules) {
        rules.put("Identity", ViewRules::identity);
        rules.put("Dropout", ViewRules::identity);
        rules.put("Reshape", ViewRules::reshape);
        rules.put("Flatten", ViewRules::flatten);
        rules.put("Transpose", ViewRules::transpose);
    }

    private static boolean identity(Lowering lowering, OnnxNode node) {
        lowering.put(node, lowering.input(node, 0));
        return true;
    }

    private static boolean flatten(Lowering lowering, OnnxNode node) {
        Value x = lowering.input(node, 0);
        int axis = (int) node.integer("axis", 1);
        int from = axis < 0 ? axis + x.shape().size() : axis;
        int rows = x.shape().subList(0, from).stream().reduce(1, Math::multiplyExact);
        int columns = x.shape().subList(from, x.shape().size()).stream().reduce(1, Math::multiplyExact);
        return reshape(lowering, node, x, List.of(rows, columns));
    }

    private static boolean reshape(Lowering lowering, OnnxNode node) {
        Value x = lowering.input(node, 0);
        Optional<OnnxTensor> wanted = lowering.constant(node, 1);
        if (wanted.isEmpty()) {
            throw new UnsupportedOperationException("its shape is not known before it runs");
        }
        long[] sizes = wanted.get().integers().clone();
        long known = 1;
        for (int i = 0; i < sizes.length; i++) {
            if (sizes[i] == 0 && node.integer("allowzero", 0) == 0) {
                sizes[i] = x.shape().get(i);
            }
            known *= sizes[i] == -1 ? 1 : sizes[i];
        }
        long elements = x.shape().stream().reduce(1, Math::multiplyExact);
        List<Integer> shape = new ArrayList<>();
        for (long size : sizes) {
            shape.add((int) (size == -1 ? elements / known : size));
        }
        return reshape(lowering, node, x, shape);
    }

    static boolean reshape(Lowering lowering, OnnxNode node, Value x, List<Integer> shape) {
        if (shape.stream().reduce(1, Math::multiplyExact) != (int) x.shape().stream().reduce(1, Math::multiplyExact)) {
            throw new IllegalArgumentException("a tensor of shape " + x.shape() + " can't become " + shape);
        }
        switch (x) {
            case Value.Constant c -> lowering.put(node, new Value.Constant(new OnnxTensor(c.kind(), shape,
                    c.tensor().floats(), c.tensor().integers())));
            case View view -> lowering.put(node, view.reshaped(shape)
                    .orElseGet(() -> View.tensor(view.kind(), lowering.asTensor(node.name(), view), shape)));
        }
        return true;
    }

    private static boolean transpose(Lowering lowering, OnnxNode node) {
        if (!(lowering.input(node, 0) instanceof View view)) {
            return false;
        }
        List<Integer> order = node.integers("perm");
        int rank = view.axes().size();
        lowering.put(node, view.transposed(order != null
                ? order
                : IntStream.range(0, rank).mapToObj(i -> rank - 1 - i).toList()));
        return true;
    }
}
