package io.github.jvig.model.nets;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.Binary;
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
 * CAS-ViT: Convolutional Additive Self-attention Vision Transformers for Efficient Mobile Applications (arXiv 2408.03703), with the authors'
 * tensor names. Stages of blocks of three residual parts: local convolutions, attention that adds query and key in place of multiplying
 * them, and a feed-forward.
 *
 * @param blocks    blocks of each stage
 * @param channels  channels of each stage
 * @param classes   number of classes
 * @param distilled whether there is a second head; the logits are then the mean of both
 */
public record CasViT(List<Integer> blocks, List<Integer> channels, int classes, boolean distilled) implements Net {
    private static final int EXPANSION = 4;
    private static final Window AROUND = Window.same(3);
    private static final Window HALVE = Window.of(3, 2, 1);

    /**
     * Checks the sizes.
     *
     * @throws IllegalArgumentException when the lists differ in length, or a stage lacks blocks or channels
     */
    public CasViT {
        blocks = List.copyOf(blocks);
        channels = List.copyOf(channels);
        if (blocks.isEmpty() || blocks.size() != channels.size() || Collections.min(blocks) < 1
                || Collections.min(channels) < 1 || channels.getFirst() < 2) {
            throw new IllegalArgumentException("every stage of CAS-ViT needs blocks and channels, the first 2, not "
                    + blocks + " and " + channels);
        }
    }

    /** {@return the published sizes by name; the authors' code calls them {@code rcvit_xs} and so on} */
    public static Map<String, Net> named() {
        Map<String, Net> nets = new LinkedHashMap<>();
        nets.put("cas_vit_xs", new CasViT(List.of(2, 2, 4, 2), List.of(48, 56, 112, 220), 1000, true));
        nets.put("cas_vit_s", new CasViT(List.of(3, 3, 6, 3), List.of(48, 64, 128, 256), 1000, true));
        nets.put("cas_vit_m", new CasViT(List.of(3, 3, 6, 3), List.of(64, 96, 192, 384), 1000, true));
        nets.put("cas_vit_t", new CasViT(List.of(3, 3, 6, 3), List.of(96, 128, 256, 512), 1000, true));
        return nets;
    }

    @Override
    public CasViT configuredFor(Weights weights) throws WeightsException {
        return new CasViT(blocks, channels, GraphBuilder.classes(weights, "head.weight"),
                weights.has("dist_head.weight"));
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
            Node x = relu("patch_embed.2",
                    halve("patch_embed.0", "patch_embed.1", net.input(3), channels.getFirst() / 2));
            x = relu("patch_embed.5", halve("patch_embed.3", "patch_embed.4", x, channels.getFirst()));
            List<Node> features = new ArrayList<>();
            for (int stage = 0; stage < blocks.size(); stage++) {
                if (stage > 0) {
                    String between = "network." + (2 * stage - 1);
                    x = halve(between + ".proj", between + ".norm", x, channels.get(stage));
                }
                for (int i = 0; i < blocks.get(stage); i++) {
                    x = block("network." + 2 * stage + "." + i, x);
                }
                features.add(x);
            }
            return new Graph(List.of(heads(x)), features);
        }

        private Node halve(String conv, String norm, Node x, int outChannels) throws WeightsException {
            return net.batchNorm(norm, net.conv(conv, x, outChannels, HALVE));
        }

        private Node block(String name, Node x) throws WeightsException {
            x = net.add(name + ".local_perception", x, local(name + ".local_perception.network", x));
            x = net.add(name + ".attn:mixed", x, attention(name + ".attn", net.batchNorm(name + ".norm1", x)));
            Node y = net.pointwise(name + ".mlp.fc1", net.batchNorm(name + ".norm2", x), EXPANSION * x.channels());
            return net.add(name, x, net.pointwise(name + ".mlp.fc2", net.gelu(name + ".mlp.act", y), x.channels()));
        }

        /** 1x1, depthwise 3x3, 1x1. */
        private Node local(String name, Node x) throws WeightsException {
            Node y = net.batchNorm(name + ".1", net.pointwise(name + ".0", x, x.channels()));
            y = net.gelu(name + ".3", net.depthwise(name + ".2", y, AROUND));
            return net.pointwise(name + ".4", y, x.channels());
        }

        /** Convolutional additive attention: proj(dwc(query' + key') * value), query' and key' gated by pixels and channels. */
        private Node attention(String name, Node x) throws WeightsException {
            int count = x.channels();
            Node qkv = net.convWithoutBias(name + ".qkv", x, 3 * count, Window.same(1));
            Node query = gated(name + ".oper_q", net.slice(name + ":query", qkv, 0, count));
            Node key = gated(name + ".oper_k", net.slice(name + ":key", qkv, count, count));
            Node value = net.slice(name + ":value", qkv, 2 * count, count);
            Node y = net.depthwise(name + ".dwc", net.add(name + ":sum", query, key), AROUND);
            return net.depthwise(name + ".proj", net.multiply(name + ":product", y, value), AROUND);
        }

        /** A factor for each pixel, from a depthwise convolution, and then one for each channel, from the mean. */
        private Node gated(String name, Node x) throws WeightsException {
            String spatial = name + ".0.block";
            Node y = net.batchNorm(spatial + ".1", net.depthwise(spatial + ".0", x, AROUND));
            y = net.convWithoutBias(spatial + ".3", relu(spatial + ".2", y), 1, Window.same(1));
            x = net.binary(name + ".0", Binary.Operator.MULTIPLY, Binary.Broadcast.CHANNEL, x,
                    net.activation(spatial + ".4", y, Activation.SIGMOID));
            String channel = name + ".1.block";
            y = net.convWithoutBias(channel + ".1", net.globalAveragePool(channel + ".0", x), x.channels(),
                    Window.same(1));
            return net.binary(name + ".1", Binary.Operator.MULTIPLY, Binary.Broadcast.PIXEL, x,
                    net.activation(channel + ".2", y, Activation.SIGMOID));
        }

        private Node heads(Node x) throws WeightsException {
            x = net.globalAveragePool("global_pool", net.batchNorm("norm", x));
            Node head = net.linear("head", x, classes);
            if (!distilled) {
                return head;
            }
            return net.scale("logits", net.add("head + dist_head", head, net.linear("dist_head", x, classes)), 0.5);
        }

        private Node relu(String name, Node x) {
            return net.activation(name, x, Activation.RELU);
        }
    }
}
