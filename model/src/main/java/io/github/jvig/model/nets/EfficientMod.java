package io.github.jvig.model.nets;

import io.github.jvig.kernels.Attention;
import io.github.jvig.kernels.AttentionHeads;
import io.github.jvig.kernels.Partition;
import io.github.jvig.kernels.Window;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.weights.Weights;
import io.github.jvig.model.weights.WeightsException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * EfficientMod: Efficient Modulation for Vision Networks (ICLR 2024, arXiv 2403.19963), with the authors' tensor names. Four stages of
 * modulation blocks, in which a map is multiplied by its context from a depthwise 7x7 convolution; the last two stages end with blocks of
 * attention. Every second block expands the channels, and repeats the context for all of them.
 *
 * @param blocks             modulation blocks of each stage
 * @param attentionBlocks    blocks of attention behind them
 * @param channels           channels of each stage
 * @param expansion          factor of the channels in every second modulation block
 * @param attentionExpansion factor of the channels in the feed-forward of each stage's attention blocks; any number where there are none
 * @param classes            number of classes
 */
public record EfficientMod(List<Integer> blocks, List<Integer> attentionBlocks, List<Integer> channels, int expansion,
        List<Integer> attentionExpansion, int classes) implements Net {
    private static final int HEADS = 8;
    private static final int MIN_HEAD_CHANNELS = 32;
    private static final Window CONTEXT = Window.same(7);

    /**
     * Checks the sizes.
     *
     * @throws IllegalArgumentException when the lists differ in length, or a stage lacks blocks or channels
     */
    public EfficientMod {
        blocks = List.copyOf(blocks);
        attentionBlocks = List.copyOf(attentionBlocks);
        channels = List.copyOf(channels);
        attentionExpansion = List.copyOf(attentionExpansion);
        int stages = blocks.size();
        if (stages == 0 || attentionBlocks.size() != stages || channels.size() != stages
                || attentionExpansion.size() != stages || Collections.min(blocks) < 1 || Collections.min(channels) < 1
                || expansion < 1) {
            throw new IllegalArgumentException("every stage of EfficientMod needs blocks and channels, not " + blocks
                    + ", " + attentionBlocks + ", " + channels + " and " + attentionExpansion);
        }
    }

    /** {@return the published sizes by name} */
    public static Map<String, Net> named() {
        Map<String, Net> nets = new LinkedHashMap<>();
        nets.put("efficientmod_xxs", new EfficientMod(List.of(2, 2, 6, 2), List.of(0, 0, 1, 2),
                List.of(32, 64, 128, 256), 6, List.of(4, 4, 4, 4), 1000));
        nets.put("efficientmod_xs", new EfficientMod(List.of(3, 3, 4, 2), List.of(0, 0, 3, 3),
                List.of(32, 64, 144, 288), 4, List.of(4, 4, 4, 4), 1000));
        nets.put("efficientmod_s", new EfficientMod(List.of(4, 4, 8, 4), List.of(0, 0, 4, 4),
                List.of(32, 64, 144, 312), 6, List.of(4, 4, 4, 5), 1000));
        return nets;
    }

    @Override
    public EfficientMod configuredFor(Weights weights) throws WeightsException {
        return new EfficientMod(blocks, attentionBlocks, channels, expansion, attentionExpansion,
                GraphBuilder.classes(weights, "head.weight"));
    }

    @Override
    public Graph build(Parameters parameters) throws WeightsException {
        GraphBuilder net = new GraphBuilder(parameters);
        Node x = embed(net, "patch_embed", net.input(3), channels.getFirst(), Window.of(7, 4, 3));
        List<Node> features = new ArrayList<>();
        for (int stage = 0; stage < blocks.size(); stage++) {
            String name = "layers." + stage;
            if (stage > 0) {
                x = embed(net, "layers." + (stage - 1) + ".downsample", x, channels.get(stage), Window.of(3, 2, 1));
            }
            int modulations = blocks.get(stage);
            for (int i = 0; i < modulations; i++) {
                x = modulation(net, name + ".blocks." + i, x, i % 2 == 0 ? 1 : expansion);
            }
            for (int i = 0; i < attentionBlocks.get(stage); i++) {
                x = attention(net, name + ".blocks." + (modulations + i), x, attentionExpansion.get(stage));
            }
            features.add(x);
        }
        x = net.globalAveragePool("avgpool", net.layerNorm("norm", x));
        return new Graph(List.of(net.linear("head", x, classes)), features);
    }

    private static Node embed(GraphBuilder net, String name, Node x, int outChannels, Window window)
            throws WeightsException {
        return net.layerNorm(name + ".norm", net.conv(name + ".proj", x, outChannels, window));
    }

    /** x + gamma_1 * fc2(act(fc1(x')) * context(x')), x' normalized; without the activation where fc1 does not expand. */
    private static Node modulation(GraphBuilder net, String name, Node x, int factor) throws WeightsException {
        String mlp = name + ".mlp";
        Node norm = net.layerNorm(name + ".norm", x);
        Node context = context(net, mlp + ".context_layer", norm);
        Node y = net.linear(mlp + ".fc1", norm, factor * x.channels());
        if (factor > 1) {
            y = net.gelu(mlp + ".act", y);
            Node[] copies = new Node[factor];
            Arrays.fill(copies, context);
            context = net.concat(mlp + ":repeat", copies);
        }
        y = net.linear(mlp + ".fc2", net.multiply(mlp, y, context), x.channels());
        return net.add(name, x, net.layerScale(name + ".gamma_1", y, x.channels()));
    }

    /** What lies around each pixel. */
    private static Node context(GraphBuilder net, String name, Node x) throws WeightsException {
        Node y = net.depthwise(name + ".context_list.0", net.linear(name + ".f", x, x.channels()), CONTEXT);
        return net.linear(name + ".g", net.gelu(name + ".act", y), x.channels());
    }

    /** x + attention(x'), then x + (expand, project), each on x normalized. */
    private static Node attention(GraphBuilder net, String name, Node x, int factor) throws WeightsException {
        String attn = name + ".attn";
        int dim = Math.max(x.channels() / HEADS, MIN_HEAD_CHANNELS);
        Node qkv = net.linearWithoutBias(attn + ".qkv", net.layerNorm(name + ".norm1", x), 3 * HEADS * dim);
        Node y = net.attention(attn, AttentionHeads.byKind(HEADS, dim, dim), Partition.WHOLE,
                Attention.usualScale(dim), qkv);
        x = net.add(name + ":mixed", x, net.linear(attn + ".proj", y, x.channels()));
        y = net.linear(name + ".mlp.fc1", net.layerNorm(name + ".norm2", x), factor * x.channels());
        y = net.linear(name + ".mlp.fc2", net.gelu(name + ".mlp.act", y), x.channels());
        return net.add(name, x, y);
    }
}
