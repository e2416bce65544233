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
 * EfficientFormer: Vision Transformers at MobileNet Speed (NeurIPS 2022, arXiv 2206.01191), with timm's tensor names. A stem, stages of
 * blocks that mix pixels by average pooling, of which the last ones of the last stage mix them by attention instead, and a head. The biases
 * of the attention tie the net to inputs of 193 to 224 pixels a side, whose last map is 7x7.
 *
 * @param blocks          blocks of each stage
 * @param channels        channels of each stage
 * @param attentionBlocks how many blocks at the end of the last stage have attention
 * @param classes         number of classes; the logits are the mean of two heads
 */
public record EfficientFormer(List<Integer> blocks, List<Integer> channels, int attentionBlocks, int classes)
        implements
            Net {
    private static final int EXPANSION = 4;
    private static final int POOL = 3;
    private static final int HEADS = 8;
    private static final int KEY_CHANNELS = 32;
    private static final int VALUE_CHANNELS = 128;
    /** Side of the map that the attention's biases are for. */
    private static final int RESOLUTION = 7;
    private static final Window HALVE = Window.of(3, 2, 1);

    /**
     * Checks the sizes.
     *
     * @throws IllegalArgumentException when stages lack blocks or channels, the attention does not fit the last stage, or there is no class
     */
    public EfficientFormer {
        blocks = List.copyOf(blocks);
        channels = List.copyOf(channels);
        if (blocks.isEmpty() || blocks.size() != channels.size() || Collections.min(blocks) < 1
                || channels.getFirst() < 2 || Collections.min(channels) < 1) {
            throw new IllegalArgumentException(
                    "every stage of EfficientFormer needs blocks and channels, the first 2, not "
                            + blocks + " and " + channels);
        }
        if (attentionBlocks < 0 || attentionBlocks > blocks.getLast() || classes < 1) {
            throw new IllegalArgumentException("EfficientFormer needs a class and at most as many blocks with attention"
                    + " as its last stage has blocks, not " + classes + " and " + attentionBlocks);
        }
    }

    private static EfficientFormer of(List<Integer> blocks, List<Integer> channels, int attentionBlocks) {
        return new EfficientFormer(blocks, channels, attentionBlocks, 1000);
    }

    /** {@return EfficientFormer-L1 as published, for 1,000 classes} */
    public static EfficientFormer l1() {
        return of(List.of(3, 2, 6, 4), List.of(48, 96, 224, 448), 1);
    }

    /** {@return EfficientFormer-L3 as published, for 1,000 classes} */
    public static EfficientFormer l3() {
        return of(List.of(4, 4, 12, 6), List.of(64, 128, 320, 512), 4);
    }

    /** {@return EfficientFormer-L7 as published, for 1,000 classes} */
    public static EfficientFormer l7() {
        return of(List.of(6, 6, 18, 8), List.of(96, 192, 384, 768), 8);
    }

    /** {@return the published sizes by name} */
    public static Map<String, EfficientFormer> named() {
        Map<String, EfficientFormer> nets = new LinkedHashMap<>();
        nets.put("efficientformer_l1", l1());
        nets.put("efficientformer_l3", l3());
        nets.put("efficientformer_l7", l7());
        return nets;
    }

    @Override
    public EfficientFormer configuredFor(Weights weights) throws WeightsException {
        return new EfficientFormer(blocks, channels, attentionBlocks, GraphBuilder.classes(weights, "head.weight"));
    }

    @Override
    public Graph build(Parameters parameters) throws WeightsException {
        GraphBuilder net = new GraphBuilder(parameters);
        List<Node> features = new ArrayList<>();
        Node x = stem(net, net.input(3));
        int last = channels.size() - 1;
        for (int stage = 0; stage <= last; stage++) {
            String name = "stages." + stage;
            if (stage > 0) {
                x = convolution(net, name + ".downsample.conv", name + ".downsample.norm", x, channels.get(stage));
            }
            int pooling = blocks.get(stage) - (stage == last ? attentionBlocks : 0);
            for (int i = 0; i < pooling; i++) {
                x = poolingBlock(net, name + ".blocks." + i, x);
            }
            for (int i = pooling; i < blocks.get(stage); i++) {
                // One number is that of a module that only lays pixels in a row.
                x = attentionBlock(net, name + ".blocks." + (i + 1), x);
            }
            features.add(x);
        }
        return new Graph(List.of(heads(net, x)), features);
    }

    private Node stem(GraphBuilder net, Node x) throws WeightsException {
        x = convolution(net, "stem.conv1", "stem.norm1", x, channels.getFirst() / 2);
        x = convolution(net, "stem.conv2", "stem.norm2", net.activation("stem.act1", x, Activation.RELU),
                channels.getFirst());
        return net.activation("stem.act2", x, Activation.RELU);
    }

    private static Node convolution(GraphBuilder net, String conv, String norm, Node x, int channels)
            throws WeightsException {
        return net.batchNorm(norm, net.conv(conv, x, channels, HALVE));
    }

    /** x + ls1 * (pool(x) - x), then x + ls2 * (expand, project), normalized by batch. */
    private static Node poolingBlock(GraphBuilder net, String name, Node x) throws WeightsException {
        x = plus(net, name + ".ls1", name + ":mixed", x, net.averagePoolMinusInput(name + ".token_mixer", x, POOL));
        Node y = net.batchNorm(name + ".mlp.norm1", net.pointwise(name + ".mlp.fc1", x, EXPANSION * x.channels()));
        y = net.pointwise(name + ".mlp.fc2", net.gelu(name + ".mlp.act", y), x.channels());
        return plus(net, name + ".ls2", name, x, net.batchNorm(name + ".mlp.norm2", y));
    }

    /** x + ls1 * attention(x), then x + ls2 * (expand, project), each on x normalized by layer. */
    private static Node attentionBlock(GraphBuilder net, String name, Node x) throws WeightsException {
        String mixer = name + ".token_mixer";
        Node y = net.linear(mixer + ".qkv", net.layerNorm(name + ".norm1", x),
                HEADS * (2 * KEY_CHANNELS + VALUE_CHANNELS));
        y = net.attention(mixer, y, HEADS, KEY_CHANNELS, VALUE_CHANNELS, RESOLUTION);
        x = plus(net, name + ".ls1", name + ":mixed", x, net.linear(mixer + ".proj", y, x.channels()));
        y = net.linear(name + ".mlp.fc1", net.layerNorm(name + ".norm2", x), EXPANSION * x.channels());
        y = net.linear(name + ".mlp.fc2", net.gelu(name + ".mlp.act", y), x.channels());
        return plus(net, name + ".ls2", name, x, y);
    }

    /** x + gamma * y. */
    private static Node plus(GraphBuilder net, String scale, String name, Node x, Node y) throws WeightsException {
        return net.add(name, x, net.layerScale(scale + ".gamma", y, y.channels()));
    }

    private Node heads(GraphBuilder net, Node x) throws WeightsException {
        x = net.globalAveragePool("global_pool", net.layerNorm("norm", x));
        Node both = net.add("head + head_dist", net.linear("head", x, classes), net.linear("head_dist", x, classes));
        return net.scale("logits", both, 0.5);
    }
}
