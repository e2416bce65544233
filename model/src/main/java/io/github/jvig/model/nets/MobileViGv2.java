package io.github.jvig.model.nets;

import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Neighbors;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.weights.Weights;
import io.github.jvig.model.weights.WeightsException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * MobileViGv2: Scaling Graph Convolutions for Mobile Vision (CVPRW 2024, arXiv 2406.05850). A stem, stages of inverted residual blocks and
 * behind them blocks of Mobile Graph Convolution, and a head.
 *
 * @param localBlocks  inverted residual blocks of each stage
 * @param globalBlocks graph blocks of each stage
 * @param channels     channels of each stage
 * @param k            distance of the graph neighbors in each stage, in pixels; any number where there are no graph blocks
 * @param embedding    channels between the pooled map and the heads
 * @param classes      number of classes
 * @param distilled    whether there is a second head; the logits are then the mean of both
 * @param folded       whether the checkpoint holds each positional encoding folded into one convolution, {@code reparam_conv}
 */
public record MobileViGv2(List<Integer> localBlocks, List<Integer> globalBlocks, List<Integer> channels,
        List<Integer> k, int embedding, int classes, boolean distilled, boolean folded) implements Net {
    /**
     * Checks the sizes.
     *
     * @throws IllegalArgumentException when the lists differ in length, or a stage lacks channels or a distance
     */
    public MobileViGv2 {
        localBlocks = List.copyOf(localBlocks);
        globalBlocks = List.copyOf(globalBlocks);
        channels = List.copyOf(channels);
        k = List.copyOf(k);
        ViGBlocks.checkStages(localBlocks, globalBlocks, channels, k);
    }

    private static MobileViGv2 of(List<Integer> localBlocks, List<Integer> globalBlocks, List<Integer> channels,
            int embedding) {
        return new MobileViGv2(localBlocks, globalBlocks, channels, List.of(16, 8, 4, 2), embedding, 1000, true, false);
    }

    /** {@return MobileViGv2-Ti as published, for 1,000 classes} */
    public static MobileViGv2 ti() {
        return of(List.of(2, 2, 6, 2), List.of(0, 2, 2, 2), List.of(32, 64, 128, 256), 512);
    }

    /** {@return MobileViGv2-S as published, for 1,000 classes} */
    public static MobileViGv2 s() {
        return of(List.of(3, 3, 9, 3), List.of(0, 3, 3, 3), List.of(32, 64, 128, 256), 512);
    }

    /** {@return MobileViGv2-M as published, for 1,000 classes} */
    public static MobileViGv2 m() {
        return of(List.of(3, 3, 9, 3), List.of(0, 3, 3, 3), List.of(32, 64, 192, 384), 512);
    }

    /** {@return MobileViGv2-B as published, for 1,000 classes} */
    public static MobileViGv2 b() {
        return of(List.of(3, 3, 9, 3), List.of(0, 3, 3, 3), List.of(64, 128, 256, 512), 768);
    }

    /** {@return the published sizes by name} */
    public static Map<String, MobileViGv2> named() {
        Map<String, MobileViGv2> nets = new LinkedHashMap<>();
        nets.put("mobilevigv2_ti", ti());
        nets.put("mobilevigv2_s", s());
        nets.put("mobilevigv2_m", m());
        nets.put("mobilevigv2_b", b());
        return nets;
    }

    @Override
    public MobileViGv2 configuredFor(Weights weights) throws WeightsException {
        boolean isFolded = weights.names().stream().anyMatch(name -> name.endsWith(".cpe.reparam_conv.weight"));
        return new MobileViGv2(localBlocks, globalBlocks, channels, k, embedding, ViGBlocks.classes(weights),
                ViGBlocks.distilled(weights), isFolded);
    }

    @Override
    public Graph build(Parameters parameters) throws WeightsException {
        GraphBuilder net = new GraphBuilder(parameters);
        ViGBlocks blocks = new ViGBlocks(net);
        List<Node> stages = blocks.stages(channels,
                localBlocks, (name, x, _) -> invertedResidual(blocks, net, name, x),
                globalBlocks, (name, x, stage) -> graphBlock(blocks, net, name, x, k.get(stage)));
        return new Graph(List.of(blocks.heads(stages.getLast(), embedding, classes, distilled)), stages);
    }

    /** x + layer_scale_1 * (expand 1x1, depthwise 3x3, project 1x1). */
    private static Node invertedResidual(ViGBlocks blocks, GraphBuilder net, String name, Node x)
            throws WeightsException {
        return net.add(name, x, scaled(net, name + ".layer_scale_1", blocks.separable(name + ".dws", x)));
    }

    /** x + layer_scale_1 * graph convolution of the encoded x, then x + layer_scale_2 * (expand, project). */
    private Node graphBlock(ViGBlocks blocks, GraphBuilder net, String name, Node x, int distance)
            throws WeightsException {
        String mixer = name + ".mixer";
        Node y = folded
                ? blocks.foldedPositionalEncoding(mixer + ".cpe", x)
                : blocks.positionalEncoding(mixer + ".cpe", x);
        y = blocks.graphConvolution(mixer, y, (input, z) -> net.maxRelative(input, z, Neighbors.CROSS, distance),
                x.channels());
        x = net.add(mixer, x, scaled(net, name + ".layer_scale_1", y));
        return net.add(name, x, scaled(net, name + ".layer_scale_2", blocks.feedForward(name + ".ffn", x)));
    }

    private static Node scaled(GraphBuilder net, String name, Node x) throws WeightsException {
        return net.layerScale(name, x, x.channels(), 1, 1);
    }
}
