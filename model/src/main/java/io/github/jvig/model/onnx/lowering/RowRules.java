package io.github.jvig.model.onnx.lowering;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.model.onnx.file.OnnxNode;
import io.github.jvig.model.onnx.file.OnnxTensor;
import io.github.jvig.model.onnx.file.OnnxTensor.Kind;
import io.github.jvig.model.tensor.Dim;
import io.github.jvig.model.tensor.Reduction;
import io.github.jvig.model.tensor.RowOperator;
import io.github.jvig.model.tensor.Rows;
import io.github.jvig.model.tensor.Source;
import io.github.jvig.model.tensor.TensorFunction;
import io.github.jvig.model.tensor.Unary;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Operators along axes: reductions, softmax and its kin, the order of the greatest, running sums. */
final class RowRules {
    private RowRules() {
    }

    static void addTo(Map<String, Operators.Rule> rules) {
        Map.of("ReduceSum", Reduction.SUM, "ReduceMean", Reduction.MEAN, "ReduceMax", Reduction.MAX, "ReduceMin",
                Reduction.MIN, "ReduceProd", Reduction.PROD, "ReduceL1", Reduction.L1, "ReduceL2", Reduction.L2,
                "ReduceLogSum", Reduction.LOG_SUM, "ReduceLogSumExp", Reduction.LOG_SUM_EXP, "ReduceSumSquare",
                Reduction.SUM_SQUARE)
                .forEach((type, reduction) -> rules.put(type, (lowering, node) -> reduce(lowering, node, reduction)));
        rules.put("Softmax", (lowering, node) -> softmax(lowering, node, RowOperator.softmax(false)));
        rules.put("LogSoftmax", (lowering, node) -> softmax(lowering, node, RowOperator.logSoftmax()));
        rules.put("Hardmax", (lowering, node) -> softmax(lowering, node, RowOperator.hardmax()));
        rules.put("ArgMax", (lowering, node) -> index(lowering, node, true));
        rules.put("ArgMin", (lowering, node) -> index(lowering, node, false));
        rules.put("TopK", RowRules::top);
        rules.put("CumSum", (lowering, node) -> cumulative(lowering, node, false));
        rules.put("CumProd", (lowering, node) -> cumulative(lowering, node, true));
    }

    /** Axes as an attribute, or as a constant input from some operator set on; empty where none are given. */
    static List<Integer> axes(Lowering lowering, OnnxNode node, int input, int rank) {
        List<Integer> axes = node.integers("axes");
        if (node.has(input)) {
            axes = integers(lowering, node, input, "axes");
        }
        return axes == null ? List.of() : axes.stream().map(a -> Calc.axis(a, rank)).toList();
    }

    /** A constant input of whole numbers that fit an int; larger ones are the nearest. */
    static List<Integer> integers(Lowering lowering, OnnxNode node, int input, String what) {
        Optional<OnnxTensor> tensor = lowering.constant(node, input);
        if (tensor.isEmpty()) {
            throw new NotKnown("its " + what + " are not known before it runs");
        }
        if (tensor.get().kind() == Kind.FLOAT) {
            throw new IllegalArgumentException("its " + what + " are no whole numbers");
        }
        List<Integer> values = new ArrayList<>();
        for (long value : tensor.get().integers()) {
            values.add(Math.clamp(value, Integer.MIN_VALUE, Integer.MAX_VALUE));
        }
        return values;
    }

    private static boolean reduce(Lowering lowering, OnnxNode node, Reduction reduction) {
        Calc calc = new Calc(lowering, node);
        Value x = lowering.input(node, 0);
        List<Integer> axes = axes(lowering, node, 1, x.shape().size());
        if (axes.isEmpty() && node.integer("noop_with_empty_axes", 0) == 1) {
            lowering.put(node, single(calc, x, reduction));
            return true;
        }
        if (axes.isEmpty()) {
            axes = IntStream.range(0, x.shape().size()).boxed().toList();
        }
        Value result = calc.reduce(reduction, x, axes, node.integer("keepdims", 1) != 0);
        if (x.kind() == Kind.INTEGER && reduction != Reduction.SUM && reduction != Reduction.MAX
                && reduction != Reduction.MIN) {
            result = calc.pointwise(Kind.INTEGER, Unary.TRUNCATE.with(Float.NEGATIVE_INFINITY,
                    Float.POSITIVE_INFINITY), result);
        }
        lowering.put(node, result);
        return true;
    }

    /** The reduction of each element by itself: without axes nothing is reduced, but what it does to elements is done. */
    private static Value single(Calc calc, Value x, Reduction reduction) {
        return switch (reduction) {
            case L1, L2 -> calc.unary(Unary.ABS, x);
            case LOG_SUM -> calc.unary(Unary.LOG, x);
            case SUM_SQUARE -> calc.pointwise(x.kind(), Unary.ABS_POWER.with(2, 0), x);
            default -> x;
        };
    }

    /** From operator set 13 on along one axis, the last by default; before along all axes from one on, the second by default. */
    private static boolean softmax(Lowering lowering, OnnxNode node, RowOperator operator) {
        Value x = lowering.input(node, 0);
        int rank = x.shape().size();
        List<Integer> along;
        if (node.version() >= 13) {
            along = List.of(Calc.axis(node.integer("axis", -1), rank));
        } else {
            long axis = node.integer("axis", 1);
            along = IntStream.range(axis == rank ? rank : Calc.axis(axis, rank), rank).boxed().toList();
        }
        lowering.put(node, new Calc(lowering, node).rows(operator, x, rank == 0 ? List.of() : along));
        return true;
    }

    private static boolean index(Lowering lowering, OnnxNode node, boolean greatest) {
        Value x = lowering.input(node, 0);
        List<List<Dim>> axes = Calc.axes(x);
        List<Integer> along = List.of(Calc.axis(node.integer("axis", 0), axes.size()));
        List<Integer> shape = new ArrayList<>(x.shape());
        if (node.integer("keepdims", 1) != 0) {
            shape.set(along.getFirst(), 1);
        } else {
            shape.remove((int) along.getFirst());
        }
        MapLayout out = TensorFunction.tensor(Calc.elements(shape));
        Inputs in = new Inputs(lowering, node.name());
        Source source = in.strided(x);
        lowering.put(node, in.result(Kind.INTEGER, new Rows(
                RowOperator.index(greatest, node.integer("select_last_index", 0) != 0), in.layouts(), source,
                Calc.digits(axes, along, false), Calc.digits(axes, along, true), Dim.rowMajor(shape), List.of(), out),
                shape));
        return true;
    }

    /** One buffer for both outputs: all values, then all indices. */
    private static boolean top(Lowering lowering, OnnxNode node) {
        Value x = lowering.input(node, 0);
        List<List<Dim>> axes = Calc.axes(x);
        int axis = Calc.axis(node.integer("axis", -1), axes.size());
        int k = node.has(1) ? integers(lowering, node, 1, "numbers").getFirst() : (int) node.integer("k", 1);
        List<Integer> shape = new ArrayList<>(x.shape());
        if (k < 1 || k > shape.get(axis)) {
            throw new IllegalArgumentException("takes " + k + " of " + shape.get(axis));
        }
        shape.set(axis, k);
        int elements = Calc.elements(shape);
        List<Dim> to = Dim.rowMajor(shape);
        List<Dim> outer = new ArrayList<>(to);
        Dim row = outer.remove(axis);
        Inputs in = new Inputs(lowering, node.name());
        Source source = in.strided(x);
        Value both = in.result(Kind.FLOAT, new Rows(RowOperator.top(k, node.integer("largest", 1) != 0), in.layouts(),
                source, Calc.digits(axes, List.of(axis), false), axes.get(axis), outer,
                List.of(new Dim(2, elements), row), TensorFunction.tensor(2 * elements)), List.of(2 * elements));
        halves(lowering, node, both, x.kind(), shape);
        return true;
    }

    /** Sets an operator's two outputs, which lie one behind the other: values, then indices. */
    static void halves(Lowering lowering, OnnxNode node, Value both, Kind kind, List<Integer> shape) {
        Calc calc = new Calc(lowering, node);
        int elements = Calc.elements(shape);
        put(lowering, node, 0, Calc.as(kind, calc.reshape(calc.slice(both, 0, 0, 1, elements), shape)));
        put(lowering, node, 1, Calc.as(Kind.INTEGER, calc.reshape(calc.slice(both, 0, elements, 1, elements), shape)));
    }

    /** Sets an output if it is wanted. */
    static void put(Lowering lowering, OnnxNode node, int output, Value value) {
        if (isWanted(node, output)) {
            lowering.put(node.outputs().get(output), value);
        }
    }

    static boolean isWanted(OnnxNode node, int output) {
        return output < node.outputs().size() && !node.outputs().get(output).isEmpty();
    }

    private static boolean cumulative(Lowering lowering, OnnxNode node, boolean product) {
        Value x = lowering.input(node, 0);
        int axis = Calc.axis(integers(lowering, node, 1, "axes").getFirst(), x.shape().size());
        lowering.put(node, new Calc(lowering, node).rows(RowOperator.cumulative(product,
                node.integer("exclusive", 0) != 0, node.integer("reverse", 0) != 0), x, List.of(axis)));
        return true;
    }
}
