package io.github.jvig.model.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What is computed from one input: the nodes that the outputs need, each after its inputs. Immutable; a pass makes a new one. A graph knows
 * channels, not sizes.
 */
public final class Graph {
    private final List<Node> outputs;
    private final List<Node> features;
    private final List<Node> nodes;
    private final Map<Node, Integer> uses = new IdentityHashMap<>();

    /**
     * A graph without features.
     *
     * @param outputs the results wanted, at least one
     * @throws IllegalArgumentException when there is no output, not exactly one input node, or two nodes share a name
     */
    public Graph(List<Node> outputs) {
        this(outputs, List.of());
    }

    /**
     * A graph with features.
     *
     * @param outputs  the results wanted, at least one
     * @param features nodes among those that the outputs need whose maps a detector or a segmenter would read, the largest map first
     * @throws IllegalArgumentException when there is no output, not exactly one input node, two nodes share a name, or no output needs a
     *                                  feature
     */
    public Graph(List<Node> outputs, List<Node> features) {
        if (outputs.isEmpty()) {
            throw new IllegalArgumentException("a graph needs an output");
        }
        this.outputs = List.copyOf(outputs);
        this.features = List.copyOf(features);
        this.nodes = inOrder(outputs);
        for (Node node : nodes) {
            for (Node input : node.inputs()) {
                uses.merge(input, 1, Integer::sum);
            }
        }
        Set<String> names = new HashSet<>();
        for (Node node : nodes) {
            if (!names.add(node.name())) {
                throw new IllegalArgumentException("two nodes are called " + node.name());
            }
        }
        if (nodes.stream().filter(n -> n.op() instanceof InputOp).count() != 1) {
            throw new IllegalArgumentException("a graph has one input");
        }
        for (Node feature : features) {
            if (nodes.stream().noneMatch(n -> n == feature)) {
                throw new IllegalArgumentException("no output needs the feature " + feature.name());
            }
        }
    }

    /** Depth first without recursion, so that depth costs no stack. */
    private static List<Node> inOrder(List<Node> outputs) {
        List<Node> ordered = new ArrayList<>();
        Map<Node, Boolean> finished = new IdentityHashMap<>();
        Deque<Node> open = new ArrayDeque<>(outputs.reversed());
        while (!open.isEmpty()) {
            Node node = open.peekLast();
            if (finished.containsKey(node)) {
                open.removeLast();
                continue;
            }
            boolean ready = true;
            for (Node input : node.inputs().reversed()) {
                if (!finished.containsKey(input)) {
                    open.addLast(input);
                    ready = false;
                }
            }
            if (ready) {
                open.removeLast();
                finished.put(node, true);
                ordered.add(node);
            }
        }
        return List.copyOf(ordered);
    }

    /** {@return the nodes that the outputs need, every one after its inputs} */
    public List<Node> nodes() {
        return nodes;
    }

    /** {@return the nodes whose values are results, in the order in which they are given} */
    public List<Node> outputs() {
        return outputs;
    }

    /** {@return the maps that a detector or a segmenter would read, the largest first} A pass makes a graph without any. */
    public List<Node> features() {
        return features;
    }

    /**
     * The graph that gives its features too.
     *
     * @return a new graph: this one's outputs, then its features
     * @throws IllegalArgumentException when it has none
     */
    public Graph withFeatures() {
        if (features.isEmpty()) {
            throw new IllegalArgumentException("the graph marks no features");
        }
        List<Node> all = new ArrayList<>(outputs);
        all.addAll(features);
        return new Graph(all);
    }

    /** {@return the one input node} */
    public Node input() {
        return nodes.stream().filter(n -> n.op() instanceof InputOp).findFirst().orElseThrow();
    }

    /**
     * Whether a node's value is read once and is no output, so that its reader may absorb it.
     *
     * @param node a node of this graph
     * @return whether exactly one input of one node is this node's value, and no output is
     */
    public boolean readOnce(Node node) {
        return uses.getOrDefault(node, 0) == 1 && outputs.stream().noneMatch(o -> o == node);
    }

    /** The nodes that read a node's value, in order; one that reads it twice once. */
    List<Node> readers(Node node) {
        return nodes.stream().filter(n -> n.inputs().contains(node)).toList();
    }

    /**
     * The graph that gives the values of the named nodes too: intermediate features.
     *
     * @param names names of nodes
     * @return a new graph: this one's outputs, then the named nodes in the given order
     * @throws IllegalArgumentException that names the node that is not there
     */
    public Graph withOutputs(List<String> names) {
        List<Node> all = new ArrayList<>(outputs);
        for (String name : names) {
            all.add(nodes.stream().filter(n -> n.name().equals(name)).findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("no node is called " + name)));
        }
        return new Graph(all);
    }

    /**
     * How much smaller a node's map is than the image.
     *
     * @param node a node of this graph
     * @return pixels of the image along one side for a pixel of the node's map: the product of the strides on the way through each node's
     *         first input
     */
    public int stride(Node node) {
        int stride = 1;
        for (Node at = node; !at.inputs().isEmpty(); at = at.inputs().getFirst()) {
            stride *= at.op().stride();
        }
        return stride;
    }

    /** {@return the floats of the checkpoint's tensors that all nodes hold} */
    public long parameters() {
        return nodes.stream().mapToLong(Node::parameters).sum();
    }

    /** A node a line. */
    @Override
    public String toString() {
        return nodes.stream().map(Node::toString).collect(Collectors.joining("\n"));
    }
}
