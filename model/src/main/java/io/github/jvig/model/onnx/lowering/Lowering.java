package io.github.jvig.model.onnx.lowering;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.model.graph.InputOp;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.graph.Op;
import io.github.jvig.model.lowering.LoweredOp;
import io.github.jvig.model.onnx.file.OnnxNode;
import io.github.jvig.model.onnx.file.OnnxTensor;
import io.github.jvig.model.onnx.file.OnnxTensor.Kind;
import io.github.jvig.model.tensor.Dim;
import io.github.jvig.model.tensor.StridedCopy;
import io.github.jvig.model.tensor.TensorFunction;
import io.github.jvig.model.tensor.TensorOp;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** The state of an import: the values so far, and the nodes made for them. Operators read their inputs here and leave their outputs. */
final class Lowering {
    /** Elements of a folded constant, and of all of them beside what the file's own constants allow. */
    private static final long MAX_CONSTANT = 1 << 26;
    private static final long MAX_FOLDED = 1 << 27;

    private final Map<String, Value> values = new HashMap<>();
    private final Map<String, List<Value>> sequences = new HashMap<>();
    private final Map<Node, MapLayout> layouts = new IdentityHashMap<>();
    private final Set<String> names = new HashSet<>();
    /** The last number that each name was given in a copy: the steps of a loop have thousands. */
    private final Map<String, Integer> copies = new HashMap<>();
    private final Map<String, OnnxNode> producers = new HashMap<>();
    /** Images {@code [1, ...]} by the name of all, see {@link #putImages}. */
    private final Map<String, List<View>> images = new HashMap<>();
    private final Map<List<?>, Node> nodes = new HashMap<>();

    private final Derived derived;
    /** Elements that may still be folded. */
    private long foldable = MAX_FOLDED;

    Lowering(Derived derived) {
        this.derived = derived;
    }

    /** Weights in another order, see {@link Derived#get}. */
    float[] derived(float[] source, Object what, Supplier<float[]> make) {
        return derived.get(source, what, make);
    }

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
        images.remove(name);
    }

    /** What a name stands for, a value or a sequence of values, for {@link #hold}. */
    Object held(String name) {
        List<Value> sequence = sequences.get(name);
        return sequence != null ? sequence : value(name);
    }

    /** Makes a name stand for what another does. */
    void hold(String name, Object held) {
        images.remove(name);
        if (held instanceof Value value) {
            values.put(name, value);
            sequences.remove(name);
        } else {
            sequences.put(name, ((List<?>) held).stream().map(Value.class::cast).toList());
        }
    }

    /** An operator's input that is a sequence. */
    List<Value> sequence(OnnxNode node, int i) {
        List<Value> sequence = node.has(i) ? sequences.get(node.inputs().get(i)) : null;
        if (sequence == null) {
            throw new IllegalArgumentException("has an input " + (i + 1) + " that is no sequence");
        }
        return sequence;
    }

    boolean isSequence(String name) {
        return sequences.containsKey(name);
    }

    /** Sets an operator's first output. */
    void put(OnnxNode node, Value value) {
        put(node.outputs().getFirst(), value);
    }

    /** Says that a name's value is these, one behind the other, so that operators on each can do without all. */
    void putImages(String name, List<View> each) {
        images.put(name, List.copyOf(each));
    }

    /** The images of a name's value, where they were computed one by one; else none. */
    List<View> images(String name) {
        return images.getOrDefault(name, List.of());
    }

    /** Remembers which operator computes its outputs. */
    void produces(OnnxNode node) {
        node.outputs().forEach(name -> producers.put(name, node));
    }

    /** The value of a name. */
    Value value(String name) {
        Value value = values.get(name);
        if (value == null && sequences.containsKey(name)) {
            throw new UnsupportedOperationException("reads the sequence '" + name + "' as a tensor");
        }
        if (value == null) {
            throw new IllegalArgumentException("reads '" + name + "', which nothing computes");
        }
        return value;
    }

    /** The value of a name, if it has one. */
    Optional<Value> find(String name) {
        return Optional.ofNullable(values.get(name));
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
        while (!names.add(unique)) {
            unique = name + ":" + copies.merge(name, 2, (last, first) -> last + 1);
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

    /** The node whose whole map is the view {@code [1, C, H, W]}; a slice, blocks of pixels or a copy where there is none yet. */
    Node asMap(String name, View view) {
        if (view.isWholeMap()) {
            return view.node();
        }
        List<Integer> shape = view.shape();
        if (shape.size() != 4 || shape.getFirst() != 1) {
            throw new IllegalArgumentException(
                    "reads a tensor of shape " + shape + " where it takes a map [1, C, H, W]");
        }
        Optional<View> same = Pixels.at(this, name, view, 1).map(Pixels::view).filter(View::isWholeMap)
                .or(() -> Blocks.of(this, name, view));
        if (same.isPresent()) {
            return same.get().node();
        }
        return copied(name, view, 1, MapLayout.of(shape.get(2), shape.get(3), shape.get(1))).node();
    }

    /** The node whose whole buffer is the view as a row-major tensor; a copy where there is none yet. */
    Node asTensor(String name, View view) {
        if (view.isWholeTensor()) {
            return view.node();
        }
        List<Integer> shape = view.shape();
        MapLayout to = TensorFunction.tensor(Dim.elements(view.dims()));
        return copyTo(name + ":tensor", "to a tensor", view, to, Dim.rowMajor(shape));
    }

    /** A copy of a view; {@code to} has a digit for each axis. */
    private Node copyTo(String name, String what, View view, MapLayout out, List<Dim> to) {
        return copy(name, what, view, out, to.stream().map(List::of).toList());
    }

    /** A copy of a view to places in a map, which are digits of any number for each axis. */
    Node copy(String name, View view, MapLayout out, List<List<Dim>> to) {
        return copy(name, "to a map", view, out, to);
    }

    private Node copy(String name, String what, View view, MapLayout out, List<List<Dim>> to) {
        List<Dim> from = new ArrayList<>();
        List<Dim> into = new ArrayList<>();
        for (int i = 0; i < view.axes().size(); i++) {
            refine(view.axes().get(i), to.get(i), from, into);
        }
        return once(name, new TensorOp(new StridedCopy(what, view.layout(), view.offset(), from, out, into)),
                List.of(view.node()), List.of(view.node(), view.offset(), from, out, into));
    }

    /** A copy of a view as a map that has its pixels in their order. */
    View copied(String name, View view, int channel, MapLayout layout) {
        List<List<Dim>> axes = new ArrayList<>();
        int stride = layout.stride() * layout.pixels();
        for (int i = 0; i < view.axes().size(); i++) {
            int size = view.shape().get(i);
            if (i == channel) {
                axes.add(List.of(new Dim(size, 1)));
            } else {
                stride /= size;
                axes.add(List.of(new Dim(size, stride)));
            }
        }
        Node node = copy(name + ":map", view, layout, axes);
        return new View(view.kind(), node, layout, 0, axes);
    }

    /** Two lists of digits of the same number of elements, cut so that both have the same extents. */
    static void refine(List<Dim> a, List<Dim> b, List<Dim> cutA, List<Dim> cutB) {
        List<Dim> restA = new ArrayList<>(Dim.merged(a));
        List<Dim> restB = new ArrayList<>(Dim.merged(b));
        while (!restA.isEmpty() && !restB.isEmpty()) {
            // From the fastest digit on.
            Dim x = restA.removeLast();
            Dim y = restB.removeLast();
            int extent = Math.min(x.extent(), y.extent());
            if (x.extent() % extent != 0 || y.extent() % extent != 0) {
                throw new IllegalArgumentException("digits of " + a + " and " + b + " cut across each other");
            }
            if (x.extent() > extent) {
                restA.add(new Dim(x.extent() / extent, x.stride() * extent));
            }
            if (y.extent() > extent) {
                restB.add(new Dim(y.extent() / extent, y.stride() * extent));
            }
            cutA.add(new Dim(extent, x.stride()));
            cutB.add(new Dim(extent, y.stride()));
        }
        if (!restA.isEmpty() || !restB.isEmpty()) {
            throw new IllegalArgumentException("digits of " + a + " and " + b + " differ in number");
        }
    }

    /** A new node; the one made before if it is asked for again by the same key. */
    Node once(String name, Op op, List<Node> inputs, List<?> key) {
        Node made = nodes.get(key);
        if (made == null) {
            made = node(name, op, inputs);
            nodes.put(key, made);
        }
        return made;
    }

    /** The operator that computes a name; null for none, as for an input or a constant of the model. */
    OnnxNode producer(String name) {
        return producers.get(name);
    }

    /** All nodes so far, with their layouts. */
    Map<Node, MapLayout> layouts() {
        return layouts;
    }
}
