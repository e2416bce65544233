package io.github.jvig.model.onnx.lowering;

import io.github.jvig.model.onnx.file.OnnxGraph;
import io.github.jvig.model.onnx.file.OnnxNode;
import io.github.jvig.model.onnx.file.OnnxTensor;
import io.github.jvig.model.onnx.file.OnnxTensor.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Loop and Scan whose number of steps is known when a net is compiled: the body once for each step, one behind the other. */
final class LoopRules {
    /** Lowers a body whose inputs are set. */
    @FunctionalInterface
    interface Body {
        /** Returns false when a part of it is refused. */
        boolean lower(OnnxGraph graph);
    }

    private LoopRules() {
    }

    static boolean knows(OnnxNode node) {
        return node.domain().isEmpty() && (node.type().equals("Loop") || node.type().equals("Scan"));
    }

    /**
     * Sets the outputs of a loop.
     *
     * @return false when a part of its body is refused
     * @throws UnsupportedOperationException when the number of steps is not known
     */
    static boolean lower(Lowering lowering, OnnxNode node, Body body) {
        return node.type().equals("Loop") ? loop(lowering, node, body) : scan(lowering, node, body);
    }

    private static OnnxGraph graph(OnnxNode node, int inputs, int outputs) {
        if (!(node.attributes().get("body") instanceof OnnxGraph graph) || graph.inputs().size() != inputs
                || graph.outputs().size() < outputs) {
            throw new IllegalArgumentException("its attribute body is no graph of as many inputs and outputs");
        }
        return graph;
    }

    private static OnnxTensor known(Lowering lowering, String name, String what) {
        if (lowering.held(name) instanceof Value.Constant c && c.tensor().kind() != Kind.FLOAT
                && c.tensor().elements() == 1) {
            return c.tensor();
        }
        throw new NotKnown("its " + what + " is not known before it runs");
    }

    /** Inputs: the most steps, whether there is a first, then what goes from step to step. */
    private static boolean loop(Lowering lowering, OnnxNode node, Body body) {
        int carried = Math.max(0, node.inputs().size() - 2);
        OnnxGraph graph = graph(node, carried + 2, carried + 1);
        long most = node.has(0)
                ? known(lowering, node.inputs().get(0), "number of steps").integers()[0]
                : Long.MAX_VALUE;
        boolean on = !node.has(1) || known(lowering, node.inputs().get(1), "condition").integers()[0] != 0;
        List<Object> state = node.inputs().subList(Math.min(2, node.inputs().size()), node.inputs().size()).stream()
                .map(lowering::held).toList();
        Stacks stacks = new Stacks(node, carried, graph.outputs().subList(carried + 1, graph.outputs().size()));
        for (long step = 0; on && step < most; step++) {
            lowering.put(graph.inputs().get(0),
                    new Value.Constant(OnnxTensor.of(List.of(), new long[]{step})));
            lowering.put(graph.inputs().get(1),
                    new Value.Constant(new OnnxTensor(Kind.BOOLEAN, List.of(), null, new long[]{1})));
            hold(lowering, graph.inputs().subList(2, graph.inputs().size()), state);
            if (!body.lower(graph)) {
                return false;
            }
            on = known(lowering, graph.outputs().getFirst(), "condition after a step").integers()[0] != 0;
            state = graph.outputs().subList(1, carried + 1).stream().map(lowering::held).toList();
            stacks.add(lowering);
        }
        return finish(lowering, node, state, stacks, List.of(), List.of());
    }

    /** Inputs: what goes from step to step, then what the steps read one part each of. */
    private static boolean scan(Lowering lowering, OnnxNode node, Body body) {
        if (node.version() < 9) {
            throw new UnsupportedOperationException("is that of operator set 8, with an axis of images");
        }
        int parts = (int) node.integer("num_scan_inputs", 0);
        int carried = node.inputs().size() - parts;
        if (parts < 1 || carried < 0) {
            throw new IllegalArgumentException("has num_scan_inputs = " + parts + " of " + node.inputs().size());
        }
        OnnxGraph graph = graph(node, carried + parts, carried);
        Calc calc = new Calc(lowering, node);
        List<Value> read = new ArrayList<>();
        List<Integer> axes = new ArrayList<>();
        for (int i = 0; i < parts; i++) {
            read.add(lowering.input(node, carried + i));
            axes.add(Calc.axis(item(node, "scan_input_axes", i), read.getLast().shape().size()));
        }
        int steps = read.getFirst().shape().get(axes.getFirst());
        List<Object> state = node.inputs().subList(0, carried).stream().map(lowering::held).toList();
        Stacks stacks = new Stacks(node, carried, graph.outputs().subList(carried, graph.outputs().size()));
        for (int step = 0; step < steps; step++) {
            hold(lowering, graph.inputs().subList(0, carried), state);
            for (int i = 0; i < parts; i++) {
                int axis = axes.get(i);
                int at = item(node, "scan_input_directions", i) == 0 ? step : steps - 1 - step;
                List<Integer> shape = new ArrayList<>(read.get(i).shape());
                if (shape.get(axis) != steps) {
                    throw new IllegalArgumentException(
                            "reads inputs of " + steps + " and " + shape.get(axis) + " steps");
                }
                shape.remove(axis);
                lowering.put(graph.inputs().get(carried + i),
                        calc.reshape(calc.slice(read.get(i), axis, at, 1, 1), shape));
            }
            if (!body.lower(graph)) {
                return false;
            }
            state = graph.outputs().subList(0, carried).stream().map(lowering::held).toList();
            stacks.add(lowering);
        }
        return finish(lowering, node, state, stacks, items(node, "scan_output_axes"),
                items(node, "scan_output_directions"));
    }

    private static List<Integer> items(OnnxNode node, String attribute) {
        List<Integer> items = node.integers(attribute);
        return items == null ? List.of() : items;
    }

    private static int item(OnnxNode node, String attribute, int i) {
        List<Integer> items = items(node, attribute);
        return i < items.size() ? items.get(i) : 0;
    }

    private static void hold(Lowering lowering, List<String> names, List<Object> values) {
        for (int i = 0; i < names.size(); i++) {
            lowering.hold(names.get(i), values.get(i));
        }
    }

    /** What the steps give beside what goes on to the next. */
    private record Stacks(OnnxNode node, int first, List<String> names, List<List<Value>> values) {
        Stacks(OnnxNode node, int first, List<String> names) {
            this(node, first, names, names.stream().<List<Value>>map(name -> new ArrayList<>()).toList());
        }

        void add(Lowering lowering) {
            for (int i = 0; i < names.size(); i++) {
                if (RowRules.isWanted(node, first + i)) {
                    values.get(i).add(lowering.value(names.get(i)));
                }
            }
        }
    }

    private static boolean finish(Lowering lowering, OnnxNode node, List<Object> state, Stacks stacks,
            List<Integer> axes, List<Integer> directions) {
        for (int i = 0; i < node.outputs().size(); i++) {
            if (node.outputs().get(i).isEmpty()) {
                continue;
            }
            if (i < state.size()) {
                lowering.hold(node.outputs().get(i), state.get(i));
                continue;
            }
            int at = i - state.size();
            List<Value> values = new ArrayList<>(stacks.values().get(at));
            if (values.isEmpty()) {
                throw new UnsupportedOperationException("has no step, so that an output has no elements");
            }
            if (at < directions.size() && directions.get(at) != 0) {
                Collections.reverse(values);
            }
            int axis = Calc.axis(at < axes.size() ? axes.get(at) : 0, values.getFirst().shape().size() + 1);
            lowering.put(node.outputs().get(i), SequenceRules.stacked(lowering, node, values, axis));
        }
        return true;
    }
}
