package io.github.jvig.model.nets;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.Window;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.weights.Weights;
import io.github.jvig.model.weights.WeightsException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * StarNet: Rewrite the Stars (CVPR 2024, arXiv 2403.19967). A stem, stages of blocks that multiply two branches element by element (the
 * "star"), and a head. Each stage begins with a convolution that halves the map and has twice the channels of the stage before it. Tensors
 * have the names that they have in timm and in the authors' code.
 *
 * @param width   channels of the first stage
 * @param blocks  blocks of each stage
 * @param classes number of classes
 */
public record StarNet(int width, List<Integer> blocks, int classes) implements Net {
    private static final Window HALVE = Window.of(3, 2, 1);
    private static final Window MIX = Window.same(7);
    private static final int STEM = 32;
    private static final int EXPANSION = 4;

    /**
     * Checks the sizes.
     *
     * @throws IllegalArgumentException when the first stage has no channels, or a stage has no blocks
     */
    public StarNet {
        blocks = List.copyOf(blocks);
        CommonBlocks.checkStages(blocks.stream().map(_ -> width).toList(), blocks);
    }

    /** {@return the nets of the paper for 1,000 classes, by name} */
    public static Map<String, StarNet> named() {
        Map<String, StarNet> nets = new LinkedHashMap<>();
        nets.put("starnet_s1", new StarNet(24, List.of(2, 2, 8, 3), 1000));
        nets.put("starnet_s2", new StarNet(32, List.of(1, 2, 6, 2), 1000));
        nets.put("starnet_s3", new StarNet(32, List.of(2, 2, 8, 4), 1000));
        nets.put("starnet_s4", new StarNet(32, List.of(3, 3, 12, 5), 1000));
        return nets;
    }

    @Override
    public StarNet configuredFor(Weights weights) throws WeightsException {
        return new StarNet(width, blocks, GraphBuilder.classes(weights, "head.weight"));
    }

    @Override
    public Graph build(Parameters parameters) throws WeightsException {
        GraphBuilder net = new GraphBuilder(parameters);
        Node x = net.batchNorm("stem.0.bn", net.conv("stem.0.conv", net.input(3), STEM, HALVE));
        x = net.activation("stem.1", x, Activation.RELU6);
        List<Node> features = new ArrayList<>();
        for (int stage = 0; stage < blocks.size(); stage++) {
            String name = "stages." + stage + ".";
            x = net.batchNorm(name + "0.bn", net.conv(name + "0.conv", x, width << stage, HALVE));
            for (int i = 1; i <= blocks.get(stage); i++) {
                x = block(net, name + i, x);
            }
            features.add(x);
        }
        Node pooled = net.globalAveragePool("global_pool", net.batchNorm("norm", x));
        return new Graph(List.of(net.linear("head", pooled, classes)), features);
    }

    /** x + depthwise(g(ReLU6(f1(y)) * f2(y))), y = depthwise(x). */
    private static Node block(GraphBuilder net, String name, Node x) throws WeightsException {
        Node y = net.batchNorm(name + ".dwconv.bn", net.depthwise(name + ".dwconv.conv", x, MIX));
        Node f1 = net.pointwise(name + ".f1.conv", y, EXPANSION * x.channels());
        Node f2 = net.pointwise(name + ".f2.conv", y, EXPANSION * x.channels());
        y = net.multiply(name + ":star", net.activation(name + ".act", f1, Activation.RELU6), f2);
        y = net.batchNorm(name + ".g.bn", net.pointwise(name + ".g.conv", y, x.channels()));
        return net.add(name, x, net.depthwise(name + ".dwconv2.conv", y, MIX));
    }
}
