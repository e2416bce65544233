package io.github.jvig.model.onnx.lowering;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.onnx.file.OnnxException;
import io.github.jvig.model.onnx.file.OnnxGraph;
import io.github.jvig.model.onnx.file.OnnxModel;
import io.github.jvig.model.onnx.file.OnnxNode;
import io.github.jvig.model.onnx.file.OnnxTensor;
import io.github.jvig.model.onnx.file.OnnxTensor.Kind;
import io.github.jvig.model.onnx.lowering.ImportedGraph.Port;
import io.github.jvig.model.tensor.ConstantTensor;
import io.github.jvig.model.tensor.Dim;
import io.github.jvig.model.tensor.Pointwise;
import io.github.jvig.model.tensor.StridedCopy;
import io.github.jvig.model.tensor.TensorFunction;
import io.github.jvig.model.tensor.TensorOp;
import io.github.jvig.model.text.MessageText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;

/** Makes graphs of an ONNX model. Long, for the operators that run later, branches and loops all change what is left to lower. */
public final class Importer {
    /** Operators that a message names. */
    private static final int NAMED = 3;
    /** A constant of the file may be folded as often as this. */
    private static final int REFOLDED = 8;
    /** Operators in the steps of all loops: a few bytes of a file can ask for any number of steps. */
    private static final int MAX_UNROLLED = 1 << 16;

    private final OnnxModel model;
    private final List<List<Integer>> shapes;
    /** For the rest. */
    private final Derived derived;
    private final Lowering lowering;
    /** Values of operators that can't be run, and of those that read them. */
    private final Set<String> failed = new HashSet<>();
    private final List<String> reasons = new ArrayList<>();
    /** Operators that run later, since their sizes are not known yet; their values; what those read that could be run but for its size. */
    private final List<OnnxNode> later = new ArrayList<>();
    private final Set<String> late = new HashSet<>();
    private final Set<String> asked = new HashSet<>();
    /** Whether what is lowered is the body of a loop or a branch that may not be taken: it runs later as a whole. */
    private boolean nested;
    private int refused;
    /** Operators in the steps of loops so far. */
    private int unrolled;
    private Node input;

    private Importer(OnnxModel model, List<List<Integer>> shapes, Derived now, Derived then) {
        this.model = model;
        this.shapes = shapes;
        derived = then;
        lowering = new Lowering(now);
    }

    /**
     * Shapes of the model's inputs once the sizes that the file leaves free are chosen. What is asked for an input comes first. Then the
     * first free axis of an input of two axes or more is its batch: 1. Of an image {@code [N, C, H, W]} or {@code [N, H, W, C]}, or a video
     * of five axes with height and width in the same places, free rows and columns are as asked. Free axes of one name are of one size. A
     * size that the file fixes stays.
     *
     * @param model  what the file holds
     * @param wanted shapes by names of inputs, -1 for a size that is chosen as above; may be empty
     * @param height rows of images; 0 for none
     * @param width  columns of images; 0 for none
     * @return the shapes, in the order of the model's inputs
     * @throws IllegalArgumentException that names the input and the axis that contradicts the file or has no size
     */
    public static List<List<Integer>> shapes(OnnxModel model, Map<String, List<Integer>> wanted, int height,
            int width) {
        return InputShapes.choose(model, wanted, height, width);
    }

    /**
     * The model at fixed sizes.
     *
     * @param model  what the file holds
     * @param shapes of the model's inputs, in its order
     * @return the graph with its inputs and outputs
     * @throws OnnxException that counts the operators that can't be run and names the first; nothing is run before
     */
    public static ImportedGraph at(OnnxModel model, List<List<Integer>> shapes) throws OnnxException {
        return at(model, shapes, new Derived(2 * model.weights()));
    }

    /**
     * The same with weights that are shared by several imports of the model.
     *
     * @param model  what the file holds
     * @param shapes of the model's inputs, in its order
     * @param later  keeps weights that the rest has put into another order
     * @return the graph with its inputs and outputs
     * @throws OnnxException as above
     */
    public static ImportedGraph at(OnnxModel model, List<List<Integer>> shapes, Derived later) throws OnnxException {
        // What runs at once is imported once: nothing of it is kept.
        return new Importer(model, shapes, new Derived(0), later).graph();
    }

    /**
     * The part of a net that runs next.
     *
     * @param model  its inputs are what has been computed and is no constant
     * @param shapes of the inputs
     */
    static ImportedGraph next(OnnxModel model, List<List<Integer>> shapes, Derived derived) throws OnnxException {
        return new Importer(model, shapes, derived, derived).stage();
    }

    private ImportedGraph graph() throws OnnxException {
        List<Port> inputs = new ArrayList<>();
        for (int i = 0; i < shapes.size(); i++) {
            OnnxModel.Port port = model.inputs().get(i);
            if (shapes.get(i).contains(0)) {
                throw new OnnxException(
                        model.source() + ": the input " + MessageText.quote(port.name()) + " has no elements");
            }
            inputs.add(new Port(port.name(), port.kind(), shapes.get(i)));
        }
        if (inputs.isEmpty()) {
            throw new OnnxException(model.source() + " has no input: there is nothing to run it on");
        }
        MapLayout layout = inputs(inputs);
        lowerAll();
        List<Port> outputs = new ArrayList<>();
        List<Node> results = new ArrayList<>();
        for (OnnxModel.Port port : model.outputs()) {
            if (late.contains(port.name())) {
                continue;
            }
            Value value = lowering.value(port.name());
            if (value.shape().contains(0)) {
                throw new OnnxException(model.source() + ": the output " + MessageText.quote(port.name())
                        + " has no elements at this size: its shape is " + value.shape());
            }
            outputs.add(new Port(port.name(), value.kind(), value.shape()));
            results.add(result("output " + port.name(), value, results));
        }
        Remainder rest = later.isEmpty() ? null : remainder(outputs, results);
        return new ImportedGraph(new Graph(results), layout.height(), layout.width(), inputs, outputs,
                Optional.ofNullable(rest));
    }

    /** The part of a net that can be run now that what is before it has, and what is left then. */
    private ImportedGraph stage() throws OnnxException {
        List<Port> inputs = new ArrayList<>();
        for (int i = 0; i < shapes.size(); i++) {
            OnnxModel.Port port = model.inputs().get(i);
            inputs.add(new Port(port.name(), port.kind(), shapes.get(i)));
        }
        MapLayout layout = inputs(inputs);
        lowerAll();
        List<Port> outputs = new ArrayList<>();
        List<Node> results = new ArrayList<>();
        Remainder rest = remainder(outputs, results);
        return new ImportedGraph(results.isEmpty() ? null : new Graph(results), layout.height(), layout.width(), inputs,
                outputs, Optional.of(rest));
    }

    /** What is left: its constants, and a result of the graph for each value that it reads or gives and that no output is yet. */
    private Remainder remainder(List<Port> outputs, List<Node> results) throws OnnxException {
        Set<String> read = new LinkedHashSet<>();
        model.outputs().forEach(port -> read.add(port.name()));
        later.forEach(node -> read.addAll(node.reads()));
        read.removeAll(late);
        Map<String, OnnxTensor> known = new HashMap<>();
        for (String name : read) {
            if (lowering.isSequence(name)) {
                throw new OnnxException(model.source() + ": the sequence " + MessageText.quote(name)
                        + " is read by operators whose sizes are not known before the net runs");
            }
            if (lowering.value(name) instanceof Value.Constant c) {
                known.put(name, c.tensor());
            } else if (outputs.stream().noneMatch(port -> port.name().equals(name))) {
                Value value = lowering.value(name);
                outputs.add(new Port(name, value.kind(), value.shape()));
                results.add(result("output " + name, value, results));
            }
        }
        return new Remainder(model, later, known, outputs, asked, derived);
    }

    private void lowerAll() throws OnnxException {
        putAll(model.constants());
        lower(model.nodes(), model.outputs().stream().map(OnnxModel.Port::name).toList());
        if (refused > 0) {
            throw new OnnxException(model.source() + ": " + refused + (refused == 1 ? " operator" : " operators")
                    + " can't be run: " + String.join("; ", reasons)
                    + (refused > reasons.size() ? "; and " + (refused - reasons.size()) + " more" : ""));
        }
    }

    private void putAll(Map<String, OnnxTensor> constants) {
        constants.forEach((name, tensor) -> {
            lowering.put(name, new Value.Constant(tensor));
            lowering.allow(REFOLDED * (long) tensor.elements());
        });
    }

    /** The node that computes an output in row-major order; a node of its own, not the input's nor another output's. */
    private Node result(String name, Value value, List<Node> others) {
        if (value instanceof Value.Constant c) {
            return lowering.tensor(name, c.kind(),
                    new ConstantTensor(c.tensor().asFloats().clone(), lowering.layout(input)), List.of(input),
                    c.shape()).node();
        }
        View view = (View) value;
        Node node = view.hasOrderOfPlanes() ? view.node() : lowering.asTensor(name, view);
        if (node != input && others.stream().noneMatch(other -> other == node)) {
            return node;
        }
        MapLayout from = lowering.layout(node);
        List<Dim> planes = View.map(node, from).dims();
        int elements = Dim.elements(planes);
        List<Dim> to = new ArrayList<>();
        int stride = elements;
        for (Dim dim : planes) {
            stride /= dim.extent();
            to.add(new Dim(dim.extent(), stride));
        }
        return lowering.node(name, new TensorOp(new StridedCopy("copy", from, 0, planes,
                TensorFunction.tensor(elements), to)), List.of(node));
    }

    /** Lowers the operators of a graph that its outputs need. One that can't be run is counted, and so are those behind it. */
    private void lower(List<OnnxNode> nodes, List<String> outputs) {
        Set<String> needed = new HashSet<>(outputs);
        List<OnnxNode> live = new ArrayList<>();
        for (OnnxNode node : nodes.reversed()) {
            if (node.outputs().stream().anyMatch(needed::contains)) {
                live.addFirst(wanted(node, needed));
                needed.addAll(node.reads());
            }
        }
        for (OnnxNode node : live) {
            if (node.reads().stream().anyMatch(failed::contains)) {
                // What it would be given is not known, but there may be no such operator at all.
                if (!isBranch(node) && !LoopRules.knows(node) && !Operators.knows(node)) {
                    refuse(node, Operators.UNKNOWN);
                }
                failed.addAll(node.outputs());
                continue;
            }
            if (node.reads().stream().anyMatch(late::contains)) {
                if (isBranch(node) || LoopRules.knows(node) || Operators.knows(node)) {
                    runLater(node);
                } else {
                    refuse(node, Operators.UNKNOWN);
                }
                continue;
            }
            try {
                if (isBranch(node)) {
                    branch(node);
                } else if (LoopRules.knows(node)) {
                    if (!LoopRules.lower(lowering, node, this::body)) {
                        failed.addAll(node.outputs());
                        failed.remove("");
                    }
                } else {
                    Operators.lower(lowering, node);
                }
                checkOutputs(node);
            } catch (NotKnown e) {
                if (nested) {
                    throw e;
                }
                if (node.reads().stream().noneMatch(this::isComputed)) {
                    refuse(node, e.getMessage());
                    continue;
                }
                asked.addAll(node.reads());
                runLater(node);
            } catch (IllegalArgumentException | UnsupportedOperationException e) {
                refuse(node, e.getMessage());
            } catch (ArithmeticException e) {
                refuse(node, "has more elements than an array can");
            } catch (IndexOutOfBoundsException | NullPointerException | ClassCastException
                    | NoSuchElementException e) {
                refuse(node, "is malformed: an input, output or attribute is missing, too short or of another type");
            }
        }
    }

    private void runLater(OnnxNode node) {
        later.add(node);
        late.addAll(node.outputs());
        late.remove("");
    }

    private boolean isComputed(String name) {
        return lowering.isSequence(name) || lowering.value(name) instanceof View;
    }

    /** The node without the outputs behind its first that nothing reads: statistics of a training, the mask of a dropout. */
    private static OnnxNode wanted(OnnxNode node, Set<String> needed) {
        List<String> outputs = new ArrayList<>(node.outputs());
        for (int i = 1; i < outputs.size(); i++) {
            if (!needed.contains(outputs.get(i))) {
                outputs.set(i, "");
            }
        }
        return outputs.equals(node.outputs())
                ? node
                : new OnnxNode(node.name(), node.domain(), node.type(), node.version(), node.inputs(), outputs,
                        node.attributes());
    }

    /** What a rule has set is no larger than an array. */
    private void checkOutputs(OnnxNode node) {
        for (String output : node.outputs()) {
            if (!output.isEmpty() && !failed.contains(output) && !late.contains(output)
                    && !lowering.isSequence(output)) {
                FoldedMoves.product(lowering.value(output).shape());
            }
        }
    }

    private void refuse(OnnxNode node, String reason) {
        refused++;
        failed.addAll(node.outputs());
        failed.remove("");
        if (reasons.size() < NAMED) {
            reasons.add(node + " " + MessageText.plain(String.valueOf(reason)));
        }
    }

    private static boolean isBranch(OnnxNode node) {
        return node.domain().isEmpty() && node.type().equals("If");
    }

    /** Puts the branch of an {@code If} in its place when the condition is known; else both, of which the condition selects. */
    private void branch(OnnxNode node) {
        if (lowering.constant(node, 0).isEmpty()) {
            both(node);
            return;
        }
        OnnxTensor condition = lowering.constant(node, 0).get();
        if (condition.elements() != 1 || condition.kind() == Kind.FLOAT) {
            throw new IllegalArgumentException("has a condition of shape " + condition.shape());
        }
        OnnxGraph graph = lowered(node, condition.integers()[0] != 0 ? "then_branch" : "else_branch");
        for (int i = 0; i < node.outputs().size(); i++) {
            if (failed.contains(graph.outputs().get(i))) {
                failed.add(node.outputs().get(i));
            } else if (late.contains(graph.outputs().get(i))) {
                runLater(new OnnxNode(node.name(), "", "Identity", node.version(), List.of(graph.outputs().get(i)),
                        List.of(node.outputs().get(i)), Map.of()));
            } else if (!node.outputs().get(i).isEmpty()) {
                lowering.hold(node.outputs().get(i), lowering.held(graph.outputs().get(i)));
            }
        }
    }

    private OnnxGraph lowered(OnnxNode node, String which) {
        if (!(node.attributes().get(which) instanceof OnnxGraph graph)
                || graph.outputs().size() < node.outputs().size()) {
            throw new IllegalArgumentException("its attribute " + which + " is no graph of as many outputs");
        }
        putAll(graph.constants());
        lower(graph.nodes(), graph.outputs());
        return graph;
    }

    /** Computes both branches. They have no effect but their outputs, which must be of the same shapes. */
    private void both(OnnxNode node) {
        Value condition = lowering.input(node, 0);
        if (condition.shape().stream().anyMatch(size -> size != 1)) {
            throw new IllegalArgumentException("has a condition of shape " + condition.shape());
        }
        Calc calc = new Calc(lowering, node);
        Value one = calc.reshape(condition, List.of());
        boolean before = nested;
        nested = true;
        OnnxGraph yes;
        OnnxGraph no;
        try {
            yes = lowered(node, "then_branch");
            no = lowered(node, "else_branch");
        } finally {
            nested = before;
        }
        for (int i = 0; i < node.outputs().size(); i++) {
            String output = node.outputs().get(i);
            if (output.isEmpty()) {
                continue;
            }
            if (failed.contains(yes.outputs().get(i)) || failed.contains(no.outputs().get(i))) {
                failed.add(output);
                continue;
            }
            Value a = lowering.value(yes.outputs().get(i));
            Value b = lowering.value(no.outputs().get(i));
            if (!a.shape().equals(b.shape()) || a.kind() != b.kind()) {
                throw new NotKnown(
                        "has a condition that is not known before it runs, and branches that give the shapes "
                                + a.shape() + " and " + b.shape());
            }
            lowering.put(output, calc.pointwise(a.kind(), Pointwise.where(), one, a, b));
        }
    }

    /** One step of a loop. */
    private boolean body(OnnxGraph graph) {
        unrolled += 1 + graph.nodes().size();
        if (unrolled > MAX_UNROLLED) {
            throw new UnsupportedOperationException(
                    "has too many steps: all loops together are written out in up to " + MAX_UNROLLED + " operators");
        }
        graph.constants().forEach((name, tensor) -> lowering.put(name, new Value.Constant(tensor)));
        boolean before = nested;
        nested = true;
        try {
            lower(graph.nodes(), graph.outputs());
        } finally {
            nested = before;
        }
        return graph.outputs().stream().noneMatch(failed::contains);
    }

    /** The graph's input, and the model's as views of it. */
    private MapLayout inputs(List<Port> inputs) {
        if (inputs.isEmpty()) {
            // What runs later may have constants alone.
            MapLayout none = MapLayout.of(1, 1, 1);
            input = lowering.inputNode(none);
            return none;
        }
        Port first = inputs.getFirst();
        if (inputs.size() == 1 && first.kind() == Kind.FLOAT && first.shape().size() == 4
                && first.shape().getFirst() == 1) {
            MapLayout map = MapLayout.of(first.shape().get(2), first.shape().get(3), first.shape().get(1));
            input = lowering.inputNode(map);
            lowering.put(first.name(), View.map(input, map));
            return map;
        }
        int elements = inputs.stream().mapToInt(Port::elements).reduce(0, Math::addExact);
        MapLayout packed = MapLayout.of(1, 1, elements);
        input = lowering.inputNode(packed);
        int offset = 0;
        for (Port port : inputs) {
            View view = View.tensor(port.kind(), input, port.shape());
            lowering.put(port.name(), new View(port.kind(), input, packed, offset, view.axes()));
            offset += port.elements();
        }
        return packed;
    }
}
