package io.github.jvig.model.graph;

import java.util.List;

/**
 * One operation in a graph. Nodes are compared by identity: two of the same name and op are still two.
 */
public final class Node {
    private final String name;
    private final Op op;
    private final List<Node> inputs;
    private final int channels;

    /**
     * @param name   the checkpoint's name for the module that this comes from
     * @param inputs what it reads; the first decides the shape
     * @throws IllegalArgumentException when the op can't take these inputs
     */
    public Node(String name, Op op, List<Node> inputs) {
        this.name = name;
        this.op = op;
        this.inputs = List.copyOf(inputs);
        int wanted = switch (op) {
            case Op.Input _ -> 0;
            case Op.Conv conv -> conv.epilogue().residual() ? 2 : 1;
            case Op.Add _,Op.ThresholdedMaxRelative _ -> 2;
            default -> 1;
        };
        if (inputs.size() != wanted) {
            throw new IllegalArgumentException(name + " takes " + wanted + " inputs, not " + inputs.size());
        }
        this.channels = switch (op) {
            case Op.Input input -> input.channels();
            case Op.Conv conv -> conv.outChannels();
            case Op.MaxRelative _,Op.ThresholdedMaxRelative _ -> 2 * inputs.getFirst().channels();
            case Op.RolledL1Distance _ -> 1;
            case Op.Attention attention -> attention.heads() * attention.valueDim();
            default -> inputs.getFirst().channels();
        };
        int expected = switch (op) {
            case Op.Conv conv -> conv.inChannels();
            case Op.Affine affine -> affine.scale().length;
            case Op.LayerNorm norm -> norm.weight().length;
            case Op.AvgPoolBlend mix -> mix.mean().length;
            case Op.Attention attention -> attention.heads() * (2 * attention.keyDim() + attention.valueDim());
            case Op.Add _ -> inputs.getLast().channels();
            case Op.MeanMinusStd _ -> 1;
            default -> inputs.isEmpty() ? 0 : inputs.getFirst().channels();
        };
        if (!inputs.isEmpty() && inputs.getFirst().channels() != expected) {
            throw new IllegalArgumentException(name + " takes " + expected + " channels and gets "
                    + inputs.getFirst().channels() + " from " + inputs.getFirst().name());
        }
    }

    public String name() {
        return name;
    }

    public Op op() {
        return op;
    }

    public List<Node> inputs() {
        return inputs;
    }

    /** Channels of the result. */
    public int channels() {
        return channels;
    }

    /** Floats among the checkpoint's tensors that this node holds. */
    public long parameters() {
        return switch (op) {
            case Op.Conv conv -> (long) conv.weight().length + conv.bias().length;
            case Op.Affine affine -> 2L * affine.scale().length;
            case Op.LayerNorm norm -> 2L * norm.weight().length;
            case Op.AvgPoolBlend mix -> 2L * mix.mean().length;
            case Op.Attention attention -> attention.biases().length;
            default -> 0;
        };
    }

    /** {@code "local_backbone.0.mlp.fc1: conv 1x1s1p0 42->168 +gelu <- stem.stem.5"}. */
    @Override
    public String toString() {
        String what = switch (op) {
            case Op.Input input -> "input " + input.channels();
            case Op.Conv conv -> (conv.groups() == 1 ? "conv " : "depthwise ") + conv.window() + " " + conv.inChannels()
                    + "->" + conv.outChannels() + conv.epilogue();
            case Op.Affine _ -> "affine";
            case Op.Activate act -> act.activation().name().toLowerCase(java.util.Locale.ROOT);
            case Op.Add _ -> "add";
            case Op.MaxRelative gather ->
                "max-relative " + gather.neighbors().name().toLowerCase(java.util.Locale.ROOT)
                        + " K=" + gather.k();
            case Op.RolledL1Distance _ -> "halfway distance";
            case Op.MeanMinusStd _ -> "mean less deviation";
            case Op.ThresholdedMaxRelative(int k) -> "near max-relative K=" + k;
            case Op.LayerNorm _ -> "layer norm";
            case Op.AvgPoolBlend mix -> "average pool " + mix.kernel() + "x" + mix.kernel() + " mixed with its input";
            case Op.Attention attention -> "attention, " + attention.heads() + " heads";
            case Op.GlobalAveragePool _ -> "global average pool";
        };
        if (inputs.isEmpty()) {
            return name + ": " + what;
        }
        return name + ": " + what + " <- " + String.join(", ", inputs.stream().map(Node::name).toList());
    }
}
