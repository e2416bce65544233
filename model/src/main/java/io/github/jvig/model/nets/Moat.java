package io.github.jvig.model.nets;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.Attention;
import io.github.jvig.kernels.AttentionHeads;
import io.github.jvig.kernels.Binary;
import io.github.jvig.kernels.Partition;
import io.github.jvig.kernels.Window;
import io.github.jvig.model.graph.AttentionBias;
import io.github.jvig.model.graph.AttentionOp;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.weights.Weights;
import io.github.jvig.model.weights.WeightsException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * MOAT, Yang et al., arXiv 2210.01820, as an unofficial implementation in PyTorch writes it
 * (<a href="https://github.com/RooKichenn/pytorch-MOAT">RooKichenn/pytorch-MOAT</a>), with its tensor names: two stages of mobile convolutions,
 * and two in which attention among all pixels follows each. Other than in the paper, the depthwise convolution comes before the expansion, and
 * the first block of a stage expands half as much. The biases of the attention tie the net to images of one size.
 *
 * @param blocks   of each of the four stages
 * @param channels of each of the four stages, those of the last two multiples of 32
 * @param stem     channels of the stem
 * @param side     pixels of a side of the image, a multiple of 32
 * @param classes  number of classes
 */
public record Moat(List<Integer> blocks, List<Integer> channels, int stem, int side, int classes) implements Net {
    private static final int EXPANSION = 4;
    private static final int HEAD_DIM = 32;
    private static final int ATTENTION_STAGE = 2;
    private static final String[] STAGES = {"MBConv1", "MBConv2", "MOAT1", "MOAT2"};

    /**
     * Checks the sizes.
     *
     * @throws IllegalArgumentException when there are not four stages, heads have no equal share of the channels, or the side is no multiple of
     *                                  32
     */
    public Moat {
        blocks = List.copyOf(blocks);
        channels = List.copyOf(channels);
        if (blocks.size() != 4 || channels.size() != 4
                || channels.subList(2, 4).stream().anyMatch(c -> c % HEAD_DIM != 0)) {
            throw new IllegalArgumentException("MOAT needs blocks and channels of 4 stages, in the last 2 in multiples"
                    + " of " + HEAD_DIM + ", not " + blocks + " and " + channels);
        }
        if (side < 32 || side % 32 != 0) {
            throw new IllegalArgumentException("MOAT takes images whose sides are multiples of 32, not " + side);
        }
    }

    /** {@return the sizes by name, for images of 224 pixels a side and 1,000 classes} */
    public static Map<String, Moat> named() {
        Map<String, Moat> nets = new LinkedHashMap<>();
        List<Integer> few = List.of(2, 3, 7, 2);
        nets.put("moat_tiny0", of(few, 32, 32));
        nets.put("moat_tiny1", of(few, 40, 40));
        nets.put("moat_tiny2", of(few, 56, 56));
        nets.put("moat_tiny3", of(few, 80, 56));
        nets.put("moat_0", of(few, 96, 64));
        nets.put("moat_1", of(List.of(2, 6, 14, 2), 96, 64));
        nets.put("moat_2", of(List.of(2, 6, 14, 2), 128, 128));
        nets.put("moat_3", of(List.of(2, 12, 28, 2), 160, 160));
        nets.put("moat_4", of(List.of(2, 12, 28, 2), 256, 256));
        return nets;
    }

    /** Channels double from stage to stage. */
    private static Moat of(List<Integer> blocks, int first, int stem) {
        return new Moat(blocks, List.of(first, 2 * first, 4 * first, 8 * first), stem, 224, 1000);
    }

    @Override
    public Moat configuredFor(Weights weights) throws WeightsException {
        return new Moat(blocks, channels, stem, side, GraphBuilder.classes(weights, "head.weight"));
    }

    @Override
    public Graph build(Parameters parameters) throws WeightsException {
        return new Layers(parameters, new GraphBuilder(parameters)).graph();
    }

    /** The layers of one graph. */
    private final class Layers {
        private final Parameters parameters;
        private final GraphBuilder net;

        Layers(Parameters parameters, GraphBuilder net) {
            this.parameters = parameters;
            this.net = net;
        }

        Graph graph() throws WeightsException {
            Node x = net.conv("stem.0", net.input(3), stem, Window.of(3, 2, 1));
            x = net.gelu("stem.1", x);
            x = net.gelu("stem.3", net.conv("stem.2", x, stem, Window.same(3)));
            List<Node> features = new ArrayList<>();
            for (int stage = 0; stage < STAGES.length; stage++) {
                for (int i = 0; i < blocks.get(stage); i++) {
                    String name = STAGES[stage] + "." + i;
                    if (stage < ATTENTION_STAGE) {
                        x = mobileConv(name, x, channels.get(stage), i == 0, true);
                    } else {
                        x = mobileConv(name + ".mb_conv", x, channels.get(stage), i == 0, false);
                        // Stage 1 is a quarter of the image.
                        x = attentionBlock(name + ".moat_attention", x, side >> stage + 2);
                    }
                }
                features.add(x);
            }
            return new Graph(List.of(net.linear("head", net.globalAveragePool("mean", x), classes)), features);
        }

        /** Normalize, convolve by channel, expand, squeeze and excite where the stage does, project. */
        private Node mobileConv(String name, Node x, int channels, boolean halves, boolean squeezes)
                throws WeightsException {
            String main = name + ".main_path.";
            Node y = net.batchNorm(main + 0, x);
            y = net.depthwiseWithoutBias(main + "1.conv_dw", y, Window.of(3, halves ? 2 : 1, 1));
            y = net.gelu(main + "1.bn1.act", net.batchNorm(main + "1.bn1", y));
            int expanded = channels * EXPANSION / (halves ? 2 : 1);
            y = net.batchNorm(main + "1.bn2", net.convWithoutBias(main + "1.conv_pw", y, expanded, Window.same(1)));
            if (squeezes) {
                y = squeeze(main + 2, y);
            }
            y = net.pointwise(main + 3, y, channels);
            return net.add(name, y, halves ? halved(name + ".skip_path", x, channels) : x);
        }

        private Node halved(String name, Node x, int channels) throws WeightsException {
            return net.pointwise(name + ".1", net.maxPool(name + ".0", x, Window.of(2, 2, 0)), channels);
        }

        /** Squeeze-and-excitation to a quarter of the channels. */
        private Node squeeze(String name, Node x) throws WeightsException {
            Node y = net.globalAveragePool(name + ":pool", x);
            y = net.pointwise(name + ".conv_reduce", y, (int) Math.rint(x.channels() / 4.0));
            y = net.activation(name + ".act1", y, Activation.RELU);
            y = net.pointwise(name + ".conv_expand", y, x.channels());
            y = net.activation(name + ".gate", y, Activation.SIGMOID);
            return net.binary(name, Binary.Operator.MULTIPLY, Binary.Broadcast.PIXEL, x, y);
        }

        private Node attentionBlock(String name, Node x, int mapSide) throws WeightsException {
            int channels = x.channels();
            int heads = channels / HEAD_DIM;
            String attention = name + ".attention";
            Node qkv = net.linear(attention + ".qkv_mapping", net.layerNorm(name + ".norm_1", x), 3 * channels);
            AttentionOp op = new AttentionOp(AttentionHeads.byKind(heads, HEAD_DIM, HEAD_DIM), Partition.WHOLE,
                    Attention.usualScale(HEAD_DIM), biases(attention, heads, mapSide));
            Node y = new Node(attention, op, List.of(qkv));
            return net.add(name, x, net.linear(attention + ".proj", y, channels));
        }

        /** The tensor has the heads last. */
        private AttentionBias biases(String name, int heads, int mapSide) throws WeightsException {
            int offsets = (2 * mapSide - 1) * (2 * mapSide - 1);
            float[] byOffset = parameters.floats(name + ".relative_position_bias_table", offsets, heads);
            float[] byHead = new float[byOffset.length];
            for (int i = 0; i < byOffset.length; i++) {
                byHead[i % heads * offsets + i / heads] = byOffset[i];
            }
            return AttentionBias.byOffset(heads, mapSide, mapSide, byHead);
        }
    }
}
