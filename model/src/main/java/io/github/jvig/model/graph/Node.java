package io.github.jvig.model.graph;

import io.github.jvig.model.text.MessageText;
import java.util.List;
import java.util.function.Supplier;

/**
 * One operation in a graph. Nodes are compared by identity: two of the same name and op are still two.
 */
public final class Node {
    private final String name;
    private final Op op;
    private final List<Node> inputs;
    private final int channels;

    /**
     * A node that reads the values of others.
     *
     * @param name   the checkpoint's name for the module that this comes from; unique in a graph
     * @param op     what it computes
     * @param inputs what it reads, in the op's order
     * @throws IllegalArgumentException when the op takes another number of inputs, or inputs of other channels
     */
    public Node(String name, Op op, List<Node> inputs) {
        this.name = name;
        this.op = op;
        this.inputs = List.copyOf(inputs);
        if (inputs.size() != op.arity()) {
            throw new IllegalArgumentException(name + " takes " + op.arity() + " inputs, not " + inputs.size());
        }
        try {
            this.channels = op.channels(inputs.stream().map(Node::channels).toList());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + " " + e.getMessage() + " from " + inputs.getFirst().name(), e);
        }
    }

    /** {@return the checkpoint's name for the module that this comes from} */
    public String name() {
        return name;
    }

    /** {@return what it computes} */
    public Op op() {
        return op;
    }

    /** {@return the nodes whose values it reads, in the op's order} */
    public List<Node> inputs() {
        return inputs;
    }

    /** {@return the channels of the result} */
    public int channels() {
        return channels;
    }

    /** {@return the floats of the checkpoint's tensors that this node holds} */
    public long parameters() {
        return op.parameters();
    }

    /**
     * Computes parameters of a node; where that fails, the message names the node.
     *
     * @param node   name of the node
     * @param what   which parameters, as in {@code "weights"}
     * @param values computes them
     * @return what it computes
     * @throws IllegalArgumentException as {@code values} throws it, with the node's name
     */
    public static float[] named(String node, String what, Supplier<float[]> values) {
        try {
            return values.get();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the " + what + " of " + MessageText.quote(node) + ": " + e.getMessage(),
                    e);
        }
    }

    /** {@code "local_backbone.0.mlp.act: conv 1x1s1p0 42->168+gelu <- stem.stem.5"}: name, operation and inputs. */
    @Override
    public String toString() {
        String what = name + ": " + op.describe();
        return inputs.isEmpty() ? what : what + " <- " + String.join(", ", inputs.stream().map(Node::name).toList());
    }
}
