package io.github.jvig.model.nets;

import io.github.jvig.kernels.AttentionHeads;
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
 * EdgeNeXt, Maaz et al., arXiv 2206.10589, with timm's tensor names: a stem, four stages that halve the map in between, and a head. Stages are
 * of ConvNeXt's blocks; all but the first end with a block that convolves shares of its channels in turn and lets channels attend to each
 * other. The first of these adds an encoding of positions.
 *
 * @param blocks   of each of the four stages
 * @param channels of each of the four stages
 * @param heads    heads of the attention
 * @param overlap  whether windows overlap where the map gets smaller, which the first block of a stage does, and convolutions have no bias:
 *                 timm's variant
 * @param classes  number of classes
 */
public record EdgeNeXt(List<Integer> blocks, List<Integer> channels, int heads, boolean overlap, int classes)
        implements
            Net {
    private static final int EXPANSION = 4;
    private static final double NORM_EPSILON = 1e-6;
    /** The least length that a channel is divided by, that of PyTorch's {@code normalize}. */
    private static final double LENGTH_EPSILON = 1e-12;
    private static final int STEM_STRIDE = 4;
    /** The stage whose last block adds the encoding. */
    private static final int ENCODED_STAGE = 1;
    /** Sides of the depthwise windows of each stage. */
    private static final int[] KERNELS = {3, 5, 7, 9};
    /** Shares of the channels in the last block of each stage; 1 for no such block. */
    private static final int[] SCALES = {1, 2, 3, 4};

    /**
     * Checks the sizes.
     *
     * @throws IllegalArgumentException when there are not four stages, or the heads have no equal share of channels
     */
    public EdgeNeXt {
        blocks = List.copyOf(blocks);
        channels = List.copyOf(channels);
        int count = heads;
        if (blocks.size() != 4 || channels.size() != 4 || heads < 1
                || channels.subList(1, 4).stream().anyMatch(c -> c % count != 0)) {
            throw new IllegalArgumentException("EdgeNeXt needs blocks and channels of 4 stages, and these in multiples"
                    + " of its heads, not " + blocks + ", " + channels + " and " + heads);
        }
    }

    private static EdgeNeXt of(List<Integer> blocks, List<Integer> channels, int heads) {
        return new EdgeNeXt(blocks, channels, heads, false, 1000);
    }

    /** {@return the published sizes by name, for 1,000 classes} */
    public static Map<String, EdgeNeXt> named() {
        Map<String, EdgeNeXt> nets = new LinkedHashMap<>();
        nets.put("edgenext_xx_small", of(List.of(2, 2, 6, 2), List.of(24, 48, 88, 168), 4));
        nets.put("edgenext_x_small", of(List.of(3, 3, 9, 3), List.of(32, 64, 100, 192), 4));
        nets.put("edgenext_small", of(List.of(3, 3, 9, 3), List.of(48, 96, 160, 304), 8));
        nets.put("edgenext_base", of(List.of(3, 3, 9, 3), List.of(80, 160, 288, 584), 8));
        nets.put("edgenext_small_rw", new EdgeNeXt(List.of(3, 3, 9, 3), List.of(48, 96, 192, 384), 8, true, 1000));
        return nets;
    }

    @Override
    public EdgeNeXt configuredFor(Weights weights) throws WeightsException {
        return new EdgeNeXt(blocks, channels, heads, overlap, GraphBuilder.classes(weights, "head.fc.weight"));
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
            Node x = net.conv("stem.0", net.input(3), channels.getFirst(),
                    overlap ? Window.of(9, STEM_STRIDE, 4) : Window.of(STEM_STRIDE, STEM_STRIDE, 0), 1, !overlap);
            x = norm("stem.1", x);
            List<Node> features = new ArrayList<>();
            for (int stage = 0; stage < blocks.size(); stage++) {
                String name = "stages." + stage;
                if (stage > 0 && !overlap) {
                    x = net.conv(name + ".downsample.1", norm(name + ".downsample.0", x), channels.get(stage),
                            Window.of(2, 2, 0));
                }
                int convolutions = blocks.get(stage) - (SCALES[stage] > 1 ? 1 : 0);
                for (int i = 0; i < convolutions; i++) {
                    boolean halves = overlap && stage > 0 && i == 0;
                    x = convBlock(name + ".blocks." + i, x, channels.get(stage),
                            halves ? Window.of(KERNELS[stage], 2, KERNELS[stage] / 2) : Window.same(KERNELS[stage]));
                }
                if (SCALES[stage] > 1) {
                    x = splitTransposeBlock(name + ".blocks." + convolutions, x, stage);
                }
                features.add(x);
            }
            x = norm("head.norm", net.globalAveragePool("head.global_pool", x));
            return new Graph(List.of(net.linear("head.fc", x, classes)), features);
        }

        /** The shortcut begins behind the convolution where that changes the map's shape. */
        private Node convBlock(String name, Node x, int outChannels, Window window) throws WeightsException {
            Node y = net.conv(name + ".conv_dw", x, outChannels, window, x.channels(), !overlap);
            return net.add(name, window.equals(Window.same(window.rows().kernel())) ? x : y, mlp(name, y));
        }

        /** The paper's SDTA encoder: split depthwise transpose attention. */
        private Node splitTransposeBlock(String name, Node x, int stage) throws WeightsException {
            Node y = splitDepthwise(name, x, SCALES[stage]);
            if (stage == ENCODED_STAGE) {
                y = net.fourierPositions(name + ".pos_embd.token_projection", y);
            }
            Node attended = net.linear(name + ".xca.proj", attention(name + ".xca", norm(name + ".norm_xca", y)),
                    y.channels());
            y = net.add(name + ":attended", y, net.layerScale(name + ".gamma_xca", attended, y.channels()));
            return net.add(name, x, mlp(name, y));
        }

        /** Each share of the channels but the last is convolved, together with the result of the one before it. */
        private Node splitDepthwise(String name, Node x, int scales) throws WeightsException {
            int width = Math.ceilDiv(x.channels(), scales);
            Node[] parts = new Node[scales];
            for (int i = 0; i < scales; i++) {
                int from = i * width;
                Node part = net.slice(name + ":part." + i, x, from, Math.min(width, x.channels() - from));
                if (i == scales - 1) {
                    parts[i] = part;
                } else {
                    Node sum = i == 0 ? part : net.add(name + ":sum." + i, parts[i - 1], part);
                    parts[i] = net.conv(name + ".convs." + i, sum, sum.channels(), Window.same(3), sum.channels(),
                            !overlap);
                }
            }
            return net.concat(name + ":split", parts);
        }

        private Node attention(String name, Node x) throws WeightsException {
            int headDim = x.channels() / heads;
            Node qkv = net.linear(name + ".qkv", x, 3 * x.channels());
            return net.crossCovariance(name, AttentionHeads.byKind(heads, headDim, headDim), LENGTH_EPSILON, qkv);
        }

        /** Normalized, expanded, projected, and scaled by channel. */
        private Node mlp(String name, Node x) throws WeightsException {
            int width = x.channels();
            Node y = net.linear(name + ".mlp.fc1", norm(name + ".norm", x), EXPANSION * width);
            y = net.linear(name + ".mlp.fc2", net.gelu(name + ".mlp.act", y), width);
            return net.layerScale(name + ".gamma", y, width);
        }

        private Node norm(String name, Node x) throws WeightsException {
            return net.layerNorm(name, x, NORM_EPSILON);
        }
    }
}
