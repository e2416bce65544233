package io.github.jvig.model.graph;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.Epilogue;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * The passes over a graph. Each absorbs a node into one that it reads, where nothing else reads that one; values that are outputs stay.
 */
public final class Passes {
    private Passes() {
    }

    /** All passes, in the order in which each finds what the one before leaves. */
    public static Graph optimise(Graph graph) {
        return fuseResidual(fuseActivation(fold(graph)));
    }

    /** {@link #foldAffine}, {@link #foldShortcut}, {@link #mergeTwins}, and what the merged twins make foldable. */
    public static Graph fold(Graph graph) {
        return foldAffine(mergeTwins(foldShortcut(foldAffine(graph))));
    }

    /**
     * An affine behind a convolution goes into its scale and bias, in double: batch normalisation, layer scales, constant factors. Without
     * a shift it goes into the factors of a mix, too.
     */
    public static Graph foldAffine(Graph graph) {
        return rewrite(graph, (old, node) -> {
            if (node.op() instanceof Op.Affine affine && node.inputs().getFirst().op() instanceof Op.Conv conv
                    && conv.epilogue().equals(Epilogue.NONE) && graph.readOnce(old.inputs().getFirst())) {
                double[] scale = new double[conv.outChannels()];
                double[] bias = new double[conv.outChannels()];
                for (int o = 0; o < scale.length; o++) {
                    scale[o] = conv.scale()[o] * affine.scale()[o];
                    bias[o] = conv.bias()[o] * affine.scale()[o] + affine.shift()[o];
                }
                return new Node(node.name(),
                        new Op.Conv(conv.inChannels(), conv.outChannels(), conv.groups(), conv.window(),
                                conv.weight(), scale, bias, Epilogue.NONE),
                        node.inputs().getFirst().inputs());
            }
            if (node.op() instanceof Op.Affine affine
                    && node.inputs().getFirst().op() instanceof Op.AveragePoolMix mix
                    && Arrays.stream(affine.shift()).allMatch(shift -> shift == 0)
                    && graph.readOnce(old.inputs().getFirst())) {
                return new Node(node.name(), new Op.AveragePoolMix(mix.kernel(),
                        product(mix.mean(), affine.scale()), product(mix.own(), affine.scale())),
                        node.inputs().getFirst().inputs());
            }
            return node;
        });
    }

    private static double[] product(double[] a, double[] b) {
        double[] result = new double[a.length];
        Arrays.setAll(result, i -> a[i] * b[i]);
        return result;
    }

    /** The sum of x and a mix of x with its average is a mix, too, with one more of x: a pooling token mixer and its shortcut. */
    public static Graph foldShortcut(Graph graph) {
        return rewrite(graph, (old, node) -> {
            if (node.op() instanceof Op.Add) {
                for (int side = 0; side < 2; side++) {
                    Node producer = node.inputs().get(side);
                    if (producer.op() instanceof Op.AveragePoolMix mix && graph.readOnce(old.inputs().get(side))
                            && producer.inputs().getFirst() == node.inputs().get(1 - side)) {
                        double[] own = Arrays.stream(mix.own()).map(factor -> factor + 1).toArray();
                        return new Node(node.name(), new Op.AveragePoolMix(mix.kernel(), mix.mean(), own),
                                producer.inputs());
                    }
                }
            }
            return node;
        });
    }

    /** The sum of two convolutions of one form on one input is one convolution with the sums of their weights. */
    public static Graph mergeTwins(Graph graph) {
        return rewrite(graph, (old, node) -> {
            if (node.op() instanceof Op.Add && node.inputs().getFirst().op() instanceof Op.Conv a
                    && node.inputs().getLast().op() instanceof Op.Conv b
                    && node.inputs().getFirst() != node.inputs().getLast()
                    && node.inputs().getFirst().inputs().equals(node.inputs().getLast().inputs())
                    && a.epilogue().equals(Epilogue.NONE) && b.epilogue().equals(Epilogue.NONE)
                    && a.window().equals(b.window()) && a.groups() == b.groups()
                    && old.inputs().stream().allMatch(graph::readOnce)) {
                return new Node(node.name(), sum(a, b), node.inputs().getFirst().inputs());
            }
            return node;
        });
    }

    private static Op.Conv sum(Op.Conv a, Op.Conv b) {
        float[] weight = new float[a.weight().length];
        for (int i = 0; i < weight.length; i++) {
            int o = i / a.perOutput();
            weight[i] = (float) (a.weight()[i] * a.scale()[o] + b.weight()[i] * b.scale()[o]);
        }
        double[] scale = new double[a.outChannels()];
        double[] bias = new double[a.outChannels()];
        for (int o = 0; o < scale.length; o++) {
            scale[o] = 1;
            bias[o] = a.bias()[o] + b.bias()[o];
        }
        return new Op.Conv(a.inChannels(), a.outChannels(), a.groups(), a.window(), weight, scale, bias, Epilogue.NONE);
    }

    /** An activation behind a convolution goes into its epilogue. */
    public static Graph fuseActivation(Graph graph) {
        return rewrite(graph, (old, node) -> {
            if (node.op() instanceof Op.Activate activate && node.inputs().getFirst().op() instanceof Op.Conv conv
                    && conv.epilogue().equals(Epilogue.NONE) && activate.activation() != Activation.NONE
                    && graph.readOnce(old.inputs().getFirst())) {
                return new Node(node.name(), conv.with(Epilogue.of(activate.activation())),
                        node.inputs().getFirst().inputs());
            }
            return node;
        });
    }

    /** A sum with a convolution on one side becomes that convolution's residual. */
    public static Graph fuseResidual(Graph graph) {
        return rewrite(graph, (old, node) -> {
            if (node.op() instanceof Op.Add) {
                for (int side = 0; side < 2; side++) {
                    Node producer = node.inputs().get(side);
                    if (producer.op() instanceof Op.Conv conv && !conv.epilogue().residual()
                            && graph.readOnce(old.inputs().get(side))) {
                        return new Node(node.name(), conv.with(conv.epilogue().plusResidual()),
                                List.of(producer.inputs().getFirst(), node.inputs().get(1 - side)));
                    }
                }
            }
            return node;
        });
    }

    /** Sees each node, its inputs already rewritten, beside the node that it was. */
    private interface Rule {
        Node apply(Node old, Node node);
    }

    private static Graph rewrite(Graph graph, Rule rule) {
        Map<Node, Node> done = new IdentityHashMap<>();
        UnaryOperator<Node> rewritten = done::get;
        for (Node old : graph.nodes()) {
            List<Node> inputs = old.inputs().stream().map(rewritten).toList();
            Node same = inputs.equals(old.inputs()) ? old : new Node(old.name(), old.op(), inputs);
            done.put(old, rule.apply(old, same));
        }
        return new Graph(graph.outputs().stream().map(rewritten).toList());
    }
}
