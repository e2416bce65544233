package io.github.jvig.model.onnx.lowering;

import io.github.jvig.model.onnx.file.OnnxNode;
import io.github.jvig.model.onnx.file.OnnxTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Sequences of tensors, of lengths that are known when a net is compiled: nothing is computed for them. */
final class SequenceRules {
    private SequenceRules() {
    }

    static void addTo(Map<String, Operators.Rule> rules) {
        rules.put("SequenceEmpty", (lowering, node) -> hold(lowering, node, List.of()));
        rules.put("SequenceConstruct", (lowering, node) -> hold(lowering, node,
                IntStream.range(0, node.inputs().size()).mapToObj(i -> lowering.input(node, i)).toList()));
        rules.put("SequenceInsert", (lowering, node) -> {
            List<Value> values = new ArrayList<>(lowering.sequence(node, 0));
            values.add(node.has(2) ? place(lowering, node, 2, values.size() + 1) : values.size(),
                    lowering.input(node, 1));
            return hold(lowering, node, values);
        });
        rules.put("SequenceErase", (lowering, node) -> {
            List<Value> values = new ArrayList<>(lowering.sequence(node, 0));
            values.remove(node.has(1) ? place(lowering, node, 1, values.size()) : values.size() - 1);
            return hold(lowering, node, values);
        });
        rules.put("SequenceAt", (lowering, node) -> {
            List<Value> values = lowering.sequence(node, 0);
            lowering.put(node, values.get(place(lowering, node, 1, values.size())));
            return true;
        });
        rules.put("SequenceLength", (lowering, node) -> {
            long length = lowering.sequence(node, 0).size();
            lowering.put(node, new Value.Constant(OnnxTensor.of(List.of(), new long[]{length})));
            return true;
        });
        rules.put("SplitToSequence", SequenceRules::split);
        rules.put("ConcatFromSequence", (lowering, node) -> {
            List<Value> values = lowering.sequence(node, 0);
            int rank = values.getFirst().shape().size();
            boolean stack = node.integer("new_axis", 0) != 0;
            int axis = Calc.axis(node.integer("axis", 0), stack ? rank + 1 : rank);
            lowering.put(node, stack ? stacked(lowering, node, values, axis) : joined(lowering, node, values, axis));
            return true;
        });
    }

    private static boolean hold(Lowering lowering, OnnxNode node, List<Value> values) {
        lowering.hold(node.outputs().getFirst(), List.copyOf(values));
        return true;
    }

    /** A known place among some; below zero from their end. */
    private static int place(Lowering lowering, OnnxNode node, int input, int size) {
        int at = RowRules.integers(lowering, node, input, "places").getFirst();
        if (at < -size || at >= size) {
            throw new IllegalArgumentException("has the place " + at + " of " + size);
        }
        return at < 0 ? at + size : at;
    }

    /** Values one behind the other along a new axis. */
    static Value stacked(Lowering lowering, OnnxNode node, List<Value> values, int axis) {
        Calc calc = new Calc(lowering, node);
        return joined(lowering, node, values.stream().map(value -> {
            List<Integer> shape = new ArrayList<>(value.shape());
            shape.add(axis, 1);
            return calc.reshape(value, shape);
        }).toList(), axis);
    }

    /** As the operator Concat does, which may join feature maps. */
    private static Value joined(Lowering lowering, OnnxNode node, List<Value> values, int axis) {
        List<String> names = new ArrayList<>();
        for (Value value : values) {
            names.add(node.outputs().getFirst() + ":part" + names.size());
            lowering.put(names.getLast(), value);
        }
        String joined = node.outputs().getFirst() + ":joined";
        Operators.lower(lowering, new OnnxNode(node.name(), "", "Concat", node.version(), names, List.of(joined),
                Map.of("axis", (long) axis)));
        return lowering.value(joined);
    }

    private static boolean split(Lowering lowering, OnnxNode node) {
        Value x = lowering.input(node, 0);
        int axis = Calc.axis(node.integer("axis", 0), x.shape().size());
        int size = x.shape().get(axis);
        long[] sizes;
        if (node.has(1) && !lowering.input(node, 1).shape().isEmpty()) {
            sizes = RowRules.integers(lowering, node, 1, "sizes").stream().mapToLong(i -> i).toArray();
        } else {
            int each = node.has(1) ? RowRules.integers(lowering, node, 1, "sizes").getFirst() : 1;
            if (each < 1) {
                throw new IllegalArgumentException("cuts parts of " + each);
            }
            sizes = IntStream.range(0, Math.ceilDiv(size, each)).mapToLong(i -> Math.min(each, size - i * each))
                    .toArray();
        }
        String given = node.outputs().getFirst() + ":sizes";
        lowering.put(given, new Value.Constant(OnnxTensor.of(List.of(sizes.length), sizes)));
        List<String> names = IntStream.range(0, sizes.length).mapToObj(i -> node.outputs().getFirst() + ":part" + i)
                .toList();
        Operators.lower(lowering, new OnnxNode(node.name(), "", "Split", Math.max(13, node.version()),
                List.of(node.inputs().getFirst(), given), names, Map.of("axis", (long) axis)));
        List<Value> parts = names.stream().map(lowering::value).toList();
        if (!node.has(1) && node.integer("keepdims", 1) == 0 && Arrays.stream(sizes).allMatch(s -> s == 1)) {
            Calc calc = new Calc(lowering, node);
            List<Integer> shape = new ArrayList<>(x.shape());
            shape.remove(axis);
            parts = parts.stream().map(part -> calc.reshape(part, shape)).toList();
        }
        return hold(lowering, node, parts);
    }
}
