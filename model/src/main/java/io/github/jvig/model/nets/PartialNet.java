package io.github.jvig.model.nets;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.Attention;
import io.github.jvig.kernels.AttentionHeads;
import io.github.jvig.kernels.Binary;
import io.github.jvig.kernels.Epilogue;
import io.github.jvig.kernels.Partition;
import io.github.jvig.kernels.Window;
import io.github.jvig.model.graph.AttentionOp;
import io.github.jvig.model.graph.ConvOp;
import io.github.jvig.model.graph.DistanceBias;
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
 * PartialNet: Partial Channel Network, Compute Fewer, Perform Better (arXiv 2502.01303), with the authors' tensor names. A FasterNet whose
 * blocks do something with the channels that are not convolved: in the first stages a gate from their means and deviations, in the last one
 * attention. In some sizes, a gate by pixels ends the block. The biases of the attention go by the distance of two pixels, so inputs of any size
 * from 32 pixels a side on are possible.
 *
 * @param blocks     blocks of each stage
 * @param channels   channels of the first stage; each further stage has twice those of the one before
 * @param activation between the two 1x1 convolutions of a block, and in the head
 * @param spatial    whether half of the channels of a block's result have a gate by pixels
 * @param classes    number of classes
 */
public record PartialNet(List<Integer> blocks, int channels, Activation activation, boolean spatial, int classes)
        implements
            Net {
    /** One channel in so many is convolved. */
    private static final int PARTS = 4;
    private static final int EXPANSION = 2;
    private static final int FEATURES = 1280;
    private static final int HEADS = 4;
    private static final double LAYER_NORM_EPSILON = 1e-6;
    /** Distance up to which each whole number has a bias of its own. */
    private static final int NEAR = 20;

    /**
     * Checks the sizes.
     *
     * @throws IllegalArgumentException when a stage has no blocks, or the channels are no multiple of 16
     */
    public PartialNet {
        blocks = List.copyOf(blocks);
        int divisor = PARTS * HEADS;
        if (blocks.isEmpty() || Collections.min(blocks) < 1 || channels < divisor || channels % divisor != 0) {
            throw new IllegalArgumentException("every stage of PartialNet needs blocks, and channels in multiples of "
                    + divisor + ", not " + blocks + " and " + channels);
        }
    }

    /** {@return PATNet by name, the published sizes} */
    public static Map<String, Net> named() {
        Map<String, Net> nets = new LinkedHashMap<>();
        nets.put("patnet_t0", new PartialNet(List.of(1, 2, 8, 2), 32, Activation.GELU, false, 1000));
        nets.put("patnet_t1", new PartialNet(List.of(1, 2, 8, 2), 48, Activation.GELU, true, 1000));
        nets.put("patnet_t2", new PartialNet(List.of(2, 2, 6, 4), 64, Activation.RELU, false, 1000));
        nets.put("patnet_s", new PartialNet(List.of(2, 2, 9, 4), 96, Activation.RELU, false, 1000));
        nets.put("patnet_m", new PartialNet(List.of(2, 3, 16, 4), 128, Activation.RELU, false, 1000));
        nets.put("patnet_l", new PartialNet(List.of(2, 3, 20, 4), 160, Activation.RELU, false, 1000));
        return nets;
    }

    @Override
    public PartialNet configuredFor(Weights weights) throws WeightsException {
        return new PartialNet(blocks, channels, activation, spatial, GraphBuilder.classes(weights, "head.weight"));
    }

    @Override
    public Graph build(Parameters parameters) throws WeightsException {
        return new Layers(parameters).graph();
    }

    /** The layers of one graph. */
    private final class Layers {
        private final Parameters parameters;
        private final GraphBuilder net;

        Layers(Parameters parameters) {
            this.parameters = parameters;
            net = new GraphBuilder(parameters);
        }

        Graph graph() throws WeightsException {
            Node x = merge("patch_embed.proj", "patch_embed.norm", net.input(3), channels, 4);
            List<Node> features = new ArrayList<>();
            int last = blocks.size() - 1;
            for (int stage = 0; stage <= last; stage++) {
                if (stage > 0) {
                    String between = "stages." + (2 * stage - 1);
                    x = merge(between + ".reduction", between + ".norm", x, 2 * x.channels(), 2);
                }
                for (int i = 0; i < blocks.get(stage); i++) {
                    x = block("stages." + 2 * stage + ".blocks." + i, x, stage == last);
                }
                features.add(x);
            }
            x = pointwise("avgpool_pre_head.1", net.globalAveragePool("avgpool_pre_head.0", x), FEATURES);
            x = net.activation("avgpool_pre_head.2", x, activation);
            return new Graph(List.of(net.linear("head", x, classes)), features);
        }

        /** Squares of pixels become one. */
        private Node merge(String conv, String norm, Node x, int outChannels, int side) throws WeightsException {
            return net.batchNorm(norm, net.convWithoutBias(conv, x, outChannels, Window.of(side, side, 0)));
        }

        /** x + (mix, expand, project); the mixing by attention has a sum of its own. */
        private Node block(String name, Node x, boolean attends) throws WeightsException {
            Node y = mixed(name + ".spatial_mixing", x, attends);
            if (attends) {
                x = net.add(name + ":mixed", x, y);
                y = x;
            }
            y = net.batchNorm(name + ".mlp.1", pointwise(name + ".mlp.0", y, EXPANSION * x.channels()));
            y = pointwise(name + ".mlp.3", net.activation(name + ".mlp.2", y, activation), x.channels());
            return net.add(name, x, spatial ? spatialAttention(name + ".mlp.4", y) : y);
        }

        /** The first quarter of the channels convolved, the others with attention to pixels or to channels. */
        private Node mixed(String name, Node x, boolean attends) throws WeightsException {
            int count = x.channels() / PARTS;
            Node first = net.slice(name + ":first", x, 0, count);
            Node others = net.slice(name + ":others", x, count, x.channels() - count);
            Node convolved = net.convWithoutBias(name + ".partial_conv3", first, count, Window.same(3));
            return net.concat(name, convolved, attends
                    ? selfAttention(name + ".attn", net.layerNorm(name + ".norm", others, LAYER_NORM_EPSILON))
                    : net.batchNorm(name + ".norm", channelAttention(name + ".attn", others)));
        }

        /** PAT_ch: a gate for each channel from the means and deviations of all. */
        private Node channelAttention(String name, Node x) throws WeightsException {
            int count = x.channels();
            Node styles = net.concat(name + ":styles", net.globalAveragePool(name + ":mean", x),
                    net.globalDeviation(name + ":deviation", x, 1, 0));
            // In the checkpoint it is a convolution over a row of two pixels, the mean and the deviation.
            float[] pairs = parameters.floats(name + ".cfc1.weight", count, count, 1, 2);
            float[] weight = new float[pairs.length];
            for (int i = 0; i < pairs.length; i++) {
                int row = i / (2 * count);
                weight[row * 2 * count + i % 2 * count + i / 2 % count] = pairs[i];
            }
            double[] ones = new double[count];
            Arrays.fill(ones, 1);
            Node y = new Node(name + ".cfc1",
                    new ConvOp(2 * count, count, 1, Window.same(1), weight, ones, new double[count], Epilogue.NONE),
                    List.of(styles));
            y = net.activation(name + ".sigmoid", net.batchNorm(name + ".bn", y), Activation.HARD_SIGMOID);
            return net.binary(name, Binary.Operator.MULTIPLY, Binary.Broadcast.PIXEL, x, y);
        }

        /** PAT_sf: attention whose biases depend on the distance of two pixels (iRPE, Wu et al., arXiv 2107.14222). */
        private Node selfAttention(String name, Node x) throws WeightsException {
            int dim = x.channels() / HEADS;
            Node qkv = net.linearWithoutBias(name + ".qkv", x, 3 * x.channels());
            Node y = new Node(name, new AttentionOp(AttentionHeads.byKind(HEADS, dim, dim), Partition.WHOLE,
                    Attention.usualScale(dim), biases(name + ".rpe_k.lookup_table_bias")), List.of(qkv));
            return net.linear(name + ".proj", y, x.channels());
        }

        private DistanceBias biases(String name) throws WeightsException {
            return new DistanceBias(HEADS, NEAR, parameters.floats(name, HEADS, 4 * NEAR + 1));
        }

        /** PAT_sp: half of the channels with a gate for each pixel, the others through a convolution. */
        private Node spatialAttention(String name, Node x) throws WeightsException {
            int count = x.channels() / 2;
            Node gated = net.slice(name + ":gated", x, 0, count);
            Node gate = net.activation(name + ".act", pointwise(name + ".conv_attn", gated, 1),
                    Activation.HARD_SIGMOID);
            gated = net.batchNorm(name + ".norm", net.binary(name + ":product", Binary.Operator.MULTIPLY,
                    Binary.Broadcast.CHANNEL, gated, gate));
            Node others = net.batchNorm(name + ".norm2", net.slice(name + ":others", x, count, count));
            return net.concat(name, gated, pointwise(name + ".conv", others, count));
        }

        private Node pointwise(String name, Node x, int outChannels) throws WeightsException {
            return net.convWithoutBias(name, x, outChannels, Window.same(1));
        }
    }
}
