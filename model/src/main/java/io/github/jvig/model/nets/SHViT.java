package io.github.jvig.model.nets;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.Attention;
import io.github.jvig.kernels.AttentionHeads;
import io.github.jvig.kernels.Binary;
import io.github.jvig.kernels.Partition;
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
 * SHViT: Single-Head Vision Transformer with Memory Efficient Macro Design (CVPR 2024, arXiv 2401.16456), with timm's tensor names. A stem
 * that makes a pixel of 16x16, three stages of blocks - depthwise convolution, attention of one head on a part of the channels, feed-forward
 * - and a head. The first stage has no attention.
 *
 * @param blocks   blocks of each stage
 * @param channels channels of each stage
 * @param partial  channels of each stage that the attention sees
 * @param classes  number of classes
 */
public record SHViT(List<Integer> blocks, List<Integer> channels, List<Integer> partial, int classes) implements Net {
    private static final int STEM_CONVOLUTIONS = 4;
    private static final int KEY_CHANNELS = 16;
    private static final int EXPANSION = 2;
    private static final int MERGING_EXPANSION = 4;
    private static final double NORM_EPSILON = 1e-5;
    private static final Window HALVE = Window.of(3, 2, 1);

    /**
     * Checks the sizes.
     *
     * @throws IllegalArgumentException when the lists differ in length, or the attention sees all channels or more
     */
    public SHViT {
        blocks = List.copyOf(blocks);
        channels = List.copyOf(channels);
        partial = List.copyOf(partial);
        boolean fits = !blocks.isEmpty() && blocks.size() == channels.size() && blocks.size() == partial.size();
        for (int i = 0; fits && i < blocks.size(); i++) {
            fits = blocks.get(i) > 0 && partial.get(i) > 0 && partial.get(i) < channels.get(i);
        }
        if (!fits) {
            throw new IllegalArgumentException("every stage of SHViT needs blocks, and more channels than its attention"
                    + " sees, not " + blocks + ", " + channels + " and " + partial);
        }
    }

    /** {@return the published sizes by name} */
    public static Map<String, Net> named() {
        Map<String, Net> nets = new LinkedHashMap<>();
        nets.put("shvit_s1", of(List.of(2, 4, 5), List.of(128, 224, 320), List.of(32, 48, 68)));
        nets.put("shvit_s2", of(List.of(2, 4, 5), List.of(128, 308, 448), List.of(32, 66, 96)));
        nets.put("shvit_s3", of(List.of(3, 5, 5), List.of(192, 352, 448), List.of(48, 75, 96)));
        nets.put("shvit_s4", of(List.of(4, 7, 6), List.of(224, 336, 448), List.of(48, 72, 96)));
        return nets;
    }

    private static SHViT of(List<Integer> blocks, List<Integer> channels, List<Integer> partial) {
        return new SHViT(blocks, channels, partial, 1000);
    }

    @Override
    public SHViT configuredFor(Weights weights) throws WeightsException {
        return new SHViT(blocks, channels, partial, GraphBuilder.classes(weights, "head.l.weight"));
    }

    @Override
    public Graph build(Parameters parameters) throws WeightsException {
        return new Layers(new GraphBuilder(parameters)).graph();
    }

    /** The layers of one graph. */
    private final class Layers {
        private final GraphBuilder net;

        Layers(GraphBuilder net) {
            this.net = net;
        }

        Graph graph() throws WeightsException {
            Node x = stem(net.input(3));
            List<Node> features = new ArrayList<>();
            for (int stage = 0; stage < blocks.size(); stage++) {
                String name = "stages." + stage;
                if (stage > 0) {
                    x = downsample(name + ".downsample", x, channels.get(stage));
                }
                for (int i = 0; i < blocks.get(stage); i++) {
                    x = block(name + ".blocks." + i, x, stage);
                }
                features.add(x);
            }
            x = net.batchNorm("head.bn", net.globalAveragePool("global_pool", x));
            return new Graph(List.of(net.linear("head.l", x, classes)), features);
        }

        /** Four convolutions, each of half the size and twice the channels. */
        private Node stem(Node x) throws WeightsException {
            for (int i = 0; i < STEM_CONVOLUTIONS; i++) {
                if (i > 0) {
                    x = relu("patch_embed." + (2 * i - 1), x);
                }
                x = conv("patch_embed." + 2 * i, x, channels.getFirst() >> STEM_CONVOLUTIONS - 1 - i, HALVE);
            }
            return x;
        }

        /** Half the size: an inverted bottleneck with a gate, and a depthwise convolution and a feed-forward on either side. */
        private Node downsample(String name, Node x, int outChannels) throws WeightsException {
            x = feedForward(name + ".1", depthwise(name + ".0", x));
            String merging = name + ".2";
            Node y = relu(merging + ".act1", conv(merging + ".conv1", x, MERGING_EXPANSION * x.channels(),
                    Window.same(1)));
            y = relu(merging + ".act2", conv(merging + ".conv2", y, y.channels(), HALVE, y.channels()));
            y = conv(merging + ".conv3", gate(merging + ".se", y, x.channels()), outChannels, Window.same(1));
            return feedForward(name + ".4", depthwise(name + ".3", y));
        }

        private Node block(String name, Node x, int stage) throws WeightsException {
            x = depthwise(name + ".conv", x);
            if (stage > 0) {
                x = net.add(name + ".mixer", x, attention(name + ".mixer.m", x, partial.get(stage)));
            }
            return feedForward(name + ".ffn", x);
        }

        /** Attention on the first channels, which the last convolution mixes with the others. */
        private Node attention(String name, Node x, int count) throws WeightsException {
            Node seen = net.groupNorm(name + ".pre_norm", net.slice(name + ":seen", x, 0, count), NORM_EPSILON);
            Node qkv = conv(name + ".qkv", seen, 2 * KEY_CHANNELS + count, Window.same(1));
            Node attended = net.attention(name, AttentionHeads.byKind(1, KEY_CHANNELS, count), Partition.WHOLE,
                    Attention.usualScale(KEY_CHANNELS), qkv);
            Node others = net.slice(name + ":others", x, count, x.channels() - count);
            Node both = relu(name + ".proj.0", net.concat(name + ":concat", attended, others));
            return conv(name + ".proj.1", both, x.channels(), Window.same(1));
        }

        /** x + (expand, project). */
        private Node feedForward(String name, Node x) throws WeightsException {
            Node y = conv(name + ".m.pw1", x, EXPANSION * x.channels(), Window.same(1));
            return net.add(name, x, conv(name + ".m.pw2", relu(name + ".m.act", y), x.channels(), Window.same(1)));
        }

        /** x + its depthwise convolution. */
        private Node depthwise(String name, Node x) throws WeightsException {
            return net.add(name, x, conv(name + ".m", x, x.channels(), Window.same(3), x.channels()));
        }

        /** Squeeze-and-excitation. */
        private Node gate(String name, Node x, int squeezed) throws WeightsException {
            Node y = net.pointwise(name + ".fc1", net.globalAveragePool(name + ":pool", x),
                    EfficientNet.divisible(squeezed, 0));
            y = net.pointwise(name + ".fc2", relu(name + ".act", y), x.channels());
            return net.binary(name, Binary.Operator.MULTIPLY, Binary.Broadcast.PIXEL, x,
                    net.activation(name + ".gate", y, Activation.SIGMOID));
        }

        private Node conv(String name, Node x, int outChannels, Window window) throws WeightsException {
            return conv(name, x, outChannels, window, 1);
        }

        /** A convolution and its batch norm. */
        private Node conv(String name, Node x, int outChannels, Window window, int groups) throws WeightsException {
            return net.batchNorm(name + ".bn", net.conv(name + ".c", x, outChannels, window, groups, false));
        }

        private Node relu(String name, Node x) {
            return net.activation(name, x, Activation.RELU);
        }
    }
}
