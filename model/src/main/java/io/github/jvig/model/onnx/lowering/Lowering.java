package io.github.jvig.model.onnx.lowering;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.model.graph.ConcatOp;
import io.github.jvig.model.graph.InputOp;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.graph.Op;
import io.github.jvig.model.graph.SelectOp;
import io.github.jvig.model.lowering.LoweredOp;
import io.github.jvig.model.onnx.file.OnnxNode;
import io.github.jvig.model.onnx.file.OnnxTensor;
import io.github.jvig.model.onnx.file.OnnxTensor.Kind;
import io.github.jvig.model.tensor.Dim;
import io.github.jvig.model.tensor.StridedCopy;
import io.github.jvig.model.tensor.TensorFunction;
import io.github.jvig.model.tensor.TensorOp;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** The state of an import: the values so far, and the nodes made for them. Operators read their inputs here and leave their outputs. */
final class Lowering {
    /** Elements of a folded constant, and of all of them beside what the file's own constants allow. */
    private static final long MAX_CONSTANT = 1 << 26;
    private static final long MAX_FOLDED = 1 << 27;

    private final Map<String, Value> values = new HashMap<>();
    private final Map<Node, MapLayout> layouts = new IdentityHashMap<>();
    private final Set<String> names = new HashSet<>();

    /** Elements that may still be folded. */
    private long foldable = MAX_FOLDED;

    /** Lets more be folded, as the file has constants of its own. */
    void allow(long elements) {
        foldable += elements;
    }

    /** Counts a tensor that is folded, before there is room for it: a few bytes of a file can ask for any number of elements. */
    int charge(List<Integer> shape) {
        long elements = 1;
        for (int size : shape) {
            elements = Math.multiplyExact(elements, size);
        }
        if (elements > MAX_CONSTANT || elements > foldable) {
            throw new UnsupportedOperationException("makes a constant of shape " + shape
                    + ": more than is computed before a net runs");
        }
        foldable -= elements;
        return (int) elements;
    }

    /** Sets the value of a name. */
    void put(String name, Value value) {
        values.put(name, value);
    }

    /** Sets an operator's first output. */
    void put(OnnxNode node, Value value) {
        put(node.outputs().getFirst(), value);
    }

    /** The value of a name. */
    Value value(String name) {
        Value value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("reads '" + name + "', which nothing computes");
        }
        return value;
    }

    /** An operator's input. */
    Value input(OnnxNode node, int i) {
        if (!node.has(i)) {
            throw new IllegalArgumentException("lacks its input " + (i + 1));
        }
        return value(node.inputs().get(i));
    }

    /** An operator's input, if it is given and constant. */
    Optional<OnnxTensor> constant(OnnxNode node, int i) {
        return node.has(i) && value(node.inputs().get(i)) instanceof Value.Constant c
                ? Optional.of(c.tensor())
                : Optional.empty();
    }

    /** A new node, and its layout. The name is made unique. */
    Node node(String name, Op op, List<Node> inputs) {
        String unique = name;
        for (int i = 2; !names.add(unique); i++) {
            unique = name + ":" + i;
        }
        Node node = new Node(unique, op, inputs);
        layouts.put(node, LoweredOp.of(node, inputs.stream().map(layouts::get).toList()).spec().out());
        return node;
    }

    /** The graph's input. */
    Node inputNode(MapLayout layout) {
        names.add("input");
        Node node = new Node("input", new InputOp(layout.channels()), List.of());
        layouts.put(node, layout);
        return node;
    }

    MapLayout layout(Node node) {
        return layouts.get(node);
    }

    /** A new node as a view of its whole map. */
    View map(String name, Op op, List<Node> inputs) {
        Node node = node(name, op, inputs);
        return View.map(node, layout(node));
    }

    /** A new node that computes a row-major tensor. */
    View tensor(String name, Kind kind, TensorFunction function, List<Node> inputs, List<Integer> shape) {
        return View.tensor(kind, node(name, new TensorOp(function), inputs), shape);
    }

    /** The node whose whole map is the view {@code [1, C, H, W]}; a slice or a copy where there is none yet. */
    Node asMap(String name, View view) {
        if (view.isWholeMap()) {
            return view.node();
        }
        List<Integer> shape = view.shape();
        if (shape.size() != 4 || shape.getFirst() != 1) {
            throw new IllegalArgumentException(
                    "reads a tensor of shape " + shape + " where it takes a map [1, C, H, W]");
        }
        MapLayout from = view.layout();
        View whole = View.map(view.node(), from);
        List<Dim> channels = view.axes().get(1);
        if (view.axes().subList(2, 4).equals(whole.axes().subList(2, 4)) && from.pixels() > 1
                && view.offset() < from.channels()
                && channels.stream().allMatch(d -> d.stride() >= 0)
                && view.offset() + channels.stream().mapToInt(d -> (d.extent() - 1) * d.stride()).sum() < from
                        .channels()) {
            List<Integer> selected = indices(view.offset(), channels);
            return node(name + ":channels", new SelectOp(from.channels(), selected), List.of(view.node()));
        }
        MapLayout to = MapLayout.of(shape.get(2), shape.get(3), shape.get(1));
        return copy(name + ":map", "to a map", view, to,
                List.of(new Dim(to.channels(), 1), new Dim(to.height(), to.width() * to.stride()),
                        new Dim(to.width(), to.stride())));
    }

    private static List<Integer> indices(int offset, List<Dim> dims) {
        List<Integer> indices = List.of(offset);
        for (Dim dim : dims) {
            indices = indices.stream()
                    .flatMap(i -> IntStream.range(0, dim.extent()).mapToObj(k -> i + k * dim.stride())).toList();
        }
        return indices;
    }

    /** The node whose whole buffer is the view as a row-major tensor; a copy where there is none yet. */
    Node asTensor(String name, View view) {
        if (view.isWholeTensor()) {
            return view.node();
        }
        List<Integer> shape = view.shape();
        MapLayout to = TensorFunction.tensor(Dim.elements(view.dims()));
        return copy(name + ":tensor", "to a tensor", view, to, Dim.rowMajor(shape));
    }

    /** A copy of a view; {@code to} has a digit for each axis that is larger than one, or for each axis. */
    private Node copy(String name, String what, View view, MapLayout out, List<Dim> to) {
        List<Dim> from = view.dims();
        return node(name, new TensorOp(new StridedCopy(what, view.layout(), view.offset(), from, out,
                split(view.axes(), to))), List.of(view.node()));
    }

    /** The target's digits cut as the source's axes are. */
    private static List<Dim> split(List<List<Dim>> axes, List<Dim> to) {
        List<List<Dim>> full = axes.size() == to.size() ? axes : axes.subList(axes.size() - to.size(), axes.size());
        List<Dim> result = new java.util.ArrayList<>();
        for (int i = 0; i < to.size(); i++) {
            int stride = to.get(i).stride() * to.get(i).extent();
            for (Dim dim : full.get(i)) {
                stride /= dim.extent();
                result.add(new Dim(dim.extent(), stride));
            }
        }
        return result;
    }

    /** Maps one behind the other along the channels. */
    Node concat(String name, List<Node> parts) {
        return parts.size() == 1 ? parts.getFirst() : node(name, new ConcatOp(parts.size()), parts);
    }
}
