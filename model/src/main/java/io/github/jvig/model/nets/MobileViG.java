package io.github.jvig.model.nets;

import io.github.jvig.kernels.Window;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Neighbors;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.weights.Weights;
import io.github.jvig.model.weights.WeightsException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * MobileViG: Graph-Based Sparse Attention for Mobile Vision Applications (CVPRW 2023, arXiv 2307.00395). A stem, local stages of
 * inverted residual blocks, global stages of Grapher and FFN blocks on Sparse Vision Graph Attention, and a head.
 *
 * @param localBlocks    inverted residual blocks of each local stage
 * @param localChannels  channels of each local stage
 * @param globalBlocks   Grapher and FFN pairs of each global stage
 * @param globalChannels channels of each global stage
 * @param embedding      channels between the pooled map and the heads
 * @param k              distance between graph neighbors, in pixels
 * @param classes        number of classes
 * @param distilled      whether there is a second head; the logits are then the mean of both
 */
public record MobileViG(List<Integer> localBlocks, List<Integer> localChannels, List<Integer> globalBlocks,
        List<Integer> globalChannels, int embedding, int k, int classes, boolean distilled) implements Net {
    private static final int EXPANSION = 4;

    /**
     * Checks the sizes.
     *
     * @throws IllegalArgumentException when block counts and channel counts differ in number, or a number is too small
     */
    public MobileViG {
        localBlocks = List.copyOf(localBlocks);
        localChannels = List.copyOf(localChannels);
        globalBlocks = List.copyOf(globalBlocks);
        globalChannels = List.copyOf(globalChannels);
        if (localBlocks.isEmpty() || localBlocks.size() != localChannels.size() || globalBlocks.isEmpty()
                || globalBlocks.size() != globalChannels.size()) {
            throw new IllegalArgumentException(
                    "MobileViG needs as many block counts as channel counts, local and global, at least one"
                            + " of each");
        }
        if (localChannels.getFirst() < 2 || embedding < 1 || k < 1 || classes < 1) {
            throw new IllegalArgumentException(
                    "MobileViG needs at least 2 stem channels, 1 embedding channel, K = 1 and 1 class");
        }
    }

    /**
     * The form of all published sizes: three local stages, one global, K = 2, 1,000 classes, two heads.
     *
     * @param localBlocks    inverted residual blocks of each local stage
     * @param localChannels  channels of each local stage
     * @param globalBlocks   Grapher and FFN pairs of the global stage
     * @param globalChannels channels of the global stage
     * @param embedding      channels between the pooled map and the heads
     * @return the net
     */
    public static MobileViG of(List<Integer> localBlocks, List<Integer> localChannels, int globalBlocks,
            int globalChannels,
            int embedding) {
        return new MobileViG(localBlocks, localChannels, List.of(globalBlocks), List.of(globalChannels), embedding, 2,
                1000,
                true);
    }

    /** {@return MobileViG-Ti as published, for 1,000 classes} */
    public static MobileViG ti() {
        return of(List.of(2, 2, 6), List.of(42, 84, 168), 2, 256, 512);
    }

    /** {@return MobileViG-S as published, for 1,000 classes} */
    public static MobileViG s() {
        return of(List.of(3, 3, 9), List.of(42, 84, 176), 3, 256, 512);
    }

    /** {@return MobileViG-M as published, for 1,000 classes} */
    public static MobileViG m() {
        return of(List.of(3, 3, 9), List.of(42, 84, 224), 3, 400, 768);
    }

    /** {@return MobileViG-B as published, for 1,000 classes} */
    public static MobileViG b() {
        return of(List.of(5, 5, 15), List.of(42, 84, 240), 5, 464, 768);
    }

    /**
     * The same net for another number of classes.
     *
     * @param newClasses at least 1
     * @return a changed copy
     */
    public MobileViG withClasses(int newClasses) {
        return new MobileViG(localBlocks, localChannels, globalBlocks, globalChannels, embedding, k, newClasses,
                distilled);
    }

    /** {@return the published sizes by name} */
    public static Map<String, MobileViG> named() {
        Map<String, MobileViG> nets = new LinkedHashMap<>();
        nets.put("mobilevig_ti", ti());
        nets.put("mobilevig_s", s());
        nets.put("mobilevig_m", m());
        nets.put("mobilevig_b", b());
        return nets;
    }

    @Override
    public MobileViG configuredFor(Weights weights) throws WeightsException {
        return new MobileViG(localBlocks, localChannels, globalBlocks, globalChannels, embedding, k,
                ViGBlocks.classes(weights), ViGBlocks.distilled(weights));
    }

    @Override
    public Graph build(Parameters parameters) throws WeightsException {
        GraphBuilder net = new GraphBuilder(parameters);
        ViGBlocks blocks = new ViGBlocks(net);
        List<Node> features = new ArrayList<>();
        Node x = blocks.stem(net.input(3), localChannels.getFirst());

        int block = 0;
        for (int stage = 0; stage < localBlocks.size(); stage++) {
            if (stage > 0) {
                x = blocks.downsample("local_backbone." + block++, x, localChannels.get(stage));
            }
            for (int i = 0; i < localBlocks.get(stage); i++) {
                x = invertedResidual(net, "local_backbone." + block++, x);
            }
            features.add(x);
        }
        x = blocks.downsample("local_backbone." + block, x, globalChannels.getFirst());

        block = 0;
        for (int stage = 0; stage < globalBlocks.size(); stage++) {
            if (stage > 0) {
                x = blocks.downsample("backbone." + block++, x, globalChannels.get(stage));
            }
            for (int i = 0; i < globalBlocks.get(stage); i++) {
                String name = "backbone." + block++;
                x = grapher(blocks, net, name + ".0", x);
                x = ffn(net, name + ".1", x);
            }
            features.add(x);
        }
        return new Graph(List.of(blocks.heads(x, embedding, classes, distilled)), features);
    }

    /** x + layer_scale_2 * (expand 1x1, depthwise 3x3, project 1x1). */
    private static Node invertedResidual(GraphBuilder net, String name, Node x) throws WeightsException {
        String mlp = name + ".mlp";
        Node y = net.pointwise(mlp + ".fc1", x, EXPANSION * x.channels());
        y = net.gelu(mlp + ".act", net.batchNorm(mlp + ".norm1", y));
        y = net.depthwise(mlp + ".mid", y, Window.same(3));
        y = net.gelu(mlp + ".act#2", net.batchNorm(mlp + ".mid_norm", y));
        y = net.batchNorm(mlp + ".norm2", net.pointwise(mlp + ".fc2", y, x.channels()));
        return net.add(name, x, net.layerScale(name + ".layer_scale_2", y, x.channels(), 1, 1));
    }

    /** x + graph convolution of x with every k-th pixel of its row and column. */
    private Node grapher(ViGBlocks blocks, GraphBuilder net, String name, Node x) throws WeightsException {
        return net.add(name, blocks.graphConvolution(name, x,
                (input, y) -> net.maxRelative(input, y, Neighbors.EVERY_KTH, k), 2 * x.channels()), x);
    }

    /** x + project(expand(x)). */
    private static Node ffn(GraphBuilder net, String name, Node x) throws WeightsException {
        Node y = net.batchNorm(name + ".fc1.1", net.pointwise(name + ".fc1.0", x, EXPANSION * x.channels()));
        y = net.gelu(name + ".act", y);
        y = net.batchNorm(name + ".fc2.1", net.pointwise(name + ".fc2.0", y, x.channels()));
        return net.add(name, y, x);
    }
}
