package io.github.jvig.model.nets;

import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.weights.Weights;
import io.github.jvig.model.weights.WeightsException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * GreedyViG: Dynamic Axial Graph Construction for Efficient Vision GNNs (CVPR 2024, arXiv 2405.06849). A stem, stages of inverted residual
 * blocks and behind them blocks of graph convolution whose neighbors the image decides, and a head.
 *
 * @param localBlocks inverted residual blocks of each stage
 * @param graphBlocks graph blocks of each stage
 * @param channels    channels of each stage
 * @param k           distance between the pixels of a row or column that may be neighbors, in each stage
 * @param embedding   channels between the pooled map and the heads
 * @param classes     number of classes
 * @param distilled   whether there is a second head; the logits are then the mean of both
 */
public record GreedyViG(List<Integer> localBlocks, List<Integer> graphBlocks, List<Integer> channels, List<Integer> k,
        int embedding, int classes, boolean distilled) implements Net {
    /**
     * Checks the sizes.
     *
     * @throws IllegalArgumentException when the lists differ in length, or a stage lacks channels or a distance
     */
    public GreedyViG {
        localBlocks = List.copyOf(localBlocks);
        graphBlocks = List.copyOf(graphBlocks);
        channels = List.copyOf(channels);
        k = List.copyOf(k);
        ViGBlocks.checkStages(localBlocks, graphBlocks, channels, k);
    }

    private static GreedyViG of(List<Integer> localBlocks, List<Integer> graphBlocks, List<Integer> channels) {
        return new GreedyViG(localBlocks, graphBlocks, channels, List.of(8, 4, 2, 1), 768, 1000, true);
    }

    /** {@return GreedyViG-S as published, for 1,000 classes} */
    public static GreedyViG s() {
        return of(List.of(2, 2, 6, 2), List.of(2, 2, 2, 2), List.of(48, 96, 192, 384));
    }

    /** {@return GreedyViG-M as published, for 1,000 classes} */
    public static GreedyViG m() {
        return of(List.of(3, 3, 9, 3), List.of(3, 3, 3, 3), List.of(56, 112, 224, 448));
    }

    /** {@return GreedyViG-B as published, for 1,000 classes} */
    public static GreedyViG b() {
        return of(List.of(4, 4, 12, 3), List.of(4, 4, 4, 3), List.of(64, 128, 256, 512));
    }

    /** {@return the published sizes by name} */
    public static Map<String, GreedyViG> named() {
        Map<String, GreedyViG> nets = new LinkedHashMap<>();
        nets.put("greedyvig_s", s());
        nets.put("greedyvig_m", m());
        nets.put("greedyvig_b", b());
        return nets;
    }

    @Override
    public GreedyViG configuredFor(Weights weights) throws WeightsException {
        return new GreedyViG(localBlocks, graphBlocks, channels, k, embedding, ViGBlocks.classes(weights),
                ViGBlocks.distilled(weights));
    }

    @Override
    public Graph build(Parameters parameters) throws WeightsException {
        GraphBuilder net = new GraphBuilder(parameters);
        ViGBlocks blocks = new ViGBlocks(net);
        List<Node> stages = blocks.stages(channels,
                localBlocks, (name, x, _) -> invertedResidual(blocks, net, name, x),
                graphBlocks, (name, x, stage) -> graphBlock(blocks, net, name, x, k.get(stage)));
        return new Graph(List.of(blocks.heads(stages.getLast(), embedding, classes, distilled)), stages);
    }

    /** x + layer_scale_2 * (expand 1x1, depthwise 3x3, project 1x1). */
    private static Node invertedResidual(ViGBlocks blocks, GraphBuilder net, String name, Node x)
            throws WeightsException {
        return net.add(name, x, scaled(net, name + ".layer_scale_2", blocks.separable(name + ".dws", x)));
    }

    /** x + layer_scale_1 * graph convolution of the encoded x, then x + layer_scale_2 * (expand, project). */
    private static Node graphBlock(ViGBlocks blocks, GraphBuilder net, String name, Node x, int distance)
            throws WeightsException {
        String mixer = name + ".mixer";
        Node y = blocks.positionalEncoding(mixer + ".cpe", x);
        y = blocks.graphConvolution(mixer, y, (input, z) -> net.thresholdedMaxRelative(input, z, distance),
                x.channels());
        x = net.add(mixer, x, scaled(net, name + ".layer_scale_1", y));
        return net.add(name, x, scaled(net, name + ".layer_scale_2", blocks.feedForward(name + ".ffn", x)));
    }

    private static Node scaled(GraphBuilder net, String name, Node x) throws WeightsException {
        return net.layerScale(name, x, x.channels());
    }
}
