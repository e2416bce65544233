package io.github.jvig.model.lowering;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.AvgPoolBlend;
import io.github.jvig.kernels.KernelCandidate;
import io.github.jvig.kernels.Conv2d;
import io.github.jvig.kernels.DepthwiseConv;
import io.github.jvig.kernels.Epilogue;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.GlobalAveragePool;
import io.github.jvig.kernels.KernelProvider;
import io.github.jvig.kernels.LayerNorm;
import io.github.jvig.kernels.MeanMinusStd;
import io.github.jvig.kernels.ThresholdedMaxRelative;
import io.github.jvig.kernels.PointwiseConv;
import io.github.jvig.kernels.ResidualAdd;
import io.github.jvig.kernels.RolledL1Distance;
import io.github.jvig.kernels.Spec;
import io.github.jvig.kernels.Window;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.graph.Op;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * A node of the graph at one size: what kernels have to compute. Where every device starts from. It holds no weights beside the node's,
 * which makes it light.
 */
public record LoweredOp(Node node, Spec spec) {

    /**
     * What each node but the input computes at a size, in the graph's order. A layer's input is the node's first, its second operand the
     * node's last.
     *
     * @throws IllegalArgumentException      when the graph can't take an input of this size
     * @throws UnsupportedOperationException when there is no kernel for a node
     */
    public static List<LoweredOp> of(Graph graph, int height, int width) {
        Map<Node, MapLayout> shapes = new IdentityHashMap<>();
        List<LoweredOp> layers = new ArrayList<>();
        for (Node node : graph.nodes()) {
            try {
                if (node.op() instanceof Op.Input) {
                    shapes.put(node, input(graph, height, width));
                } else {
                    LoweredOp layer = of(node, shapes.get(node.inputs().getFirst()));
                    shapes.put(node, layer.spec().out());
                    layers.add(layer);
                }
            } catch (IllegalArgumentException e) {
                throw refused(height, width, node.name() + ": " + e.getMessage(), e);
            }
        }
        return layers;
    }

    /** The image: unpadded where all that reads it takes it so. */
    public static MapLayout input(Graph graph, int height, int width) {
        Node input = graph.input();
        boolean unpadded = graph.nodes().stream().filter(n -> n.inputs().contains(input)).allMatch(
                n -> n.op() instanceof Op.Conv conv && conv.groups() == 1 && !conv.window().equals(Window.same(1))
                        && !conv.epilogue().residual());
        return unpadded && graph.outputs().stream().noneMatch(n -> n == input)
                ? MapLayout.unpadded(height, width, input.channels())
                : MapLayout.of(height, width, input.channels());
    }

    /** What is thrown where an input of this size can not be run. */
    public static IllegalArgumentException refused(int height, int width, String why, Throwable cause) {
        return new IllegalArgumentException("an input of " + height + "x" + width + " can't be run: " + why, cause);
    }

    /**
     * @param in shape of the node's first input
     * @throws IllegalArgumentException      when the node can't take this shape
     * @throws UnsupportedOperationException when there is no kernel for the node
     */
    static LoweredOp of(Node node, MapLayout in) {
        return new LoweredOp(node, switch (node.op()) {
            case Op.Conv conv -> convolution(conv, in);
            // By itself an affine, or an activation, is a depthwise convolution of one tap.
            case Op.Affine _ -> new DepthwiseConv(in, Window.same(1), Epilogue.NONE);
            case Op.Activate activate -> new DepthwiseConv(in, Window.same(1), Epilogue.of(activate.activation()));
            case Op.Add _ -> new ResidualAdd(in, Activation.NONE);
            case Op.MaxRelative gather -> gather.on(in);
            case Op.RolledL1Distance _ -> RolledL1Distance.halfway(in);
            case Op.MeanMinusStd _ -> new MeanMinusStd(in);
            case Op.ThresholdedMaxRelative(int k) -> ThresholdedMaxRelative.axial(in, k);
            case Op.LayerNorm norm -> new LayerNorm(in, norm.epsilon());
            case Op.AvgPoolBlend mix -> new AvgPoolBlend(in, mix.kernel());
            case Op.Attention attention -> attention.on(in);
            case Op.GlobalAveragePool _ -> new GlobalAveragePool(in);
            case Op.Input _ -> throw new IllegalArgumentException("the input is no layer");
        });
    }

    private static Spec convolution(Op.Conv conv, MapLayout in) {
        if (conv.groups() == 1 && conv.window().equals(Window.same(1))) {
            return new PointwiseConv(in, conv.outChannels(), conv.epilogue());
        }
        if (conv.groups() == 1) {
            return new Conv2d(in, conv.outChannels(), conv.window(), conv.epilogue());
        }
        if (conv.groups() == conv.inChannels() && conv.groups() == conv.outChannels()) {
            return new DepthwiseConv(in, conv.window(), conv.epilogue());
        }
        throw new UnsupportedOperationException("no kernel for a convolution of " + conv.inChannels() + " -> "
                + conv.outChannels() + " channels in " + conv.groups() + " groups");
    }

    /** In the spec's order, a new array at times; null where the operation has none. */
    public float[] weight() {
        return switch (node.op()) {
            case Op.Conv conv -> conv.effectiveWeight();
            case Op.Affine affine -> floats(affine.scale());
            case Op.Activate _ -> ones(spec.in().channels());
            case Op.LayerNorm norm -> norm.weight();
            case Op.AvgPoolBlend mix -> floats(mix.mean(), mix.own());
            case Op.Attention attention -> attention.pairBiases();
            default -> null;
        };
    }

    /** Null for zero. */
    public float[] bias() {
        return switch (node.op()) {
            case Op.Conv conv -> conv.effectiveBias();
            case Op.Affine affine -> floats(affine.shift());
            case Op.LayerNorm norm -> norm.bias();
            default -> null;
        };
    }

    /** The ways in which a provider can compute this layer, its own pick first. */
    public List<KernelCandidate> candidates(KernelProvider kernels) {
        return kernels.candidates(spec, weight(), bias());
    }

    private static float[] ones(int length) {
        float[] result = new float[length];
        Arrays.fill(result, 1f);
        return result;
    }

    private static float[] floats(double[]... parts) {
        double[] values = Arrays.stream(parts).flatMapToDouble(Arrays::stream).toArray();
        float[] result = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            result[i] = (float) values[i];
        }
        return result;
    }
}
