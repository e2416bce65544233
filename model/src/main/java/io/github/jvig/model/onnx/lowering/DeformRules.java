package io.github.jvig.model.onnx.lowering;

import io.github.jvig.model.onnx.file.OnnxNode;
import io.github.jvig.model.tensor.DeformedColumns;
import io.github.jvig.model.tensor.Source;
import java.util.List;
import java.util.Map;

/** Convolutions whose taps are where offsets say that are computed. */
final class DeformRules {
    private DeformRules() {
    }

    static void addTo(Map<String, Operators.Rule> rules) {
        rules.put("DeformConv", DeformRules::conv);
    }

    /** What the windows read, then a product with the weights of each group, then the bias. */
    private static boolean conv(Lowering lowering, OnnxNode node) {
        Value x = lowering.input(node, 0);
        Value weight = lowering.input(node, 1);
        List<Integer> s = x.shape();
        if (s.size() != 4 || weight.shape().size() != 4) {
            throw new UnsupportedOperationException("is computed of images alone, not of the shape " + s);
        }
        int groups = (int) node.integer("group", 1);
        int shifted = (int) node.integer("offset_group", 1);
        int outs = weight.shape().getFirst();
        WindowRules.Span span = WindowRules.Span.of(node, s.subList(2, 4), weight.shape().subList(2, 4));
        int taps = span.kernel()[0] * span.kernel()[1];
        int places = span.out()[0] * span.out()[1];
        if (groups < 1 || shifted < 1 || s.get(1) % groups != 0 || s.get(1) % shifted != 0 || outs % groups != 0
                || weight.shape().get(1) * groups != s.get(1)) {
            throw new IllegalArgumentException("has weights of shape " + weight.shape() + ", group = " + groups
                    + " and offset_group = " + shifted + " for the shape " + s);
        }
        check(lowering, node, 2, List.of(s.getFirst(), 2 * shifted * taps, span.out()[0], span.out()[1]));
        Inputs in = new Inputs(lowering, node.name());
        Source planes = in.rowMajor(x);
        Source offsets = in.rowMajor(lowering.input(node, 2));
        Source mask = null;
        if (node.has(4)) {
            check(lowering, node, 4, List.of(s.getFirst(), shifted * taps, span.out()[0], span.out()[1]));
            mask = in.rowMajor(lowering.input(node, 4));
        }
        int each = s.get(1) / groups * taps;
        Value columns = in.result(x.kind(), new DeformedColumns(in.layouts(), planes, offsets, mask, s.getFirst(),
                s.get(1), shifted, span.geometry(s.subList(2, 4))), List.of(s.getFirst(), groups, each, places));
        Calc calc = new Calc(lowering, node);
        OperatorSteps steps = new OperatorSteps(lowering, node);
        String read = node.outputs().getFirst() + ":columns";
        String rows = node.outputs().getFirst() + ":weight";
        lowering.put(read, columns);
        lowering.put(rows, calc.reshape(weight, List.of(1, groups, outs / groups, each)));
        Value product = calc.reshape(lowering.value(steps.step("MatMul", 13, List.of(rows, read), Map.of())),
                List.of(s.getFirst(), outs, span.out()[0], span.out()[1]));
        if (node.has(3)) {
            String bias = node.outputs().getFirst() + ":bias";
            String sum = node.outputs().getFirst() + ":product";
            lowering.put(bias, calc.reshape(lowering.input(node, 3), List.of(1, outs, 1, 1)));
            lowering.put(sum, product);
            product = lowering.value(steps.step("Add", 14, List.of(sum, bias), Map.of()));
        }
        lowering.put(node, product);
        return true;
    }

    private static void check(Lowering lowering, OnnxNode node, int input, List<Integer> shape) {
        if (!lowering.input(node, input).shape().equals(shape)) {
            throw new IllegalArgumentException("has an input " + (input + 1) + " of shape "
                    + lowering.input(node, input).shape() + ", not " + shape);
        }
    }
}
