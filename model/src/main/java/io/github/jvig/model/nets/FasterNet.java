package io.github.jvig.model.nets;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.Window;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.weights.Weights;
import io.github.jvig.model.weights.WeightsException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * FasterNet: Run, Don't Walk, Chasing Higher FLOPS for Faster Neural Networks (CVPR 2023, arXiv 2303.03667), with timm's tensor names. Stages
 * of blocks, each a 3x3 convolution of a quarter of the channels and two 1x1 convolutions; before each stage, pixels are merged by a
 * convolution whose stride is its kernel.
 *
 * @param blocks     blocks of each stage
 * @param channels   channels of the first stage; each further stage has twice those of the one before
 * @param activation between the two 1x1 convolutions, and in the head
 * @param classes    number of classes
 */
public record FasterNet(List<Integer> blocks, int channels, Activation activation, int classes) implements Net {
    /** One channel in so many is convolved. */
    private static final int PARTS = 4;
    private static final int EXPANSION = 2;
    private static final int FEATURES = 1280;

    /**
     * Checks the sizes.
     *
     * @throws IllegalArgumentException when a stage has no blocks, or the channels are no multiple of 4
     */
    public FasterNet {
        blocks = List.copyOf(blocks);
        if (blocks.isEmpty() || Collections.min(blocks) < 1 || channels < PARTS || channels % PARTS != 0) {
            throw new IllegalArgumentException("every stage of FasterNet needs blocks, and channels in multiples of "
                    + PARTS + ", not " + blocks + " and " + channels);
        }
    }

    /** {@return the published sizes by name} */
    public static Map<String, Net> named() {
        Map<String, Net> nets = new LinkedHashMap<>();
        nets.put("fasternet_t0", new FasterNet(List.of(1, 2, 8, 2), 40, Activation.GELU, 1000));
        nets.put("fasternet_t1", new FasterNet(List.of(1, 2, 8, 2), 64, Activation.GELU, 1000));
        nets.put("fasternet_t2", new FasterNet(List.of(1, 2, 8, 2), 96, Activation.RELU, 1000));
        nets.put("fasternet_s", new FasterNet(List.of(1, 2, 13, 2), 128, Activation.RELU, 1000));
        nets.put("fasternet_m", new FasterNet(List.of(3, 4, 18, 3), 144, Activation.RELU, 1000));
        nets.put("fasternet_l", new FasterNet(List.of(3, 4, 18, 3), 192, Activation.RELU, 1000));
        return nets;
    }

    @Override
    public FasterNet configuredFor(Weights weights) throws WeightsException {
        return new FasterNet(blocks, channels, activation, GraphBuilder.classes(weights, "classifier.weight"));
    }

    @Override
    public Graph build(Parameters parameters) throws WeightsException {
        GraphBuilder net = new GraphBuilder(parameters);
        Node x = merge(net, "patch_embed.proj", "patch_embed.norm", net.input(3), channels, 4);
        List<Node> features = new ArrayList<>();
        for (int stage = 0; stage < blocks.size(); stage++) {
            String name = "stages." + stage;
            if (stage > 0) {
                x = merge(net, name + ".downsample.reduction", name + ".downsample.norm", x, 2 * x.channels(), 2);
            }
            for (int i = 0; i < blocks.get(stage); i++) {
                x = block(net, name + ".blocks." + i, x);
            }
            features.add(x);
        }
        x = net.convWithoutBias("conv_head", net.globalAveragePool("global_pool", x), FEATURES, Window.same(1));
        return new Graph(List.of(net.linear("classifier", net.activation("act", x, activation), classes)), features);
    }

    /** Squares of pixels become one. */
    private static Node merge(GraphBuilder net, String conv, String norm, Node x, int outChannels, int side)
            throws WeightsException {
        return net.batchNorm(norm, net.convWithoutBias(conv, x, outChannels, Window.of(side, side, 0)));
    }

    /** x + (partial convolution, expand, project). */
    private Node block(GraphBuilder net, String name, Node x) throws WeightsException {
        Node y = partialConvolution(net, name + ".spatial_mixing", x);
        y = net.convWithoutBias(name + ".mlp.0", y, EXPANSION * x.channels(), Window.same(1));
        y = net.activation(name + ".mlp.2", net.batchNorm(name + ".mlp.1", y), activation);
        return net.add(name, x, net.convWithoutBias(name + ".mlp.3", y, x.channels(), Window.same(1)));
    }

    /** The first quarter of the channels convolved, the others as they are. */
    private static Node partialConvolution(GraphBuilder net, String name, Node x) throws WeightsException {
        int count = x.channels() / PARTS;
        Node first = net.slice(name + ":first", x, 0, count);
        Node others = net.slice(name + ":others", x, count, x.channels() - count);
        return net.concat(name, net.convWithoutBias(name + ".partial_conv3", first, count, Window.same(3)), others);
    }
}
