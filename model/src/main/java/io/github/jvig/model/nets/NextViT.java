package io.github.jvig.model.nets;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.Attention;
import io.github.jvig.kernels.AttentionHeads;
import io.github.jvig.kernels.Partition;
import io.github.jvig.kernels.Pool2d;
import io.github.jvig.kernels.Window;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.graph.Pool2dOp;
import io.github.jvig.model.weights.Weights;
import io.github.jvig.model.weights.WeightsException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Next-ViT, Li et al., arXiv 2207.05501, with timm's tensor names: a stem, four stages, and a head. Blocks of grouped convolutions do most of
 * the work; the last block of stages 2 and 4, and each fifth of stage 3, attends to fewer keys than there are pixels, and puts the result of a
 * grouped convolution behind its channels.
 *
 * @param groups  groups of five blocks in the third stage
 * @param classes number of classes
 */
public record NextViT(int groups, int classes) implements Net {
    private static final int HEAD_CHANNELS = 32;
    private static final int GROUP_BLOCKS = 5;
    private static final int CONV_EXPANSION = 3;
    private static final int ATTENTION_EXPANSION = 2;
    /** Channels of the blocks of each stage, and of its blocks with attention. */
    private static final int[] CHANNELS = {96, 192, 384, 768};
    private static final int[] ATTENTION_CHANNELS = {96, 256, 512, 1024};
    /** Pixels that one key stands for. */
    private static final int[] PIXELS_PER_KEY = {64, 16, 4, 1};

    /**
     * Checks the sizes.
     *
     * @throws IllegalArgumentException when a number is below 1
     */
    public NextViT {
        if (groups < 1 || classes < 1) {
            throw new IllegalArgumentException(
                    "Next-ViT needs a group of blocks and a class, not " + groups + " and " + classes);
        }
    }

    /** {@return the published sizes by name, for 1,000 classes} */
    public static Map<String, NextViT> named() {
        Map<String, NextViT> nets = new LinkedHashMap<>();
        nets.put("nextvit_small", new NextViT(2, 1000));
        nets.put("nextvit_base", new NextViT(4, 1000));
        nets.put("nextvit_large", new NextViT(6, 1000));
        return nets;
    }

    @Override
    public NextViT configuredFor(Weights weights) throws WeightsException {
        return new NextViT(groups, GraphBuilder.classes(weights, "head.fc.weight"));
    }

    private int blocks(int stage) {
        return stage == 1 ? 4 : stage == 2 ? GROUP_BLOCKS * groups : 3;
    }

    private static boolean attends(int stage, int block, int blocks) {
        return stage > 0 && (stage == 2 ? (block + 1) % GROUP_BLOCKS == 0 : block == blocks - 1);
    }

    @Override
    public Graph build(Parameters parameters) throws WeightsException {
        GraphBuilder net = new GraphBuilder(parameters);
        Layers layers = new Layers(net);
        Node x = net.input(3);
        x = layers.convNormAct("stem.0", x, 64, 2);
        x = layers.convNormAct("stem.1", x, 32, 1);
        x = layers.convNormAct("stem.2", x, 64, 1);
        x = layers.convNormAct("stem.3", x, 64, 2);
        List<Node> features = new ArrayList<>();
        for (int stage = 0; stage < CHANNELS.length; stage++) {
            int blocks = blocks(stage);
            for (int i = 0; i < blocks; i++) {
                String name = "stages." + stage + ".blocks." + i;
                int stride = stage > 0 && i == 0 ? 2 : 1;
                x = attends(stage, i, blocks)
                        ? layers.attentionBlock(name, x, ATTENTION_CHANNELS[stage], PIXELS_PER_KEY[stage])
                        : layers.convBlock(name, x, CHANNELS[stage], stride);
            }
            features.add(x);
        }
        x = net.globalAveragePool("global_pool", net.batchNorm("norm", x));
        return new Graph(List.of(net.linear("head.fc", x, classes)), features);
    }

    /** The layers of one graph. */
    private record Layers(GraphBuilder net) {
        Node convNormAct(String name, Node x, int channels, int stride) throws WeightsException {
            Node y = net.convWithoutBias(name + ".conv", x, channels, Window.of(3, stride, 1));
            return net.activation(name + ".act", net.batchNorm(name + ".norm", y), Activation.RELU);
        }

        /** The paper's NCB: grouped convolution, then expand and project, both added to what they read. */
        Node convBlock(String name, Node x, int channels, int stride) throws WeightsException {
            x = patchEmbed(name + ".patch_embed", x, channels, stride);
            x = net.add(name + ":mixed", x, groupedConv(name + ".mhca", x));
            return net.add(name, x, mlp(name + ".mlp", net.batchNorm(name + ".norm", x), CONV_EXPANSION));
        }

        /** The paper's NTB: three quarters of the channels are the attention's, the rest the grouped convolution's. */
        Node attentionBlock(String name, Node x, int channels, int pixelsPerKey) throws WeightsException {
            int attended = channels * 3 / 4;
            x = patchEmbed(name + ".patch_embed", x, attended, 1);
            Node y = attention(name + ".e_mhsa", net.batchNorm(name + ".norm1", x), pixelsPerKey);
            x = net.add(name + ":attended", x, y);
            y = patchEmbed(name + ".projection", x, channels - attended, 1);
            y = net.add(name + ":convolved", y, groupedConv(name + ".mhca", y));
            x = net.concat(name + ":mixed", x, y);
            return net.add(name, x, mlp(name + ".mlp", net.batchNorm(name + ".norm2", x), ATTENTION_EXPANSION));
        }

        /** Halves the map, where the stride says so, and changes the number of channels. */
        private Node patchEmbed(String name, Node x, int channels, int stride) throws WeightsException {
            if (stride > 1) {
                x = net.pool(name + ".pool", x, Pool2d.Mode.AVERAGE, Window.of(2, 2, 0), Pool2dOp.Sizing.CEILING);
            } else if (x.channels() == channels) {
                return x;
            }
            return net.batchNorm(name + ".norm", net.convWithoutBias(name + ".conv", x, channels, Window.same(1)));
        }

        /** Multi-head convolutional attention, which has a head for each group of a convolution but no softmax. */
        private Node groupedConv(String name, Node x) throws WeightsException {
            int channels = x.channels();
            Node y = net.conv(name + ".group_conv3x3", x, channels, Window.same(3), channels / HEAD_CHANNELS, false);
            y = net.activation(name + ".act", net.batchNorm(name + ".norm", y), Activation.RELU);
            return net.convWithoutBias(name + ".projection", y, channels, Window.same(1));
        }

        /** Keys and values are of averages over runs of pixels. */
        private Node attention(String name, Node x, int pixelsPerKey) throws WeightsException {
            int channels = x.channels();
            Node query = net.linear(name + ".q", x, channels);
            Node few = pixelsPerKey == 1
                    ? x
                    : net.batchNorm(name + ".norm", net.tokenPool(name + ".sr", x, pixelsPerKey));
            Node key = net.linear(name + ".k", few, channels);
            Node value = net.linear(name + ".v", few, channels);
            AttentionHeads heads = AttentionHeads.separate(channels / HEAD_CHANNELS, HEAD_CHANNELS, HEAD_CHANNELS);
            Node y = net.attention(name, heads, Partition.WHOLE, Attention.usualScale(HEAD_CHANNELS), query, key,
                    value);
            return net.linear(name + ".proj", y, channels);
        }

        private Node mlp(String name, Node x, int expansion) throws WeightsException {
            Node y = net.pointwise(name + ".fc1", x, expansion * x.channels());
            return net.pointwise(name + ".fc2", net.activation(name + ".act", y, Activation.RELU), x.channels());
        }
    }
}
